// The pause of a blue-green Rollout before its promotion: until somebody promotes it, or for a time.
import { timestampUs } from '../../lib/timestamp.ts';
import { desiredReplicas } from '../kit/deployment-objects.ts';
import { blueGreenSize } from './blue-green-size.ts';
import { scaleDownDeadline } from './rollout-annotations.ts';
import { availableReplicas, hashOf, pauseCondition } from './rollout-objects.ts';
import type { RolloutSync } from './rollout-sync.ts';

const REASON = 'BlueGreenPause';

/** Begins or ends the pause as needed. `active` is the hash that the active Service selects. */
export function pauseBeforePromotion(work: RolloutSync, active: string): void {
  const { rollout, pause, port } = work;
  if (rollout.status?.abort === true || !isReadyForPause(work) || work.halted) return;
  const checked = rollout.status?.blueGreen?.scaleUpPreviewCheckPoint === true;
  if (isFastTracked(work, active) || checked || !pausesAtAll(work)) return pause.remove(REASON);
  if (!passedPreAnalysis(work)) return;
  const begun = pauseCondition(rollout, REASON);
  if (begun === undefined) {
    // With controllerPause and no condition it was ended by hand.
    if (rollout.status?.controllerPause !== true) pause.add(REASON);
    return;
  }
  if (completedPause(work)) return pause.remove(REASON);
  const seconds = promotionSeconds(work);
  const left = timestampUs(begun.startTime) + seconds * 1e6 - port.nowUs;
  if (seconds > 0 && left > 0) port.syncAfter(left);
}

/** The new ReplicaSet has the size that it should have now, and all of it is available. */
export function isReadyForPause({ rollout, newest, sets }: RolloutSync): boolean {
  if (newest === undefined) return false;
  const size = blueGreenSize(rollout, newest, sets);
  return desiredReplicas(newest) === size && availableReplicas(newest) === size;
}

/** There is nothing to wait for: the way back to a ReplicaSet that is still up, a full promotion, the first one. */
export function isFastTracked({ rollout, newest }: RolloutSync, active: string): boolean {
  return (
    scaleDownDeadline(newest) !== undefined ||
    rollout.status?.promoteFull === true ||
    active === '' ||
    active === hashOf(newest)
  );
}

function promotesItself({ rollout }: RolloutSync): boolean {
  return rollout.spec.strategy.blueGreen?.autoPromotionEnabled !== false;
}

function promotionSeconds({ rollout }: RolloutSync): number {
  return rollout.spec.strategy.blueGreen?.autoPromotionSeconds ?? 0;
}

function pausesAtAll(work: RolloutSync): boolean {
  return !promotesItself(work) || promotionSeconds(work) > 0;
}

export function passedPreAnalysis({ rollout, runs }: RolloutSync): boolean {
  const asked = rollout.spec.strategy.blueGreen?.prePromotionAnalysis !== undefined;
  return !asked || runs.phase('PrePromotion') === 'Successful';
}

/** Somebody promoted it, or its time is over. */
export function completedPause(work: RolloutSync): boolean {
  const { rollout, pause, port } = work;
  if (pause.hasAdded) return false;
  if (rollout.status?.blueGreen?.scaleUpPreviewCheckPoint === true || !pausesAtAll(work)) return true;
  const begun = pauseCondition(rollout, REASON);
  if (!promotesItself(work)) return rollout.status?.controllerPause === true && begun === undefined;
  return begun !== undefined && port.nowUs > timestampUs(begun.startTime) + promotionSeconds(work) * 1e6;
}
