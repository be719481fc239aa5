// The fields of Argo's Rollouts that their controller reads and writes, and the names under which it keeps things on other objects.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { MetricRule, TemplateReference } from '../../model/analysis/metric.ts';
import type { AnalysisUse } from '../../model/analysis/templates.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { ExperimentAnalysis } from './experiment-objects.ts';
import type { ReplicaSet } from '../kit/deployment-objects.ts';
import type { StringMatch } from '../routes/route-objects.ts';

export const ROLLOUT_API = 'argoproj.io/v1alpha1';
/** The label by which pods and ReplicaSets of a Rollout know their template. */
export const ROLLOUT_HASH_LABEL = 'rollouts-pod-template-hash';

export const RolloutAnnotation = {
  Revision: 'rollout.argoproj.io/revision',
  RevisionHistory: 'rollout.argoproj.io/revision-history',
  Desired: 'rollout.argoproj.io/desired-replicas',
  /** On a Service: the Rollout that chooses its pods. */
  ManagedBy: 'argo-rollouts.argoproj.io/managed-by-rollouts',
  /** On a ReplicaSet: when it goes, RFC 3339. */
  ScaleDownDeadline: 'argo-rollouts.argoproj.io/scale-down-deadline',
} as const;

export interface SetCanaryScale {
  readonly weight?: number;
  readonly replicas?: number;
  readonly matchTrafficWeight?: boolean;
}

export interface RolloutAnalysis extends AnalysisUse {
  readonly templates?: readonly TemplateReference[];
  readonly analysisRunMetadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** Requests that match go to the canary; without a match the route goes. */
export interface HeaderRoute {
  readonly name: string;
  readonly match?: readonly { readonly headerName: string; readonly headerValue: StringMatch }[];
}

/** Requests that match go to the canary too, whose answers nobody waits for; without a match the route goes. */
export interface MirrorRoute {
  readonly name: string;
  readonly percentage?: number;
  readonly match?: readonly {
    readonly method?: StringMatch;
    readonly path?: StringMatch;
    readonly headers?: Readonly<Record<string, StringMatch>>;
  }[];
}

export interface NginxRouting {
  readonly stableIngress?: string;
  readonly stableIngresses?: readonly string[];
  readonly annotationPrefix?: string;
  readonly additionalIngressAnnotations?: Readonly<Record<string, string>>;
  readonly canaryIngressAnnotations?: Readonly<Record<string, string>>;
}

/** `routes` are names of its HTTP routes. */
export interface IstioVirtualService {
  readonly name: string;
  readonly routes?: readonly string[];
}

export interface IstioRouting {
  readonly virtualService?: IstioVirtualService;
  readonly virtualServices?: readonly IstioVirtualService[];
  readonly destinationRule?: {
    readonly name: string;
    readonly canarySubsetName: string;
    readonly stableSubsetName: string;
  };
}

export interface GatewayRouting {
  readonly httpRoute?: string;
  readonly httpRoutes?: readonly { readonly name: string }[];
  readonly namespace?: string;
}

interface TrafficRouting {
  readonly maxTrafficWeight?: number;
  readonly managedRoutes?: readonly { readonly name: string }[];
  readonly nginx?: NginxRouting;
  readonly istio?: IstioRouting;
  readonly alb?: { readonly rootService?: string };
  /** By the name of the plugin. */
  readonly plugins?: Readonly<Record<string, GatewayRouting>>;
}

export interface ExperimentStepTemplate {
  readonly name: string;
  readonly specRef: 'stable' | 'canary';
  readonly replicas?: number;
  readonly selector?: LabelSelector;
  readonly metadata?: PodMetadata;
  /** Of the traffic, where there is a router. */
  readonly weight?: number;
  readonly service?: { readonly name?: string };
}

export interface ExperimentStep {
  readonly templates: readonly ExperimentStepTemplate[];
  readonly duration?: string | number;
  readonly analyses?: readonly ExperimentAnalysis[];
  readonly dryRun?: readonly MetricRule[];
  readonly analysisRunMetadata?: PodMetadata;
}

export interface CanaryStep {
  readonly setWeight?: number;
  readonly pause?: { readonly duration?: number | string };
  readonly setCanaryScale?: SetCanaryScale;
  readonly analysis?: RolloutAnalysis;
  readonly experiment?: ExperimentStep;
  readonly setHeaderRoute?: HeaderRoute;
  readonly setMirrorRoute?: MirrorRoute;
}

interface AntiAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: object;
  readonly preferredDuringSchedulingIgnoredDuringExecution?: { readonly weight: number };
}

