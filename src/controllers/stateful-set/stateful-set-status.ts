// The status of a StatefulSet: counts of its pods by state and revision, and whether it says anything new.
import { isAvailable, isRunningAndReady } from './pod-states.ts';
import { desiredReplicas, minReadyUs, type StatefulSet, type StatefulSetStatus } from '../kit/stateful-set-objects.ts';
import type { OrdinalPod } from './stateful-set-port.ts';

/** `current` and `update` are names of revisions. */
export interface RevisionNames {
  readonly current: string;
  readonly update: string;
}

type Counts = Required<
  Pick<StatefulSetStatus, 'replicas' | 'readyReplicas' | 'availableReplicas' | 'currentReplicas' | 'updatedReplicas'>
>;

export function countPods(
  set: StatefulSet,
  pods: readonly OrdinalPod[],
  { current, update }: RevisionNames,
  nowUs: number,
): Counts {
  const counts = { replicas: 0, readyReplicas: 0, availableReplicas: 0, currentReplicas: 0, updatedReplicas: 0 };
  for (const pod of pods) {
    if (!pod.exists) continue;
    counts.replicas += 1;
    if (isRunningAndReady(pod)) counts.readyReplicas += 1;
    if (isAvailable(pod, minReadyUs(set), nowUs)) counts.availableReplicas += 1;
    if (pod.deleting) continue;
    if (pod.revision === current) counts.currentReplicas += 1;
    if (pod.revision === update) counts.updatedReplicas += 1;
  }
  return counts;
}

/** A rolling update that has come to its end: what was the update revision is the current one. */
export function withFinishedUpdate(set: StatefulSet, status: StatefulSetStatus): StatefulSetStatus {
  const desired = desiredReplicas(set);
  const { updatedReplicas = 0, readyReplicas, replicas, updateRevision = '' } = status;
  const rolls = set.spec.updateStrategy?.type === 'RollingUpdate';
  if (!rolls || updatedReplicas !== desired || readyReplicas !== desired || replicas !== desired) return status;
  return { ...status, currentReplicas: updatedReplicas, currentRevision: updateRevision };
}

const COUNTS = ['replicas', 'currentReplicas', 'readyReplicas', 'updatedReplicas', 'availableReplicas'] as const;

export function isNews({ status: before }: StatefulSet, status: StatefulSetStatus): boolean {
  return (
    (status.observedGeneration ?? 0) > (before?.observedGeneration ?? 0) ||
    COUNTS.some((field) => (status[field] ?? 0) !== (before?.[field] ?? 0)) ||
    status.currentRevision !== (before?.currentRevision ?? '') ||
    status.updateRevision !== (before?.updateRevision ?? '')
  );
}
