// Why a node is still there after a loop: the autoscaler's own reason, and the numbers that it comes from.
import type { NodeGroup } from '../../model/ports/cloud.ts';
import type { BlockingReason } from '../drain/drainability.ts';
import type { AutoscalerOptions } from '../options.ts';
import type { DeletionTracker } from './deletion-tracker.ts';
import type { Planner } from './planner.ts';
import type { Unremovable, UnremovableReason } from './unremovable.ts';
import { GPU } from './utilization.ts';

export type ScaleDownResult =
  | 'NotTried'
  | 'InCooldown'
  | 'NoCandidates'
  | 'NoNodeDeleted'
  | 'NodeDeleteStarted'
  | 'Error';

export interface LastLoop {
  readonly isHealthy: boolean;
  readonly scaleDown: ScaleDownResult;
}

/** Nothing is removed for so long after something else, by this option. */
export interface Pause {
  readonly option: 'scaleDownDelayAfterAdd' | 'scaleDownDelayAfterDelete' | 'scaleDownDelayAfterFailure';
  readonly untilUs: number;
}

/** What keeps a node beside the planner's reasons; `Unneeded`: nothing does. */
type OtherReason = 'ClusterUnhealthy' | 'NotSearched' | 'ScaleDownDisabled' | 'Unneeded';

/** Of a plugin it has a reason only, in the plugin's own words. */
export interface KeptNode {
  readonly reason: string;
  readonly pool?: { readonly id: string; readonly target: number; readonly min: number };
  /** Of BlockedByPod: `namespace/name`, and why it must stay. */
  readonly blocking?: { readonly pod: string; readonly reason: BlockingReason };
  /** Of NotUnderutilized: the resource that decides, and its share that is requested, of 1. */
  readonly use?: { readonly resource: string; readonly share: number; readonly threshold: number };
  /** Since when it is not needed, and from when on it may go, µs. */
  readonly unneeded?: { readonly sinceUs: number; readonly mayGoUs: number };
  /** Of RecentlyUnremovable: why, and when it is looked at again, µs. */
  readonly recent?: KeptNode & { readonly untilUs: number };
  readonly pause?: Pause;
}

interface Known extends LastLoop {
  readonly planner: Planner;
  readonly deletions: DeletionTracker;
  /** Undefined for a machine of no group. */
  readonly group: NodeGroup | undefined;
  readonly options: AutoscalerOptions;
}

export function keptNode(node: string, known: Known): KeptNode {
  const { planner, deletions, group, options, isHealthy } = known;
  const pool = group === undefined ? {} : { pool: { id: group.id, target: group.target, min: group.min } };
  const because = (reason: UnremovableReason | OtherReason): KeptNode => ({ reason, ...pool });
  if (!isHealthy) return because('ClusterUnhealthy');
  if (group === undefined) return because('NotAutoscaled');
  if (deletions.has(node)) return because('CurrentlyBeingDeleted');
  if (!options.scaleDownEnabled) return because('ScaleDownDisabled');
  // Nodes of such groups are no candidates: the planner does not look at them.
  if (group.target <= group.min) return because('NodeGroupMinSizeReached');
  const why = planner.unremovable.reasons.get(node);
  if (why !== undefined) return { ...pool, ...inDetail(node, why, known) };
  const unneeded = unneededSince(node, known);
  return unneeded === undefined ? because('NotSearched') : { ...because('Unneeded'), unneeded };
}

function inDetail(node: string, { reason, blocking }: Unremovable, known: Known): KeptNode {
  if (blocking !== undefined) {
    const { name, podClass } = blocking.blockingPod;
    return { reason, blocking: { pod: `${podClass.namespace}/${name}`, reason: blocking.reason } };
  }
  if (reason === 'NotUnderutilized') {
    const { resource = '', utilization: share = 0 } = known.planner.utilization.get(node) ?? {};
    const { scaleDownGpuUtilizationThreshold, scaleDownUtilizationThreshold } = known.options;
    const threshold = resource === GPU ? scaleDownGpuUtilizationThreshold : scaleDownUtilizationThreshold;
    return { reason, use: { resource, share, threshold } };
  }
  const recent = reason === 'RecentlyUnremovable' ? known.planner.unremovable.recent(node) : undefined;
  if (recent !== undefined)
    return { reason, recent: { ...inDetail(node, recent.why, known), untilUs: recent.untilUs } };
  const unneeded = unneededSince(node, known);
  return unneeded === undefined ? { reason } : { reason, unneeded };
}

function unneededSince(node: string, { planner, options }: Known): KeptNode['unneeded'] {
  const one = planner.unneeded.get(node);
  if (one === undefined) return undefined;
  const patienceUs = one.node.ready ? options.scaleDownUnneededTimeUs : options.scaleDownUnreadyTimeUs;
  return { sinceUs: one.sinceUs, mayGoUs: one.sinceUs + patienceUs };
}
