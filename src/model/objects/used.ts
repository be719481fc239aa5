// Which fields of Kubernetes objects influence the simulation. A path stands for everything below it; `[]` is each item of a list.
// Statuses are not in it: they belong to the server, and a node's is read for its capacity.

const META = [
  'metadata.name',
  'metadata.generateName',
  'metadata.namespace',
  'metadata.labels',
  'metadata.annotations',
];

/** Handlers all do the same: they ask whether the process listens. */
function probeFields(probe: string): string[] {
  const handlers = ['exec', 'grpc', 'httpGet', 'tcpSocket'];
  const counts = ['successThreshold', 'failureThreshold', 'terminationGracePeriodSeconds'];
  return [...handlers, 'initialDelaySeconds', 'periodSeconds', ...counts].map((field) => `${probe}.${field}`);
}

/** What a kubelet does with a container, of either list. */
const RUNTIME = [
  ...['postStart', 'preStop'].flatMap((hook) =>
    ['exec', 'httpGet', 'sleep'].map((kind) => `lifecycle.${hook}.${kind}`),
  ),
  'restartPolicyRules',
  'env[].name',
  ...['configMapKeyRef', 'secretKeyRef'].map((from) => `env[].valueFrom.${from}`),
  'envFrom[].configMapRef',
  'envFrom[].secretRef',
  'securityContext.runAsNonRoot',
  'securityContext.runAsUser',
  // What behaviours write to emptyDir volumes.
  'volumeMounts',
];

const CONTAINER = [
  'restartPolicy',
  'name',
  'image',
  'imagePullPolicy',
  'resources.requests',
  'resources.limits',
  'ports[].containerPort',
  'ports[].hostIP',
  'ports[].hostPort',
  'ports[].name',
  'ports[].protocol',
  ...RUNTIME,
  ...['readinessProbe', 'livenessProbe', 'startupProbe'].flatMap(probeFields),
];

const INIT_CONTAINER = [
  'name',
  'image',
  'imagePullPolicy',
  'resources.requests',
  'resources.limits',
  'restartPolicy',
  ...RUNTIME,
  // Those of a sidecar.
  'ports[].containerPort',
  'ports[].name',
  'ports[].protocol',
  ...['readinessProbe', 'livenessProbe', 'startupProbe'].flatMap(probeFields),
];

const WEBHOOK = [
  'name',
  'clientConfig.service',
  'clientConfig.url',
  ...['operations', 'apiGroups', 'resources', 'scope'].map((field) => `rules[].${field}`),
  'failurePolicy',
  'timeoutSeconds',
  'namespaceSelector',
  'objectSelector',
].map((field) => `webhooks[].${field}`);

const POD_SPEC = [
  'imagePullSecrets',
  'volumes[].emptyDir',
  'nodeName',
  'nodeSelector',
  'affinity',
  'tolerations',
  'topologySpreadConstraints',
  'schedulerName',
  'schedulingGates',
  'readinessGates',
  'priority',
  'priorityClassName',
  'preemptionPolicy',
  'overhead',
  'resources.requests',
  'resources.limits',
  'volumes[].name',
  'volumes[].persistentVolumeClaim.claimName',
  'volumes[].ephemeral',
  'volumes[].configMap.name',
  'volumes[].configMap.optional',
  'volumes[].secret.secretName',
  'volumes[].secret.optional',
  'volumes[].projected.sources[].configMap',
  'volumes[].projected.sources[].secret',
  'activeDeadlineSeconds',
  'os',
  'securityContext.runAsNonRoot',
  'securityContext.runAsUser',
  ...['gcePersistentDisk', 'awsElasticBlockStore', 'iscsi', 'rbd'].map((disk) => `volumes[].${disk}`),
  'restartPolicy',
  'terminationGracePeriodSeconds',
  ...CONTAINER.map((field) => `containers[].${field}`),
  ...INIT_CONTAINER.map((field) => `initContainers[].${field}`),
];

const CLAIM_SPEC = ['accessModes', 'resources.requests', 'selector', 'storageClassName', 'volumeMode', 'volumeName'];

const TEMPLATE = ['spec.template.metadata', ...POD_SPEC.map((field) => `spec.template.spec.${field}`)];

const JOB_SPEC = [
  'activeDeadlineSeconds',
  'backoffLimit',
  'backoffLimitPerIndex',
  'completionMode',
  'completions',
  'managedBy',
  'manualSelector',
  'maxFailedIndexes',
  'parallelism',
  'podFailurePolicy',
  'podReplacementPolicy',
  'selector',
  'successPolicy',
  'suspend',
  'ttlSecondsAfterFinished',
];

const ROLLOUT_SPEC = [
  'minReadySeconds',
  'paused',
  'progressDeadlineAbort',
  'progressDeadlineSeconds',
  'replicas',
  'revisionHistoryLimit',
  'rollbackWindow',
  'selector',
  'workloadRef.apiVersion',
  'workloadRef.kind',
  'workloadRef.name',
];

const ROLLOUT_DELAYS = [
  'abortScaleDownDelaySeconds',
  'antiAffinity',
  'maxUnavailable',
  'scaleDownDelayRevisionLimit',
  'scaleDownDelaySeconds',
];

