// What the conditions of a Rollout's status say after a sync: healthy, progressing or late, available, completed.
import { totalStatus } from '../kit/deployment-objects.ts';
import { currentStep } from './canary-steps.ts';
import { isSaturated, revisionOf, scaleDownDeadline } from './rollout-annotations.ts';
import {
  changesCondition,
  ConditionType,
  isCompleted,
  isHealthy,
  isProgressing,
  isTimedOut,
  Reason,
  withCondition,
} from './rollout-conditions.ts';
import { condition, findCondition, withoutCondition } from '../kit/progress-conditions.ts';
import type { RolloutCondition, RolloutStatus } from './rollout-objects.ts';
import type { RolloutSync } from './rollout-sync.ts';

type Conditions = readonly RolloutCondition[];

/** An update that is late is aborted where the spec says so, unless something moves in this sync. What has completed is not. */
export function abortAtDeadline(work: RolloutSync, status: RolloutStatus): void {
  const { rollout, pause, port } = work;
  if (rollout.spec.progressDeadlineAbort !== true || pause.isAborted || isCompleted(status)) return;
  if (isProgressing(rollout, status) || isIndefiniteStep(work) || waitsForScaleDown(work)) return;
  if (isTimedOut(rollout, rollout.status ?? {}, port.nowUs)) pause.abort(lateMessage(work));
}

/** The status with its conditions brought up to date; pauses and abort are already in it. */
export function judged(work: RolloutSync, status: RolloutStatus): RolloutStatus {
  const before = status.conditions ?? [];
  const healthy = healthNoted(work, status, before);
  const becameUnhealthy = healthy !== before && findCondition(healthy, ConditionType.Healthy)?.status === 'False';
  const aborted = work.pause.isAborted;
  const progress = aborted
    ? abortNoted(work, healthy)
    : progressNoted(work, { ...status, conditions: healthy }, becameUnhealthy);
  const available = withCondition(progress, availability(work, status));
  return { ...status, conditions: completionNoted(work, status, failureMoved(work, available)) };
}

function healthNoted(work: RolloutSync, status: RolloutStatus, conditions: Conditions): Conditions {
  const { rollout, port } = work;
  const note = (value: 'True' | 'False', message: string): Conditions =>
    withCondition(conditions, condition(port.nowUs, ConditionType.Healthy, value, Reason.Healthy, message));
  const paused = (status.pauseConditions ?? []).length > 0 || rollout.spec.paused === true;
  if (!paused && isHealthy(rollout, status)) return note('True', 'Rollout is healthy');
  if (findCondition(rollout.status?.conditions, ConditionType.Healthy) === undefined) return conditions;
  return note('False', 'Rollout is not healthy');
}

function abortNoted(work: RolloutSync, conditions: Conditions): Conditions {
  const why = work.pause.abortMessage;
  const message = `Rollout aborted update to revision ${revisionOf(work.rollout)}${why === '' ? '' : `: ${why}`}`;
  const next = condition(work.port.nowUs, ConditionType.Progressing, 'False', Reason.Aborted, message);
  if (changesCondition(conditions, next)) work.port.event('Warning', Reason.Aborted, message);
  return withCondition(conditions, next);
}

