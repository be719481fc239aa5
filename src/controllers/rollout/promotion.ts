// When the new ReplicaSet of a Rollout becomes the stable one, and what the status says then.
import { nextTurn } from './canary-services.ts';
import { currentStep, stepsOf } from './canary-steps.ts';
import { revisionOf, scaleDownDeadline } from './rollout-annotations.ts';
import { Reason } from './rollout-conditions.ts';
import { availableReplicas, type RolloutStatus } from './rollout-objects.ts';
import type { RolloutSync } from './rollout-sync.ts';

/** Why it is promoted now; undefined in the middle of an update. */
export function promotionReason(work: RolloutSync, status: RolloutStatus): string | undefined {
  if (work.stable === undefined) return 'Initial deploy';
  return work.rollout.spec.strategy.blueGreen === undefined ? canaryReason(work) : blueGreenReason(work, status);
}

function canaryReason(work: RolloutSync): string | undefined {
  const { rollout, newest } = work;
  if (work.pause.isAborted || newest === undefined || availableReplicas(newest) < work.replicas) return undefined;
  if (rollout.status?.promoteFull === true) return 'Full promotion requested';
  if (isRollbackWithinWindow(work)) return 'Rollback within window';
  const steps = stepsOf(rollout).length;
  const done = steps === 0 || currentStep(rollout).index === steps;
  return done ? `Completed all ${steps} canary steps` : undefined;
}

function blueGreenReason(work: RolloutSync, status: RolloutStatus): string | undefined {
  const { rollout, newest, runs } = work;
  const active = status.blueGreen?.activeSelector ?? '';
  // The first ReplicaSet must be stable before the active Service is switched to it.
  if (active === '') return 'Initial deploy';
  if (active !== (status.currentPodHash ?? '')) return undefined;
  if (rollout.status?.promoteFull === true) return 'Full promotion requested';
  if (isRollbackWithinWindow(work)) return 'Rollback within window';
  if (work.pause.isAborted) return undefined;
  if (rollout.spec.strategy.blueGreen?.postPromotionAnalysis !== undefined) {
    if (newest !== undefined && scaleDownDeadline(newest) !== undefined) {
      return `Rollback to '${newest.metadata.name}' within scaleDownDelay`;
    }
    if (runs.phase('PostPromotion') !== 'Successful') return undefined;
  }
  return 'Completed blue-green update';
}

/** Back to a ReplicaSet that is older than the stable one, with fewer revisions between them than `rollbackWindow` has. */
export function isRollbackWithinWindow({ rollout, newest, stable, sets }: RolloutSync): boolean {
  const revisions = rollout.spec.rollbackWindow?.revisions ?? 0;
  if (newest === undefined || stable === undefined || revisions === 0) return false;
  const created = ({ metadata }: typeof newest): string => metadata.creationTimestamp ?? '';
  if (created(newest) >= created(stable)) return false;
  const between = sets.filter((set) => created(newest) < created(set) && created(set) < created(stable));
  return between.length < revisions;
}

export function promoted(work: RolloutSync, status: RolloutStatus, reason: string): RolloutStatus {
  const { rollout } = work;
  work.pause.clear();
  work.pause.removeAbort();
  const steps = stepsOf(rollout).length;
  const hash = status.currentPodHash ?? '';
  const isNew = (status.stableRS ?? '') !== hash;
  const turn = isNew ? nextTurn(rollout, status) : undefined;
  if (isNew) {
    const what = `update to revision ${revisionOf(rollout)} (${hash})`;
    work.port.event('Normal', Reason.Completed, `Rollout completed ${what}: ${reason}`);
  }
  return {
    ...status,
    stableRS: hash,
    ...(turn === undefined ? {} : { canary: { ...status.canary, stablePingPong: turn } }),
    promoteFull: undefined,
    blueGreen: { ...status.blueGreen, scaleUpPreviewCheckPoint: undefined },
    currentStepIndex: rollout.spec.strategy.canary === undefined || steps === 0 ? undefined : steps,
  };
}