const ANALYSIS = ['analysisRunMetadata', 'args', 'dryRun', 'measurementRetention', 'templates'];

/** Whatever address Prometheus has, it is the one of this cluster. */
const MEASURED = [
  'args',
  'dryRun',
  'measurementRetention',
  ...[
    'consecutiveErrorLimit',
    'consecutiveSuccessLimit',
    'count',
    'failureCondition',
    'failureLimit',
    'inconclusiveLimit',
    'initialDelay',
    'interval',
    'name',
    'provider.job',
    'provider.prometheus.address',
    'provider.prometheus.query',
    'provider.wavetank',
    'successCondition',
  ].map((field) => `metrics[].${field}`),
];

/** Whatever splits the traffic, it is split between the Services as the weights say. */
const CANARY = [
  'canaryService',
  'dynamicStableScale',
  'maxSurge',
  'minPodsPerReplicaSet',
  ...ANALYSIS.map((field) => `analysis.${field}`),
  'analysis.startingStep',
  'stableService',
  ...ANALYSIS.map((field) => `steps[].analysis.${field}`),
  'steps[].pause',
  'steps[].setCanaryScale',
  'steps[].setWeight',
  ...['alb', 'ambassador', 'apisix', 'appMesh', 'istio', 'maxTrafficWeight', 'nginx', 'plugins', 'smi', 'traefik'].map(
    (router) => `trafficRouting.${router}`,
  ),
];

const BLUE_GREEN = [
  'activeService',
  'autoPromotionEnabled',
  'autoPromotionSeconds',
  ...ANALYSIS.flatMap((field) => [`postPromotionAnalysis.${field}`, `prePromotionAnalysis.${field}`]),
  'previewReplicaCount',
  'previewService',
];