/** What pods get beside their template's. */
export interface PodMetadata {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface CanaryStrategy {
  readonly canaryMetadata?: PodMetadata;
  readonly stableMetadata?: PodMetadata;
  readonly canaryService?: string;
  readonly stableService?: string;
  /** Two Services that take turns, in place of the two above; behind an ALB they are divided from its `rootService`. */
  readonly pingPong?: { readonly pingService: string; readonly pongService: string };
  readonly steps?: readonly CanaryStep[];
  readonly trafficRouting?: TrafficRouting;
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
  readonly analysis?: RolloutAnalysis & { readonly startingStep?: number };
  readonly antiAffinity?: AntiAffinity;
  readonly dynamicStableScale?: boolean;
  readonly minPodsPerReplicaSet?: number;
  readonly scaleDownDelaySeconds?: number;
  readonly scaleDownDelayRevisionLimit?: number;
  readonly abortScaleDownDelaySeconds?: number;
}

export interface BlueGreenStrategy {
  readonly previewMetadata?: PodMetadata;
  readonly activeMetadata?: PodMetadata;
  readonly activeService: string;
  readonly previewService?: string;
  readonly previewReplicaCount?: number;
  readonly autoPromotionEnabled?: boolean;
  readonly autoPromotionSeconds?: number;
  readonly maxUnavailable?: number | string;
  readonly prePromotionAnalysis?: RolloutAnalysis;
  readonly postPromotionAnalysis?: RolloutAnalysis;
  readonly antiAffinity?: AntiAffinity;
  readonly scaleDownDelaySeconds?: number;
  readonly scaleDownDelayRevisionLimit?: number;
  readonly abortScaleDownDelaySeconds?: number;
}

/** Whose template and selector a Rollout takes. */
export interface WorkloadReference {
  readonly kind?: 'Deployment' | 'PodTemplate' | 'ReplicaSet';
  readonly name: string;
  readonly scaleDown?: 'never' | 'onsuccess' | 'progressively';
}

interface RolloutSpec {
  readonly replicas?: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly workloadRef?: WorkloadReference;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly paused?: boolean;
  readonly progressDeadlineSeconds?: number;
  readonly progressDeadlineAbort?: boolean;
  readonly restartAt?: string;
  readonly rollbackWindow?: { readonly revisions?: number };
  readonly strategy: { readonly canary?: CanaryStrategy; readonly blueGreen?: BlueGreenStrategy };
}

export interface RolloutCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastUpdateTime: string;
  readonly lastTransitionTime: string;
}

export type PauseReason = 'CanaryPauseStep' | 'BlueGreenPause' | 'InconclusiveAnalysisRun' | 'InconclusiveExperiment';

export interface PauseCondition {
  readonly reason: PauseReason;
  readonly startTime: string;
}

export interface WeightDestination {
  readonly weight: number;
  readonly podTemplateHash?: string | undefined;
  readonly serviceName?: string | undefined;
}

export interface TrafficWeights {
  readonly canary: WeightDestination;
  readonly stable: WeightDestination;
  /** Of an experiment. */
  readonly additional?: readonly WeightDestination[] | undefined;
  readonly verified?: boolean | undefined;
}

export type AnalysisPhase = '' | 'Pending' | 'Running' | 'Successful' | 'Failed' | 'Error' | 'Inconclusive';

export interface AnalysisRunStatus {
  readonly name: string;
  readonly status: AnalysisPhase;
  readonly message?: string | undefined;
}

interface CanaryStatus {
  /** Which of two Services that take turns is the stable one; neither before the first revision is. */
  readonly stablePingPong?: 'ping' | 'pong' | undefined;
  readonly weights?: TrafficWeights | undefined;
  readonly currentStepAnalysisRunStatus?: AnalysisRunStatus | undefined;
  readonly currentBackgroundAnalysisRunStatus?: AnalysisRunStatus | undefined;
  readonly currentExperiment?: string | undefined;
}

interface BlueGreenStatus {
  readonly activeSelector?: string | undefined;
  readonly previewSelector?: string | undefined;
  readonly scaleUpPreviewCheckPoint?: boolean | undefined;
  readonly prePromotionAnalysisRunStatus?: AnalysisRunStatus | undefined;
  readonly postPromotionAnalysisRunStatus?: AnalysisRunStatus | undefined;
}

/** Absent fields have Go's zero value. */
export interface RolloutStatus {
  readonly phase?: string | undefined;
  readonly message?: string | undefined;
  readonly abort?: boolean | undefined;
  readonly abortedAt?: string | undefined;
  readonly promoteFull?: boolean | undefined;
  readonly controllerPause?: boolean | undefined;
  readonly pauseConditions?: readonly PauseCondition[] | undefined;
  readonly currentPodHash?: string | undefined;
  readonly currentStepHash?: string | undefined;
  readonly currentStepIndex?: number | undefined;
  readonly stableRS?: string | undefined;
  readonly replicas?: number | undefined;
  readonly updatedReplicas?: number | undefined;
  readonly readyReplicas?: number | undefined;
  readonly availableReplicas?: number | undefined;
  readonly HPAReplicas?: number | undefined;
  readonly selector?: string | undefined;
  readonly collisionCount?: number | undefined;
  readonly observedGeneration?: string | undefined;
  readonly restartedAt?: string | undefined;
  readonly conditions?: readonly RolloutCondition[] | undefined;
  readonly canary?: CanaryStatus | undefined;
  readonly blueGreen?: BlueGreenStatus | undefined;
}

export interface Rollout extends KubeObject {
  readonly kind: 'Rollout';
  readonly spec: RolloutSpec;
  readonly status?: RolloutStatus;
}

export function rolloutReplicas({ spec }: Rollout): number {
  return spec.replicas ?? 1;
}

export function availableReplicas(set: ReplicaSet | undefined): number {
  return set?.status?.availableReplicas ?? 0;
}

/** The hash that a ReplicaSet carries as a label; empty for none. */
export function hashOf(set: ReplicaSet | undefined): string {
  return set?.metadata.labels?.[ROLLOUT_HASH_LABEL] ?? '';
}

/** The ReplicaSet of its newest template is the stable one. */
export function isFullyPromoted({ status }: Rollout): boolean {
  return (status?.stableRS ?? '') === (status?.currentPodHash ?? '');
}

export function pauseCondition({ status }: Rollout, reason: PauseReason): PauseCondition | undefined {
  return status?.pauseConditions?.find((one) => one.reason === reason);
}
