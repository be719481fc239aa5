// Which fields influence the simulation: of the kinds in `tables.community.ts`.
import { META, TEMPLATE } from './used.pods.ts';

const ROLLOUT_SPEC = [
  'minReadySeconds',
  'paused',
  'progressDeadlineAbort',
  'progressDeadlineSeconds',
  'replicas',
  'restartAt',
  'revisionHistoryLimit',
  'rollbackWindow',
  'selector',
  'workloadRef.apiVersion',
  'workloadRef.kind',
  'workloadRef.name',
  'workloadRef.scaleDown',
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
  'canaryMetadata',
  'canaryService',
  'dynamicStableScale',
  'maxSurge',
  'minPodsPerReplicaSet',
  'pingPong',
  ...ANALYSIS.map((field) => `analysis.${field}`),
  'analysis.startingStep',
  'stableMetadata',
  'stableService',
  ...ANALYSIS.map((field) => `steps[].analysis.${field}`),
  'steps[].pause',
  'steps[].experiment',
  'steps[].setCanaryScale',
  'steps[].setHeaderRoute',
  'steps[].setMirrorRoute',
  'steps[].setWeight',
  'trafficRouting.managedRoutes',
  ...['alb', 'ambassador', 'apisix', 'appMesh', 'istio', 'maxTrafficWeight', 'nginx', 'plugins', 'smi', 'traefik'].map(
    (router) => `trafficRouting.${router}`,
  ),
];

const BLUE_GREEN = [
  'activeMetadata',
  'activeService',
  'autoPromotionEnabled',
  'autoPromotionSeconds',
  ...ANALYSIS.flatMap((field) => [`postPromotionAnalysis.${field}`, `prePromotionAnalysis.${field}`]),
  'previewMetadata',
  'previewReplicaCount',
  'previewService',
];

/** By apiVersion and kind. */
export const USED_COMMUNITY_FIELDS: Readonly<Record<string, readonly string[]>> = {
  'scheduling.x-k8s.io/v1alpha1 PodGroup': [...META, 'spec'],
  'scheduling.x-k8s.io/v1alpha1 ElasticQuota': [...META, 'spec'],
  'autoscaling.k8s.io/v1 VerticalPodAutoscalerCheckpoint': [...META, 'spec', 'status'],
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
  'argoproj.io/v1alpha1 Experiment': [
    ...META,
    'spec.duration',
    'spec.progressDeadlineSeconds',
    'spec.scaleDownDelaySeconds',
    'spec.terminate',
    'spec.analyses',
    'spec.dryRun',
    'spec.measurementRetention',
    'spec.analysisRunMetadata',
    'spec.templates[].name',
    'spec.templates[].replicas',
    'spec.templates[].minReadySeconds',
    'spec.templates[].selector',
    'spec.templates[].service',
    ...TEMPLATE.map((field) => field.replace(/^spec\.template/, 'spec.templates[].template')),
  ],
  'gateway.networking.k8s.io/v1 GatewayClass': [...META, 'spec.controllerName'],
  'gateway.networking.k8s.io/v1 Gateway': [...META, 'spec.gatewayClassName', 'spec.listeners'],
  'gateway.networking.k8s.io/v1 HTTPRoute': [...META, 'spec'],
  'gateway.networking.k8s.io/v1beta1 ReferenceGrant': [...META, 'spec'],
  'networking.istio.io/v1 VirtualService': [...META, 'spec'],
  'networking.istio.io/v1 DestinationRule': [...META, 'spec.host', 'spec.subsets'],
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
};