/** By apiVersion and kind; a kind that is not here is not simulated at all. */
export const USED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  'v1 Namespace': META,
  'v1 Pod': [...META, ...POD_SPEC.map((field) => `spec.${field}`)],
  'v1 ConfigMap': [...META, 'data', 'binaryData'],
  'v1 Secret': [...META, 'data', 'stringData', 'type'],
  'v1 Node': [...META, 'spec.taints', 'spec.unschedulable', 'status'],
  'v1 Service': [
    ...META,
    'spec.type',
    'spec.selector',
    'spec.clusterIP',
    'spec.ports[].name',
    'spec.ports[].port',
    'spec.ports[].protocol',
    'spec.ports[].targetPort',
    'spec.ports[].nodePort',
    'spec.publishNotReadyAddresses',
    'spec.externalIPs',
    'spec.externalName',
    'spec.externalTrafficPolicy',
    'spec.healthCheckNodePort',
    'spec.internalTrafficPolicy',
    'spec.sessionAffinity',
    'spec.sessionAffinityConfig.clientIP.timeoutSeconds',
    'spec.trafficDistribution',
  ],
  'apps/v1 Deployment': [
    ...META,
    'spec.replicas',
    'spec.selector',
    'spec.strategy',
    'spec.minReadySeconds',
    'spec.progressDeadlineSeconds',
    'spec.revisionHistoryLimit',
    'spec.paused',
    ...TEMPLATE,
  ],
  'apps/v1 StatefulSet': [
    ...META,
    'spec.replicas',
    'spec.selector',
    'spec.serviceName',
    'spec.podManagementPolicy',
    'spec.updateStrategy',
    'spec.revisionHistoryLimit',
    'spec.minReadySeconds',
    'spec.ordinals',
    'spec.persistentVolumeClaimRetentionPolicy',
    'spec.volumeClaimTemplates[].metadata',
    ...CLAIM_SPEC.map((field) => `spec.volumeClaimTemplates[].spec.${field}`),
    ...TEMPLATE,
  ],
  'v1 PersistentVolume': [
    ...META,
    'spec.capacity',
    'spec.accessModes',
    'spec.claimRef',
    'spec.persistentVolumeReclaimPolicy',
    'spec.storageClassName',
    'spec.volumeMode',
    'spec.nodeAffinity',
    'spec.csi.driver',
    'spec.csi.volumeHandle',
  ],
  'v1 PersistentVolumeClaim': [...META, ...CLAIM_SPEC.map((field) => `spec.${field}`)],
  'storage.k8s.io/v1 StorageClass': [...META, 'provisioner', 'volumeBindingMode', 'reclaimPolicy', 'allowedTopologies'],
  'storage.k8s.io/v1 CSINode': [...META, 'spec.drivers'],
  'storage.k8s.io/v1 CSIDriver': [...META, 'spec.storageCapacity', 'spec.attachRequired'],
  'storage.k8s.io/v1 CSIStorageCapacity': [
    ...META,
    'storageClassName',
    'capacity',
    'maximumVolumeSize',
    'nodeTopology',
  ],
  'storage.k8s.io/v1 VolumeAttachment': [...META, 'spec'],
  'flowcontrol.apiserver.k8s.io/v1 FlowSchema': [
    ...META,
    'spec.priorityLevelConfiguration',
    'spec.matchingPrecedence',
    'spec.distinguisherMethod',
    'spec.rules[].subjects',
    'spec.rules[].resourceRules',
  ],
  'flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration': [...META, 'spec'],
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration': [...META, ...WEBHOOK],
  'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration': [...META, ...WEBHOOK],
  'v1 LimitRange': [...META, 'spec.limits'],
  'v1 ResourceQuota': [...META, 'spec.hard', 'spec.scopes', 'spec.scopeSelector'],
  'scheduling.k8s.io/v1 PriorityClass': [...META, 'value', 'globalDefault', 'preemptionPolicy', 'description'],
  'autoscaling/v1 HorizontalPodAutoscaler': [
    ...META,
    'spec.scaleTargetRef',
    'spec.minReplicas',
    'spec.maxReplicas',
    'spec.targetCPUUtilizationPercentage',
  ],
  'autoscaling/v2 HorizontalPodAutoscaler': [
    ...META,
    'spec.scaleTargetRef',
    'spec.minReplicas',
    'spec.maxReplicas',
    'spec.behavior',
    'spec.metrics[].type',
    'spec.metrics[].resource',
    'spec.metrics[].containerResource',
    'spec.metrics[].pods.metric',
    'spec.metrics[].pods.target',
    'spec.metrics[].object.describedObject',
    'spec.metrics[].object.metric',
    'spec.metrics[].object.target',
    'spec.metrics[].external.metric',
    'spec.metrics[].external.target',
  ],
  'policy/v1 PodDisruptionBudget': [...META, 'spec.minAvailable', 'spec.maxUnavailable', 'spec.selector'],
  'scheduling.x-k8s.io/v1alpha1 PodGroup': [...META, 'spec'],
  'autoscaling.k8s.io/v1 VerticalPodAutoscaler': [
    ...META,
    'spec.targetRef',
    'spec.updatePolicy.updateMode',
    'spec.updatePolicy.minReplicas',
    'spec.resourcePolicy.containerPolicies[].containerName',
    'spec.resourcePolicy.containerPolicies[].mode',
    'spec.resourcePolicy.containerPolicies[].minAllowed',
    'spec.resourcePolicy.containerPolicies[].maxAllowed',
    'spec.resourcePolicy.containerPolicies[].controlledValues',
  ],
  'argoproj.io/v1alpha1 Rollout': [
    ...META,
    ...ROLLOUT_SPEC.map((field) => `spec.${field}`),
    ...ROLLOUT_DELAYS.flatMap((field) => [`spec.strategy.canary.${field}`, `spec.strategy.blueGreen.${field}`]),
    ...CANARY.map((field) => `spec.strategy.canary.${field}`),
    ...BLUE_GREEN.map((field) => `spec.strategy.blueGreen.${field}`),
    ...TEMPLATE,
  ],
  'networking.k8s.io/v1 Ingress': [
    ...META,
    'spec.defaultBackend',
    'spec.rules[].host',
    'spec.rules[].http.paths[].path',
    'spec.rules[].http.paths[].pathType',
    'spec.rules[].http.paths[].backend',
  ],
  'gateway.networking.k8s.io/v1 HTTPRoute': [...META, 'spec'],
  'networking.istio.io/v1 VirtualService': [...META, 'spec'],
  'argoproj.io/v1alpha1 AnalysisTemplate': [...META, 'spec.templates', ...MEASURED.map((field) => `spec.${field}`)],
  'argoproj.io/v1alpha1 ClusterAnalysisTemplate': [
    ...META,
    'spec.templates',
    ...MEASURED.map((field) => `spec.${field}`),
  ],
  'argoproj.io/v1alpha1 AnalysisRun': [
    ...META,
    'spec.terminate',
    'spec.ttlStrategy',
    ...MEASURED.map((field) => `spec.${field}`),
  ],
  'apps/v1 DaemonSet': [
    ...META,
    'spec.selector',
    'spec.updateStrategy',
    'spec.minReadySeconds',
    'spec.revisionHistoryLimit',
    // A network that is not there yet is tolerated.
    'spec.template.spec.hostNetwork',
    ...TEMPLATE,
  ],
  'apps/v1 ControllerRevision': [...META, 'data', 'revision'],
  'batch/v1 CronJob': [
    ...META,
    'spec.concurrencyPolicy',
    'spec.failedJobsHistoryLimit',
    'spec.schedule',
    'spec.startingDeadlineSeconds',
    'spec.successfulJobsHistoryLimit',
    'spec.suspend',
    'spec.timeZone',
    'spec.jobTemplate.metadata',
    ...JOB_SPEC.map((field) => `spec.jobTemplate.spec.${field}`),
    ...TEMPLATE.map((field) => `spec.jobTemplate.${field}`),
  ],
  'batch/v1 Job': [...META, ...JOB_SPEC.map((field) => `spec.${field}`), ...TEMPLATE],
  'apps/v1 ReplicaSet': [...META, 'spec.replicas', 'spec.selector', 'spec.minReadySeconds', ...TEMPLATE],
};
