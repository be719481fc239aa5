// Which fields influence the simulation: of metadata, and of pods and their templates.

export const META = [
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

export const POD_SPEC = [
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

export const TEMPLATE = ['spec.template.metadata', ...POD_SPEC.map((field) => `spec.template.spec.${field}`)];
