// The status of a Deployment: sums over its ReplicaSets, availability, progress and its deadline.
import { timestampUs } from '../../lib/timestamp.ts';
import {
  ConditionType,
  isComplete,
  isProgressing,
  isTimedOut,
  Reason,
  withCondition,
} from './deployment-conditions.ts';
import { condition, findCondition, withoutCondition } from '../kit/progress-conditions.ts';
import {
  type Condition,
  type Deployment,
  type DeploymentStatus,
  progressDeadline,
  type ReplicaSet,
  totalDesired,
  totalStatus,
} from '../kit/deployment-objects.ts';
import type { DeploymentSync } from './deployment-sync.ts';
import type { Steps } from '../kit/sync.ts';

/** Writes the sums and the availability, if they changed. */
export function* reportStatus(work: DeploymentSync, newest: ReplicaSet | undefined, old: readonly ReplicaSet[]): Steps {
  yield* write(work, sums(work, newest, old));
}

/** Writes the status with the judgement on progress; unchanged, it comes back when the deadline may have passed. */
export function* reportProgress(
  work: DeploymentSync,
  newest: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): Steps {
  const { deployment } = work;
  const status = sums(work, newest, old);
  const conditions = failureMoved(progressNoted(work, status, newest), newest, old);
  const next = { ...status, conditions };
  if (yield* write(work, next)) return;
  comeBackAtDeadline(work, deployment, next);
}

function sums(work: DeploymentSync, newest: ReplicaSet | undefined, old: readonly ReplicaSet[]): Summed {
  const { deployment } = work;
  const all = newest === undefined ? old : [...old, newest];
  const available = totalStatus(all, 'availableReplicas');
  const terminating = totalTerminating(all);
  const { collisionCount } = deployment.status ?? {};
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: totalStatus(all, 'replicas'),
    updatedReplicas: newest?.status?.replicas ?? 0,
    readyReplicas: totalStatus(all, 'readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, totalDesired(all) - available),
    ...(terminating === undefined ? {} : { terminatingReplicas: terminating }),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: withCondition(deployment.status?.conditions ?? [], availability(work, available)),
  };
}

/** Undefined when one of them does not say. */
function totalTerminating(sets: readonly ReplicaSet[]): number | undefined {
  let sum = 0;
  for (const { status } of sets) {
    if (status?.terminatingReplicas === undefined) return undefined;
    sum += status.terminatingReplicas;
  }
  return sum;
}

type Summed = DeploymentStatus & { readonly conditions: Condition[] };

function availability(work: DeploymentSync, available: number): Condition {
  const { port, desired } = work;
  if (available >= desired - (work.rollout.limits?.maxUnavailable(desired) ?? 0)) {
    const message = 'Deployment has minimum availability.';
    return condition(port.nowUs, ConditionType.Available, 'True', Reason.MinimumAvailable, message);
  }
  const message = 'Deployment does not have minimum availability.';
  return condition(port.nowUs, ConditionType.Available, 'False', Reason.MinimumUnavailable, message);
}

function progressNoted(work: DeploymentSync, status: Summed, newest: ReplicaSet | undefined): readonly Condition[] {
  const { deployment, port } = work;
  const { conditions } = status;
  if (progressDeadline(deployment) === undefined) return withoutCondition(conditions, ConditionType.Progressing);
  const current = findCondition(deployment.status?.conditions, ConditionType.Progressing);
  const settled = status.replicas === status.updatedReplicas && current?.reason === Reason.NewSetAvailable;
  if (settled) return conditions;
  const who =
    newest === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${newest.metadata.name}"`;
  const progressing = (value: 'True' | 'False', reason: string, message: string): Condition =>
    condition(port.nowUs, ConditionType.Progressing, value, reason, message);
  if (isComplete(deployment, status)) {
    const done = progressing('True', Reason.NewSetAvailable, `${who} has successfully progressed.`);
    return withCondition(conditions, done);
  }
  // Until another template is tried.
  if (current?.reason === Reason.Aborted) return conditions;
  if (isProgressing(deployment, status)) {
    // The one condition that is written again with the same reason: its update time starts the deadline again.
    const next = progressing('True', Reason.SetUpdated, `${who} is progressing.`);
    const since = current?.status === 'True' ? current.lastTransitionTime : undefined;
    const kept = since === undefined ? next : { ...next, lastTransitionTime: since };
    return withCondition(withoutCondition(conditions, ConditionType.Progressing), kept);
  }
  if (isTimedOut(deployment, status, port.nowUs)) {
    const message = `${who} has timed out progressing.`;
    return withCondition(conditions, progressing('False', Reason.DeadlineExceeded, message));
  }
  return conditions;
}

/** The first ReplicaFailure of the ReplicaSets, the new one's first, becomes the Deployment's. */
function failureMoved(
  conditions: readonly Condition[],
  newest: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): readonly Condition[] {
  for (const set of newest === undefined ? old : [newest, ...old]) {
    const failure = set.status?.conditions?.find((one) => one.type === ConditionType.ReplicaFailure);
    if (failure === undefined) continue;
    const since = failure.lastTransitionTime;
    return withCondition(conditions, {
      type: ConditionType.ReplicaFailure,
      status: failure.status,
      reason: failure.reason ?? '',
      message: failure.message ?? '',
      ...(since === undefined ? {} : { lastUpdateTime: since, lastTransitionTime: since }),
    });
  }
  return withoutCondition(conditions, ConditionType.ReplicaFailure);
}

function* write(work: DeploymentSync, status: DeploymentStatus): Steps<boolean> {
  if (sameStatus(work.deployment.status ?? {}, status)) return false;
  work.deployment = { ...work.deployment, status };
  yield* work.port.updateStatus(work.deployment);
  return true;
}

const COUNTS = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
] as const;

function sameStatus(a: DeploymentStatus, b: DeploymentStatus): boolean {
  return (
    COUNTS.every((field) => (a[field] ?? 0) === (b[field] ?? 0)) &&
    a.terminatingReplicas === b.terminatingReplicas &&
    a.collisionCount === b.collisionCount &&
    sameConditions(a.conditions ?? [], b.conditions ?? [])
  );
}

const CONDITION_FIELDS = ['type', 'status', 'reason', 'message', 'lastUpdateTime', 'lastTransitionTime'] as const;

function sameConditions(a: readonly Condition[], b: readonly Condition[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, i) => one === b[i] || CONDITION_FIELDS.every((field) => one[field] === b[i][field]))
  );
}

function comeBackAtDeadline(work: DeploymentSync, deployment: Deployment, status: DeploymentStatus): void {
  const seconds = progressDeadline(deployment);
  const current = findCondition(deployment.status?.conditions, ConditionType.Progressing);
  if (seconds === undefined || current === undefined) return;
  if (isComplete(deployment, status) || current.reason === Reason.DeadlineExceeded) return;
  const left = timestampUs(current.lastUpdateTime ?? '') + seconds * 1e6 - work.port.nowUs;
  // A second more, since the deadline must have passed and API times are whole seconds.
  if (left < 1e6) work.port.syncRateLimited();
  else work.port.syncAfter(left + 1e6);
}
