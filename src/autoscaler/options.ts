// The autoscaler's flags, under the names of cluster-autoscaler 1.36, in µs, cores and bytes.
import type { DrainOptions } from './drain/drainability.ts';
import type { UtilizationOptions } from './scale-down/utilization.ts';

export interface AutoscalerOptions extends DrainOptions, UtilizationOptions {
  readonly scanIntervalUs: number;
  /** Applied one after another; what is left is drawn from. */
  readonly expander: readonly ExpanderName[];
  readonly scaleDownEnabled: boolean;
  readonly scaleDownUnreadyEnabled: boolean;
  readonly scaleDownUtilizationThreshold: number;
  readonly scaleDownGpuUtilizationThreshold: number;
  readonly scaleDownUnneededTimeUs: number;
  readonly scaleDownUnreadyTimeUs: number;
  readonly scaleDownDelayAfterAddUs: number;
  readonly scaleDownDelayAfterDeleteUs: number;
  readonly scaleDownDelayAfterFailureUs: number;
  readonly unremovableNodeRecheckTimeoutUs: number;
  readonly nodeDeleteDelayAfterTaintUs: number;
  readonly maxScaleDownParallelism: number;
  readonly maxDrainParallelism: number;
  readonly maxGracefulTerminationUs: number;
  readonly maxPodEvictionTimeUs: number;
  readonly maxNodeProvisionTimeUs: number;
  /** 0: any number. */
  readonly maxNodesTotal: number;
  readonly maxCoresTotal: number;
  readonly maxMemoryTotalBytes: number;
  readonly minCoresTotal: number;
  readonly minMemoryTotalBytes: number;
  readonly maxNodesPerScaleUp: number;
  readonly newPodScaleUpDelayUs: number;
  readonly balanceSimilarNodeGroups: boolean;
  readonly enforceNodeGroupMinSize: boolean;
  readonly maxTotalUnreadyPercentage: number;
  readonly okTotalUnreadyCount: number;
  readonly initialNodeGroupBackoffUs: number;
  readonly maxNodeGroupBackoffUs: number;
  readonly nodeGroupBackoffResetUs: number;
  readonly expendablePodsPriorityCutoff: number;
  readonly maxBulkSoftTaintCount: number;
  readonly daemonSetEvictionForOccupiedNodes: boolean;
  readonly daemonSetEvictionForEmptyNodes: boolean;
}

export const EXPANDERS = ['random', 'most-pods', 'least-waste', 'least-nodes', 'price', 'priority'] as const;
export type ExpanderName = (typeof EXPANDERS)[number];

const MINUTE_US = 60e6;

export const DEFAULT_OPTIONS: AutoscalerOptions = {
  scanIntervalUs: 10e6,
  expander: ['least-waste'],
  scaleDownEnabled: true,
  scaleDownUnreadyEnabled: true,
  scaleDownUtilizationThreshold: 0.5,
  scaleDownGpuUtilizationThreshold: 0.5,
  scaleDownUnneededTimeUs: 10 * MINUTE_US,
  scaleDownUnreadyTimeUs: 20 * MINUTE_US,
  scaleDownDelayAfterAddUs: 10 * MINUTE_US,
  scaleDownDelayAfterDeleteUs: 0,
  scaleDownDelayAfterFailureUs: 3 * MINUTE_US,
  unremovableNodeRecheckTimeoutUs: 5 * MINUTE_US,
  nodeDeleteDelayAfterTaintUs: 5e6,
  maxScaleDownParallelism: 10,
  maxDrainParallelism: 1,
  maxGracefulTerminationUs: 10 * MINUTE_US,
  maxPodEvictionTimeUs: 2 * MINUTE_US,
  maxNodeProvisionTimeUs: 15 * MINUTE_US,
  maxNodesTotal: 0,
  maxCoresTotal: 320_000,
  maxMemoryTotalBytes: 6_400_000 * 2 ** 30,
  minCoresTotal: 0,
  minMemoryTotalBytes: 0,
  maxNodesPerScaleUp: 1000,
  newPodScaleUpDelayUs: 0,
  balanceSimilarNodeGroups: false,
  enforceNodeGroupMinSize: false,
  maxTotalUnreadyPercentage: 45,
  okTotalUnreadyCount: 3,
  initialNodeGroupBackoffUs: 5 * MINUTE_US,
  maxNodeGroupBackoffUs: 30 * MINUTE_US,
  nodeGroupBackoffResetUs: 180 * MINUTE_US,
  expendablePodsPriorityCutoff: -10,
  maxBulkSoftTaintCount: 10,
  daemonSetEvictionForOccupiedNodes: true,
  daemonSetEvictionForEmptyNodes: false,
  skipNodesWithSystemPods: true,
  skipNodesWithLocalStorage: true,
  skipNodesWithCustomControllerPods: true,
  minReplicaCount: 0,
  blockingSystemPodTimeoutUs: 60 * MINUTE_US,
  ignoreDaemonSetsUtilization: false,
  ignoreMirrorPodsUtilization: false,
};
