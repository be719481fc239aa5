// The status of a ReplicaSet or a ReplicationController: counts of its pods, and the condition for pods that could not be created or deleted.
import { timestamp } from '../../lib/timestamp.ts';
import type { ReplicaSet, ReplicaSetStatus } from '../kit/deployment-objects.ts';
import type { PodFailure } from '../kit/pod-control.ts';

export interface PodCounts {
  readonly active: number;
  readonly ready: number;
  readonly available: number;
  /** Active pods with all labels of the template: others can only have been adopted. */
  readonly fullyLabeled: number;
  /** Undefined where the kind has no such number. */
  readonly terminating: number | undefined;
}

const FAILURE = 'ReplicaFailure';

export function replicaSetStatus(
  set: ReplicaSet,
  counts: PodCounts,
  failure: PodFailure | undefined,
  nowUs: number,
): ReplicaSetStatus {
  const before = set.status?.conditions ?? [];
  const known = before.find((one) => one.type === FAILURE);
  const others = before.filter((one) => one.type !== FAILURE);
  const failed = known ?? {
    type: FAILURE,
    status: 'True',
    lastTransitionTime: timestamp(nowUs),
    ...(failure ?? { reason: '' }),
  };
  const conditions = failure === undefined ? others : [...others, failed];
  return {
    replicas: counts.active,
    fullyLabeledReplicas: counts.fullyLabeled,
    readyReplicas: counts.ready,
    availableReplicas: counts.available,
    ...(counts.terminating === undefined ? {} : { terminatingReplicas: counts.terminating }),
    observedGeneration: set.metadata.generation ?? 0,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

const COUNTS = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'terminatingReplicas',
  'observedGeneration',
] as const;

/** Conditions differ exactly when there is a failure in one and none in the other. */
export function sameReplicaSetStatus(a: ReplicaSetStatus, b: ReplicaSetStatus): boolean {
  return (
    COUNTS.every((field) => (a[field] ?? 0) === (b[field] ?? 0)) &&
    (a.conditions?.length ?? 0) === (b.conditions?.length ?? 0)
  );
}
