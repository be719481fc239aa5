// A sync of a blue-green Rollout: sizes, the pause before the promotion, the active Service, the analyses, the status.
import { isActiveSet, totalStatus } from '../kit/deployment-objects.ts';
import type { Steps } from '../kit/sync.ts';
import { reconcileAnalysis } from './analysis.ts';
import {
  completedPause,
  isFastTracked,
  isReadyForPause,
  passedPreAnalysis,
  pauseBeforePromotion,
} from './blue-green-pause.ts';
import { isRollbackWithinWindow, promoted, promotionReason } from './promotion.ts';
import { reconcileEphemeralMetadata } from './ephemeral-metadata.ts';
import { restartPods } from './pod-restart.ts';
import { cleanUpHistory } from './rollout-history.ts';
import { isSaturated } from './rollout-annotations.ts';
import { availableReplicas, hashOf, type RolloutStatus } from './rollout-objects.ts';
import { revise, templateChanged } from './rollout-revisions.ts';
import { select, selectedHash } from './rollout-services.ts';
import { baseStatus, persist, reset } from './rollout-status.ts';
import type { RolloutSync } from './rollout-sync.ts';
import { activeOthers, byRevisionDown, Deadlines, isReferenced, removeDeadlines, scaleNewSet } from './scale-down.ts';
import { skipsPromotionAnalysis } from './analysis.ts';

export function* syncBlueGreen(work: RolloutSync): Steps {
  const { activeService, previewService = '' } = strategyOf(work);
  const active = work.port.findService(activeService);
  if (active === undefined) return;
  yield* revise(work, true);
  const preview = previewService === '' ? undefined : work.port.findService(previewService);
  if (preview !== undefined && !work.halted) yield* select(work, preview, hashOf(work.newest));
  if (templateChanged(work)) return yield* report(work);
  yield* restartPods(work);
  yield* reconcileEphemeralMetadata(work);
  yield* scaleBlueGreen(work);
  pauseBeforePromotion(work, selectedHash(active));
  yield* promote(work);
  yield* reconcileAnalysis(work);
  yield* report(work);
}

function strategyOf({ rollout }: RolloutSync): NonNullable<typeof rollout.spec.strategy.blueGreen> {
  return rollout.spec.strategy.blueGreen ?? { activeService: '' };
}

/** False without the active Service. */
export function* scaleBlueGreen(work: RolloutSync): Steps<boolean> {
  const service = work.port.findService(strategyOf(work).activeService);
  if (service === undefined) return false;
  yield* removeDeadlines(work);
  if (work.stable !== undefined) yield* work.resize(work.stable, work.replicas);
  yield* scaleNewSet(work);
  yield* scaleOthers(work);
  yield* cleanUpHistory(work);
  return true;
}

function* scaleOthers(work: RolloutSync): Steps {
  if (waitsForAnalysis(work)) return;
  const deadlines = new Deadlines(work);
  for (const set of [...activeOthers(work)].sort(byRevisionDown)) {
    if (isReferenced(work, set) || !isActiveSet(set)) continue;
    yield* work.resize(set, yield* deadlines.sizeOf(set, work.replicas));
  }
}

/** The old ReplicaSet stays while somebody has to look at an analysis, or, where no delay is given, until the one after the promotion ended. */
function waitsForAnalysis(work: RolloutSync): boolean {
  const { rollout, runs } = work;
  const { postPromotionAnalysis, scaleDownDelaySeconds } = strategyOf(work);
  const inconclusive = rollout.status?.pauseConditions?.some(({ reason }) => reason === 'InconclusiveAnalysisRun');
  if (inconclusive === true) return true;
  if (postPromotionAnalysis === undefined || scaleDownDelaySeconds !== undefined) return false;
  return !skipsPromotionAnalysis(work, 'PostPromotion') && runs.phase('PostPromotion') !== 'Successful';
}

/** Has the active Service select the new pods when all is well, and the stable ones after an abort. */
function* promote(work: RolloutSync): Steps {
  const { rollout, newest } = work;
  const service = work.port.findService(strategyOf(work).activeService);
  if (service === undefined || work.halted || newest === undefined) return;
  if (!isReadyForPause(work) || !isSaturated(rollout, newest)) return;
  const go = isFastTracked(work, selectedHash(service)) || (completedPause(work) && passedPreAnalysis(work));
  const hash =
    rollout.status?.abort === true ? (rollout.status.stableRS ?? '') : go ? hashOf(newest) : selectedHash(service);
  yield* select(work, service, hash);
}

function* report(work: RolloutSync): Steps {
  const { rollout, sets } = work;
  const { activeService, previewService = '' } = strategyOf(work);
  const base = baseStatus(work);
  const fresh = templateChanged(work) ? reset(work, base, undefined) : base;
  if (rollout.status?.promoteFull === true || isRollbackWithinWindow(work)) {
    work.pause.clear();
    work.pause.removeAbort();
  }
  const activeSelector = selectedHash(work.port.findService(activeService));
  const previewSelector = previewService === '' ? '' : selectedHash(work.port.findService(previewService));
  const status: RolloutStatus = { ...fresh, blueGreen: { ...fresh.blueGreen, activeSelector, previewSelector } };
  const reason = promotionReason(work, status);
  const next: RolloutStatus =
    reason === undefined
      ? { ...status, blueGreen: { ...status.blueGreen, scaleUpPreviewCheckPoint: passesCheckPoint(work) } }
      : promoted(work, status, reason);
  const active = work.setOfHash(activeSelector);
  const counted = active === undefined ? sets : [active];
  yield* persist(work, {
    ...next,
    HPAReplicas: totalStatus(counted, 'replicas'),
    availableReplicas: totalStatus(counted, 'availableReplicas'),
    readyReplicas: totalStatus(counted, 'readyReplicas'),
  });
}

/** Once the preview has been seen to be well, the new ReplicaSet gets its whole size. */
function passesCheckPoint(work: RolloutSync): boolean {
  const preview = strategyOf(work).previewReplicaCount;
  if (preview === undefined) return false;
  if (work.rollout.status?.blueGreen?.scaleUpPreviewCheckPoint === true) return true;
  return passedPreAnalysis(work) && completedPause(work) && availableReplicas(work.newest) === preview;
}
