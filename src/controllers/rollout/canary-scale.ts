// ReplicaSets of a canary are scaled: the stable one first, then the new one, then those that are neither.
import { byCreation, desiredReplicas, type ReplicaSet, totalStatus } from '../kit/deployment-objects.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { basicCanarySizes, isApart } from './basic-canary-sizes.ts';
import { maxUnavailable } from './canary-limits.ts';
import { scaleDownDeadline } from './rollout-annotations.ts';
import { availableReplicas, isFullyPromoted } from './rollout-objects.ts';
import type { RolloutSync } from './rollout-sync.ts';
import { routedCanarySizes } from './routed-canary-sizes.ts';
import { activeOthers, byRevisionDown, Deadlines, isReferenced, removeDeadlines, scaleNewSet } from './scale-down.ts';

/** True when something was scaled. */
export function* scaleCanary(work: RolloutSync): Steps<boolean> {
  if (work.halted) return false;
  yield* removeDeadlines(work);
  if (yield* scaleStable(work)) return true;
  const { stableRS = '', currentPodHash = '' } = work.rollout.status ?? {};
  // Template and size changed at the same time: the ReplicaSet of the update so far is scaled.
  if (work.newest === undefined && currentPodHash !== stableRS) work.newest = work.setOfHash(currentPodHash);
  if (yield* scaleNewSet(work)) return true;
  return yield* scaleOthers(work);
}

function* scaleStable(work: RolloutSync): Steps<boolean> {
  const { newest, stable, others, rollout } = work;
  if (!isApart(newest, stable)) return false;
  const routed = rollout.spec.strategy.canary?.trafficRouting !== undefined;
  // By the weights before this sync: the stable one follows its traffic, one sync later.
  const sizes = routed
    ? routedCanarySizes(rollout, { newest, stable }, rollout.status?.canary?.weights)
    : basicCanarySizes(rollout, newest, stable, others);
  return (yield* work.resize(stable, sizes.stable)).scaled;
}

function* scaleOthers(work: RolloutSync): Steps<boolean> {
  const active = activeOthers(work);
  if (active.length === 0) return false;
  try {
    return (yield* scaleDown(work, [...active])) > 0;
  } catch (error) {
    // Argo goes on as if nothing had been scaled; the next event tries again.
    if (error instanceof SyncFailed) return false;
    throw error;
  }
}

/** Pods that are not available go first, then as many as may be missing. Gives how many. */
function* scaleDown(work: RolloutSync, active: ReplicaSet[]): Steps<number> {
  const { rollout, sets } = work;
  let dropped = 0;
  const cleaned: ReplicaSet[] = [];
  for (const set of active.sort(byCreation)) {
    const unavailable = desiredReplicas(set) - availableReplicas(set);
    if (unavailable < 0) return 0;
    dropped += unavailable;
    cleaned.push(unavailable === 0 ? set : (yield* work.resize(set, availableReplicas(set))).set);
  }
  let budget = totalStatus(sets, 'availableReplicas') - (work.replicas - maxUnavailable(rollout));
  if (budget <= 0) return 0;
  const deadlines = new Deadlines(work);
  for (const set of cleaned.sort(byRevisionDown)) {
    if (rollout.spec.strategy.canary?.trafficRouting !== undefined && isReferenced(work, set)) continue;
    if (budget <= 0) break;
    const size = desiredReplicas(set);
    if (size === 0) continue;
    const next = yield* sizeOfOld(work, set, budget, deadlines);
    if (next === size) continue;
    yield* work.resize(set, next);
    budget -= size - next;
    dropped += size - next;
  }
  return dropped;
}

function* sizeOfOld(work: RolloutSync, set: ReplicaSet, budget: number, deadlines: Deadlines): Steps<number> {
  const { rollout } = work;
  const size = desiredReplicas(set);
  const { canary } = rollout.spec.strategy;
  if (canary?.trafficRouting === undefined) return Math.max(0, size - budget);
  // One of an update that was overtaken serves nobody; one that was stable stays until its deadline.
  if (!isFullyPromoted(rollout) && scaleDownDeadline(set) === undefined) return 0;
  return canary.dynamicStableScale === true ? 0 : yield* deadlines.sizeOf(set, size);
}
