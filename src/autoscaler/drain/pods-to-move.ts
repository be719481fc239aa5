// The pods that have to find another node when theirs is removed, or the pod that forbids it.
import type { ListedPod } from '../cluster/listed.ts';
import { isDaemonSetPod, isMirrorPod, safeToEvict } from '../cluster/pod-facts.ts';
import { type BlockingReason, type DrainContext, drainability } from './drainability.ts';

export interface PodsToMove {
  readonly move: readonly ListedPod[];
  readonly daemonSet: readonly ListedPod[];
  /** The node waits for them. */
  readonly onCompletion: readonly ListedPod[];
}

export interface BlockingPod {
  readonly blockingPod: ListedPod;
  readonly reason: BlockingReason;
}

/** Pods are looked at in the order of the node's list; the first that must stay decides. */
export function podsToMove(pods: readonly ListedPod[], context: DrainContext): PodsToMove | BlockingPod {
  const move: ListedPod[] = [];
  const daemonSet: ListedPod[] = [];
  const onCompletion: ListedPod[] = [];
  for (const pod of pods) {
    const verdict = drainability(pod, context);
    if (verdict.outcome === 'BlockDrain') return { blockingPod: pod, reason: verdict.reason };
    if (verdict.outcome === 'SkipDrain') continue;
    if (verdict.outcome === 'WaitForCompletion') onCompletion.push(pod);
    else if (isDaemonSetPod(pod)) daemonSet.push(pod);
    else move.push(pod);
  }
  return { move, daemonSet, onCompletion };
}

/** Whether `podsToMove` would find no pod that has to move, and none that must stay. */
export function hasNobodyToMove(pods: readonly ListedPod[], context: DrainContext): boolean {
  return pods.every((pod) => {
    if (hasToMoveOrStay(pod)) return false;
    const { outcome } = drainability(pod, context);
    if (outcome === 'SkipDrain' || outcome === 'WaitForCompletion') return true;
    return outcome !== 'BlockDrain' && isDaemonSetPod(pod);
  });
}

/** Of most pods their own facts say so, whatever the rules find of their controllers and budgets. */
function hasToMoveOrStay(pod: ListedPod): boolean {
  return (
    pod.deletionUs === undefined && !isDaemonSetPod(pod) && !isMirrorPod(pod) && safeToEvict(pod) !== 'on-completion'
  );
}
