// The status of a DaemonSet: how many nodes should have a pod, have one, have one that is ready, available, of the current revision.
import type { DaemonSet, DaemonSetStatus } from '../kit/daemon-set-objects.ts';
import type { DaemonNodes } from './daemon-nodes.ts';

/** `observes`: the sync has acted upon the generation. Undefined when there is nothing to write. */
export function daemonSetStatus(set: DaemonSet, nodes: DaemonNodes, observes: boolean): DaemonSetStatus | undefined {
  const { desired, current, misscheduled, ready, available, updated } = nodes;
  const counts = {
    desiredNumberScheduled: desired,
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    numberReady: ready,
    updatedNumberScheduled: updated,
    numberAvailable: available,
    numberUnavailable: desired - available,
  };
  const before: Partial<DaemonSetStatus> = set.status ?? {};
  const { generation = 0 } = set.metadata;
  const { observedGeneration = 0 } = before;
  const isSame = Object.entries(counts).every(
    ([field, count]) => (before[field as keyof typeof counts] ?? 0) === count,
  );
  if (isSame && observedGeneration >= generation) return undefined;
  return { ...before, ...counts, observedGeneration: observes ? generation : observedGeneration };
}
