// The status of a Rollout: sums over its ReplicaSets, and how it is written.
import { timestampUs } from '../../lib/timestamp.ts';
import { totalStatus } from '../kit/deployment-objects.ts';
import type { Steps } from '../kit/sync.ts';
import { isPaused } from './pause-conditions.ts';
import { ConditionType, deadlineSeconds, isHealthy, Reason } from './rollout-conditions.ts';
import { findCondition } from '../kit/progress-conditions.ts';
import { hashOf, type RolloutStatus } from './rollout-objects.ts';
import { abortAtDeadline, isIndefiniteStep, judged } from './rollout-judgement.ts';
import { rolloutPhase } from './rollout-phase.ts';
import { currentHash } from './rollout-revisions.ts';
import type { RolloutSync } from './rollout-sync.ts';

/** What both strategies begin with. */
export function baseStatus(work: RolloutSync): RolloutStatus {
  const { rollout, newest, sets } = work;
  const { status = {} } = rollout;
  return {
    ...work.runs.statuses,
    currentPodHash: newest === undefined ? currentHash(rollout) : hashOf(newest),
    stableRS: status.stableRS,
    replicas: totalStatus(sets, 'replicas'),
    updatedReplicas: newest?.status?.replicas ?? 0,
    readyReplicas: totalStatus(sets, 'readyReplicas'),
    collisionCount: status.collisionCount,
    conditions: (status.conditions ?? []).filter(({ type }) => type !== ConditionType.InvalidSpec),
    restartedAt: work.restartedAt,
    promoteFull: status.promoteFull,
  };
}

/** At the beginning of an update. */
export function reset(work: RolloutSync, status: RolloutStatus, stepIndex: number | undefined): RolloutStatus {
  work.pause.clear();
  work.pause.removeAbort();
  work.restartedAt = work.rollout.spec.restartAt;
  return {
    ...status,
    restartedAt: work.restartedAt,
    promoteFull: undefined,
    canary: {
      ...status.canary,
      currentStepAnalysisRunStatus: undefined,
      currentBackgroundAnalysisRunStatus: undefined,
    },
    blueGreen: {
      ...status.blueGreen,
      prePromotionAnalysisRunStatus: undefined,
      postPromotionAnalysisRunStatus: undefined,
      scaleUpPreviewCheckPoint: undefined,
    },
    currentStepIndex: stepIndex,
  };
}

/** Writes the status, with pauses and phase; unchanged, the Rollout comes back when its deadline may have passed. */
export function* persist(work: RolloutSync, status: RolloutStatus): Steps {
  const { rollout } = work;
  const before = rollout.status ?? {};
  abortAtDeadline(work, status);
  const paused = work.pause.applied(status, work.port.nowUs);
  const observed = { ...judged(work, paused), observedGeneration: String(rollout.metadata.generation ?? 0) };
  const next = { ...observed, ...rolloutPhase(rollout, observed) };
  if (!(yield* work.patchStatus(next))) return comeBackAtDeadline(work, next);
  tellPause(work, before, next);
}

function tellPause(work: RolloutSync, before: RolloutStatus, next: RolloutStatus): void {
  const wasPaused = (before.pauseConditions ?? []).length > 0;
  const pause = next.pauseConditions?.at(0);
  if (wasPaused === (pause !== undefined)) return;
  if (pause !== undefined) work.port.event('Normal', Reason.Paused, `Rollout is paused (${pause.reason})`);
  else if (next.abortedAt === undefined) work.port.event('Normal', Reason.Resumed, 'Rollout is resumed');
}

function comeBackAtDeadline(work: RolloutSync, status: RolloutStatus): void {
  const { rollout } = work;
  const current = findCondition(rollout.status?.conditions, ConditionType.Progressing);
  if (current === undefined || isHealthy(rollout, status)) return;
  if (current.reason === Reason.DeadlineExceeded) return;
  if (isPaused(work) || rollout.status?.abort === true || isIndefiniteStep(work)) return;
  const left = timestampUs(current.lastUpdateTime) + deadlineSeconds(rollout) * 1e6 - work.port.nowUs;
  // A second more, since the deadline must have passed and API times are whole seconds.
  if (left < 1e6) work.port.syncRateLimited();
  else work.port.syncAfter(left + 1e6);
}