function progressNoted(work: RolloutSync, status: RolloutStatus, becameUnhealthy: boolean): Conditions {
  const { rollout, newest, port } = work;
  const { conditions = [] } = status;
  const note = (value: 'True' | 'False', reason: string, message: string): RolloutCondition =>
    condition(port.nowUs, ConditionType.Progressing, value, reason, message);
  if (isHealthy(rollout, status)) {
    const done = `ReplicaSet "${newest?.metadata.name ?? ''}" has successfully progressed.`;
    return withCondition(conditions, note('True', Reason.NewSetAvailable, done));
  }
  if (isProgressing(rollout, status) || becameUnhealthy) {
    const lost = becameUnhealthy && (status.stableRS ?? '') === (status.currentPodHash ?? '');
    const next = lost
      ? note('True', Reason.SetNotAvailable, UNAVAILABLE)
      : note('True', Reason.SetUpdated, `${subjectOf(work)} is progressing.`);
    // Written again even with the same reason: its update time starts the deadline again.
    const current = findCondition(rollout.status?.conditions, ConditionType.Progressing);
    const since = current?.status === 'True' ? current.lastTransitionTime : next.lastTransitionTime;
    return [...withoutCondition(conditions, ConditionType.Progressing), { ...next, lastTransitionTime: since }];
  }
  if (isIndefiniteStep(work) || waitsForScaleDown(work) || !isTimedOut(rollout, status, port.nowUs)) return conditions;
  return withCondition(conditions, note('False', Reason.DeadlineExceeded, lateMessage(work)));
}

function lateMessage(work: RolloutSync): string {
  return `${subjectOf(work)} has timed out progressing.`;
}

/** Whom the messages are about. */
function subjectOf({ newest, rollout }: RolloutSync): string {
  return newest === undefined ? `Rollout "${rollout.metadata.name}"` : `ReplicaSet "${newest.metadata.name}"`;
}

/** Old ReplicaSets stay up by a deadline, or went without losing it: the Rollout is not judged late meanwhile. */
function waitsForScaleDown({ others }: RolloutSync): boolean {
  return others.some((set) => scaleDownDeadline(set) !== undefined);
}

const UNAVAILABLE = 'Rollout does not have minimum availability';

function availability(work: RolloutSync, status: RolloutStatus): RolloutCondition {
  const { rollout, sets, port } = work;
  const blueGreen = rollout.spec.strategy.blueGreen !== undefined;
  const enough = blueGreen
    ? isSaturated(rollout, work.setOfHash(status.blueGreen?.activeSelector ?? ''))
    : totalStatus(sets, 'availableReplicas') >= work.replicas;
  const [value, message] = enough
    ? (['True', 'Rollout has minimum availability'] as const)
    : (['False', UNAVAILABLE] as const);
  return condition(port.nowUs, ConditionType.Available, value, Reason.Available, message);
}

/** The first ReplicaFailure of the ReplicaSets, the new one's first, becomes the Rollout's. */
function failureMoved({ newest, sets }: RolloutSync, conditions: Conditions): Conditions {
  for (const set of newest === undefined ? sets : [newest, ...sets]) {
    const failure = set.status?.conditions?.find((one) => one.type === ConditionType.ReplicaFailure);
    if (failure === undefined) continue;
    const since = failure.lastTransitionTime ?? '';
    return withCondition(conditions, {
      type: ConditionType.ReplicaFailure,
      status: failure.status,
      reason: failure.reason ?? '',
      message: failure.message ?? '',
      lastUpdateTime: since,
      lastTransitionTime: since,
    });
  }
  return withoutCondition(conditions, ConditionType.ReplicaFailure);
}

function completionNoted(work: RolloutSync, status: RolloutStatus, conditions: Conditions): Conditions {
  const { rollout, port } = work;
  const value = isCompleted(status) ? 'True' : 'False';
  const next = condition(port.nowUs, ConditionType.Completed, value, Reason.Completed, Reason.Completed);
  if (value === 'False' && changesCondition(conditions, next)) {
    const what = `update to revision ${revisionOf(rollout) + 1} (${status.currentPodHash ?? ''})`;
    port.event('Normal', Reason.NotCompleted, `Rollout not completed, started ${what}`);
  }
  return withCondition(conditions, next);
}

/** A step that takes as long as it takes, or a pause: the deadline does not count. */
export function isIndefiniteStep({ rollout }: RolloutSync): boolean {
  const { step } = currentStep(rollout);
  if (step !== undefined && (step.experiment ?? step.analysis ?? step.pause) !== undefined) return true;
  return findCondition(rollout.status?.conditions, ConditionType.Paused)?.status === 'True';
}
