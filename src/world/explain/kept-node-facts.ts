// Why the node autoscaler does not remove a node, in sentences that begin with its own reasons.
import type { KeptNode } from '../../autoscaler/scale-down/kept-node.ts';
import { counted } from '../../lib/plural.ts';
import { showDuration, showInUnit } from '../expectations.ts';

/** Of a pod that must stay, in the words of the autoscaler's drainability rules. */
const BLOCKED: Readonly<Record<NonNullable<KeptNode['blocking']>['reason'], string>> = {
  ControllerNotFound: 'its controller is not there any more',
  MinReplicasReached: 'its controller wants too few replicas (minReplicaCount)',
  NotReplicated: 'it is not replicated: nothing would make it again',
  UnmovableKubeSystemPod: 'it is in kube-system, and no PodDisruptionBudget is about it (skipNodesWithSystemPods)',
  NotSafeToEvictAnnotation: 'its annotation says that it is not safe to evict',
  LocalStorageRequested: 'it has local storage (skipNodesWithLocalStorage)',
  NotEnoughPdb: 'its PodDisruptionBudget does not allow it',
};

export function keptNodeFacts(kept: KeptNode, nowUs: number): string[] {
  const { pause, unneeded, reason } = kept;
  const waits = unneeded !== undefined && unneeded.mayGoUs < nowUs ? '; it goes when its turn comes' : '';
  const said = reason === 'Unneeded' ? `Not needed${sinceText(kept)}${waits}.` : `Kept: ${reasonText(kept)}.`;
  if (pause === undefined || kept.pool === undefined) return [said];
  return [said, `No node is removed before ${showDuration(pause.untilUs)} in any case (${pause.option}).`];
}

function reasonText(kept: KeptNode): string {
  const text = explained(kept);
  return text === '' ? kept.reason : `${kept.reason}, ${text}`;
}

function explained(kept: KeptNode): string {
  const { reason, pool, blocking, use, recent } = kept;
  switch (reason) {
    case 'BlockedByPod':
      return blocking === undefined
        ? ''
        : `${blocking.pod} must stay (${blocking.reason}): ${BLOCKED[blocking.reason]}`;
    case 'NotUnderutilized':
      return use === undefined
        ? ''
        : `${showInUnit('ratio', use.share)} of its ${use.resource} is requested, more than ${showInUnit('ratio', use.threshold)}`;
    case 'RecentlyUnremovable':
      return recent === undefined
        ? ''
        : `it is looked at again from ${showDuration(recent.untilUs)} on (unremovableNodeRecheckTimeout); it was ${reasonText(recent)}`;
    case 'NodeGroupMinSizeReached':
      return pool === undefined
        ? ''
        : `pool ${pool.id} shall have ${counted(pool.target, 'node')}, and ${pool.min} at least`;
    case 'NotUnneededLongEnough':
    case 'NotUnreadyLongEnough':
      return `not needed${sinceText(kept)}`;
    default:
      return OTHERS[reason] ?? '';
  }
}

const OTHERS: Readonly<Partial<Record<string, string>>> = {
  ClusterUnhealthy: 'too many nodes are not ready: none is added or removed',
  CurrentlyBeingDeleted: 'it is on its way out',
  MinimalResourceLimitExceeded:
    'the cluster must keep so many cores and so much memory (minCoresTotal, minMemoryTotal)',
  NoPlaceToMovePods: 'its pods find no place on the other nodes',
  NotAutoscaled: 'it belongs to no pool that may change its size',
  NotSearched: 'enough others had been found that may go first',
  ScaleDownDisabled: 'scaleDownEnabled is false',
  ScaleDownDisabledAnnotation: 'it is annotated with cluster-autoscaler.kubernetes.io/scale-down-disabled',
  ScaleDownUnreadyDisabled: 'it is not ready, and scaleDownUnreadyEnabled is false',
};

/** ` since 2m10s, to be removed after 2m30s`; nothing where it is not said. */
function sinceText({ unneeded }: KeptNode): string {
  if (unneeded === undefined) return '';
  return ` since ${showDuration(unneeded.sinceUs)}, to be removed after ${showDuration(unneeded.mayGoUs)}`;
}
