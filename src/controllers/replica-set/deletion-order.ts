// Which pods of a ReplicaSet go first when it shrinks (ActivePodsWithRanks of Kubernetes; behaviour B.1).

export interface DeletionCandidate {
  readonly assigned: boolean;
  /** 0 Pending, 1 Unknown, 2 Running. */
  readonly phase: number;
  readonly ready: boolean;
  /** controller.kubernetes.io/pod-deletion-cost, 0 without one. */
  readonly cost: number;
  /** Active pods of the same Deployment on its node. */
  readonly rank: number;
  /** When it became ready; undefined when that is not known. API times: whole seconds, in µs. */
  readonly readyAtUs: number | undefined;
  /** Most restarts of one container, and of one sidecar. */
  readonly restarts: number;
  readonly sidecarRestarts: number;
  readonly createdAtUs: number;
  uid(): string;
}

/** The value of the annotation: an int32 without sign or leading zeros beyond Go's rule, else 0. */
export function deletionCost(text: string | undefined): number {
  if (text === undefined || !/^(0|-?[1-9]\d*)$/.test(text)) return 0;
  const cost = Number(text);
  return cost >= -(2 ** 31) && cost < 2 ** 31 ? cost : 0;
}

/** Negative when `a` is deleted before `b`. */
export function compareForDeletion(a: DeletionCandidate, b: DeletionCandidate, nowUs: number): number {
  if (a.assigned !== b.assigned) return a.assigned ? 1 : -1;
  if (a.phase !== b.phase) return a.phase - b.phase;
  if (a.ready !== b.ready) return a.ready ? 1 : -1;
  if (a.cost !== b.cost) return a.cost - b.cost;
  if (a.rank !== b.rank) return b.rank - a.rank;
  if (a.ready && a.readyAtUs !== b.readyAtUs) return byAge(a, b, a.readyAtUs, b.readyAtUs, nowUs);
  if (a.restarts !== b.restarts) return b.restarts - a.restarts;
  if (a.sidecarRestarts !== b.sidecarRestarts) return b.sidecarRestarts - a.sidecarRestarts;
  if (a.createdAtUs !== b.createdAtUs) return byAge(a, b, a.createdAtUs, b.createdAtUs, nowUs);
  return 0;
}

/** The younger first, ages being compared by their power of two in nanoseconds; within one power by UID. */
function byAge(
  a: DeletionCandidate,
  b: DeletionCandidate,
  aUs: number | undefined,
  bUs: number | undefined,
  nowUs: number,
): number {
  if (aUs === undefined || bUs === undefined) return aUs === undefined ? -1 : 1;
  const difference = powerOfAge(nowUs - aUs) - powerOfAge(nowUs - bUs);
  if (difference !== 0) return difference;
  return a.uid() < b.uid() ? -1 : 1;
}

/** The whole part of log2 of the age in nanoseconds, by halving: exact on every machine. */
function powerOfAge(ageUs: number): number {
  if (ageUs <= 0) return -1;
  let power = 0;
  for (let rest = ageUs * 1000; rest >= 2; rest /= 2) power += 1;
  return power;
}
