// Which changes of a pod may make a pod schedulable (kube-scheduler's PodSchedulingPropertiesChange).
import { equalJson } from '../model/objects/equal.ts';
import type { PodClass } from '../model/pod-class.ts';
import { Happening } from './framework/cluster-events.ts';

/** Of a pod that waits: bits of `Happening`. */
export function waitingPodChanges(before: PodClass, after: PodClass): number {
  const gatesGone = gates(before) > 0 && gates(after) === 0;
  return (
    (before.labelSet === after.labelSet ? 0 : Happening.PodLabels) |
    (isSmaller(before, after) ? Happening.PodScaleDown : 0) |
    (gatesGone ? Happening.PodGatesEliminated : 0) |
    (equalJson(before.shape.tolerations, after.shape.tolerations) ? 0 : Happening.PodTolerations)
  );
}

/** Of a pod that has its node, for others: kinds of `Happening`. */
export function assignedPodChanges(before: PodClass, after: PodClass): number[] {
  return [
    ...(before.labelSet === after.labelSet ? [] : [Happening.AssignedPodLabels]),
    ...(isSmaller(before, after) ? [Happening.AssignedPodScaleDown] : []),
  ];
}

function gates({ spec }: PodClass): number {
  return spec.schedulingGates?.length ?? 0;
}

/** Whether it requests less of anything. */
function isSmaller({ shape: before }: PodClass, { shape: after }: PodClass): boolean {
  return (
    after.cpuMilli < before.cpuMilli ||
    after.memoryBytes < before.memoryBytes ||
    after.ephemeralBytes < before.ephemeralBytes ||
    Object.keys(before.extended).some((name) => (after.extended[name] ?? 0) < before.extended[name])
  );
}
