// Conditions of a Rollout's status: setting one, and the judgements healthy, progressing and timed out.
import { timestampUs } from '../../lib/timestamp.ts';
import { findCondition, withoutCondition } from '../kit/progress-conditions.ts';
import { stepsOf } from './canary-steps.ts';
import { type Rollout, type RolloutCondition, rolloutReplicas, type RolloutStatus } from './rollout-objects.ts';

export const ConditionType = {
  Available: 'Available',
  Completed: 'Completed',
  Healthy: 'Healthy',
  InvalidSpec: 'InvalidSpec',
  Paused: 'Paused',
  Progressing: 'Progressing',
  ReplicaFailure: 'ReplicaFailure',
} as const;

export const Reason = {
  Aborted: 'RolloutAborted',
  Available: 'AvailableReason',
  Completed: 'RolloutCompleted',
  DeadlineExceeded: 'ProgressDeadlineExceeded',
  Healthy: 'RolloutHealthy',
  InvalidSpec: 'InvalidSpec',
  NewSetAvailable: 'NewReplicaSetAvailable',
  NewSetCreated: 'NewReplicaSetCreated',
  NewSetFound: 'FoundNewReplicaSet',
  NotCompleted: 'RolloutNotCompleted',
  Paused: 'RolloutPaused',
  Resumed: 'RolloutResumed',
  Retry: 'RolloutRetry',
  SetCreateError: 'ReplicaSetCreateError',
  SetNotAvailable: 'ReplicaSetNotAvailable',
  SetUpdated: 'ReplicaSetUpdated',
} as const;

const DEFAULT_DEADLINE_SECONDS = 600;

type Conditions = readonly RolloutCondition[];

/** Whether setting it changes anything: another status or reason does. */
export function changesCondition(conditions: Conditions, next: RolloutCondition): boolean {
  const current = findCondition(conditions, next.type);
  return current === undefined || current.status !== next.status || current.reason !== next.reason;
}

/** The same list where nothing changes; the transition time is kept while the status is the same. */
export function withCondition(conditions: Conditions, next: RolloutCondition): Conditions {
  if (!changesCondition(conditions, next)) return conditions;
  const current = findCondition(conditions, next.type);
  const since = current?.status === next.status ? current.lastTransitionTime : next.lastTransitionTime;
  return [...withoutCondition(conditions, next.type), { ...next, lastTransitionTime: since }];
}

/** All pods are of the new template and available, the strategy has come to its end, and the spec has been seen. */
export function isHealthy(rollout: Rollout, status: RolloutStatus): boolean {
  const replicas = rolloutReplicas(rollout);
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    rollout.status?.observedGeneration === String(rollout.metadata.generation ?? 0) &&
    strategyEnded(rollout, status, replicas)
  );
}

function strategyEnded(rollout: Rollout, status: RolloutStatus, replicas: number): boolean {
  const { blueGreen } = rollout.spec.strategy;
  const current = status.currentPodHash ?? '';
  if (blueGreen !== undefined) {
    const previewed = (blueGreen.previewService ?? '') === '' || (status.blueGreen?.previewSelector ?? '') === current;
    return (status.blueGreen?.activeSelector ?? '') === current && previewed;
  }
  const steps = stepsOf(rollout).length;
  const allSteps = steps === 0 || status.currentStepIndex === undefined || status.currentStepIndex === steps;
  return allSteps && isCompleted(status) && (status.replicas ?? 0) === replicas;
}

/** The new ReplicaSet is the stable one. */
export function isCompleted({ stableRS = '', currentPodHash = '' }: RolloutStatus): boolean {
  return stableRS !== '' && stableRS === currentPodHash;
}

/** Something moved since the status that the Rollout had. */
export function isProgressing(rollout: Rollout, status: RolloutStatus): boolean {
  const before = rollout.status ?? {};
  return (
    (status.updatedReplicas ?? 0) !== (before.updatedReplicas ?? 0) ||
    oldReplicas(status) < oldReplicas(before) ||
    (status.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (status.availableReplicas ?? 0) > (before.availableReplicas ?? 0) ||
    strategyMoved(rollout, before, status)
  );
}

function strategyMoved({ spec }: Rollout, before: RolloutStatus, status: RolloutStatus): boolean {
  if (spec.strategy.blueGreen !== undefined) {
    const selectors = ({ blueGreen }: RolloutStatus): string =>
      `${blueGreen?.activeSelector ?? ''}/${blueGreen?.previewSelector ?? ''}`;
    return selectors(before) !== selectors(status);
  }
  const stepped =
    status.currentStepIndex !== undefined &&
    before.currentStepIndex !== undefined &&
    status.currentStepIndex !== before.currentStepIndex;
  return (
    stepped ||
    (status.stableRS ?? '') !== (before.stableRS ?? '') ||
    (status.currentStepHash ?? '') !== (before.currentStepHash ?? '')
  );
}

function oldReplicas(status: RolloutStatus): number {
  return (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
}

export function deadlineSeconds({ spec }: Rollout): number {
  return spec.progressDeadlineSeconds ?? DEFAULT_DEADLINE_SECONDS;
}

/** No progress for longer than the deadline, or judged so before. The time before a retry and that of a pause do not count. */
export function isTimedOut(rollout: Rollout, status: RolloutStatus, nowUs: number): boolean {
  const progressing = findCondition(status.conditions, ConditionType.Progressing);
  if (progressing === undefined) return false;
  if (progressing.reason === Reason.Aborted || progressing.reason === Reason.Paused) return false;
  if (progressing.reason === Reason.DeadlineExceeded) return true;
  return timestampUs(progressing.lastUpdateTime) + deadlineSeconds(rollout) * 1e6 < nowUs;
}
