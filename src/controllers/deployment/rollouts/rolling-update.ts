// RollingUpdate: new pods come and old ones go within maxSurge and maxUnavailable.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { resolveIntOrPercent } from '../../../model/parse/int-or-percent.ts';
import {
  byCreation,
  desiredReplicas,
  isActiveSet,
  type ReplicaSet,
  totalDesired,
  totalStatus,
} from '../../kit/deployment-objects.ts';
import type { DeploymentSync } from '../deployment-sync.ts';
import { type Steps, SyncFailed } from '../../kit/sync.ts';
import type { Rollout, RolloutLimits } from './rollout.ts';

const intOrPercent = z.union([z.int().nonnegative(), z.string().regex(/^\d+%$/, 'a percentage such as 25%')]);

export const rollingUpdate = member({
  name: 'RollingUpdate',
  summary: 'Replaces pods step by step, within maxSurge above and maxUnavailable below the desired number.',
  args: z.strictObject({
    maxSurge: intOrPercent.default('25%').describe('pods above the desired number; percentages round up'),
    maxUnavailable: intOrPercent.default('25%').describe('pods that may be unavailable; percentages round down'),
  }),
  create: ({ maxSurge, maxUnavailable }): Rollout => {
    const surge = (desired: number): number => resolveIntOrPercent(maxSurge, desired, true);
    // With both limits 0 nothing could move: Kubernetes then allows one pod to be missing.
    const unavailable = (desired: number): number => {
      const limit = resolveIntOrPercent(maxUnavailable, desired, false);
      return desired === 0 ? 0 : Math.min(limit === 0 && surge(desired) === 0 ? 1 : limit, desired);
    };
    const limits: RolloutLimits = {
      maxSurge: surge,
      maxUnavailable: unavailable,
      newSize(desired, total, current) {
        const most = desired + surge(desired);
        return total >= most ? current : current + Math.min(most - total, desired - current);
      },
      proportional: true,
    };
    return { limits, sync: (work) => rollingSync(work, limits) };
  },
});

/** Scale the new ReplicaSet up, or else the old ones down: one of the two in a sync. */
function* rollingSync(work: DeploymentSync, limits: RolloutLimits): Steps {
  const { newest, old } = yield* work.revisions(true);
  if (newest === undefined) return;
  if (
    (yield* scaleNew(work, limits, newest, old)) ||
    (yield* scaleOld(work, limits, newest, old.filter(isActiveSet)))
  ) {
    yield* work.reportProgress(newest, old);
    return;
  }
  yield* work.cleanUpWhenComplete(old);
  yield* work.reportProgress(newest, old);
}

function* scaleNew(
  work: DeploymentSync,
  limits: RolloutLimits,
  newest: ReplicaSet,
  old: readonly ReplicaSet[],
): Steps<boolean> {
  const size = desiredReplicas(newest);
  const { desired } = work;
  if (size === desired) return false;
  const next = size > desired ? desired : limits.newSize(desired, totalDesired(old) + desiredReplicas(newest), size);
  return (yield* work.scaleTo(newest, next)).scaled;
}

function* scaleOld(work: DeploymentSync, limits: RolloutLimits, newest: ReplicaSet, old: ReplicaSet[]): Steps<boolean> {
  const oldPods = totalDesired(old);
  if (oldPods === 0) return false;
  const minAvailable = work.desired - limits.maxUnavailable(work.desired);
  const newUnavailable = desiredReplicas(newest) - (newest.status?.availableReplicas ?? 0);
  const budget = oldPods + desiredReplicas(newest) - minAvailable - newUnavailable;
  if (budget <= 0) return false;
  const sets = [...old].sort(byCreation);
  try {
    const cleaned = yield* dropUnhealthy(work, sets, budget);
    const scaled = yield* dropAvailable(work, newest, sets, minAvailable);
    return cleaned + scaled > 0;
  } catch (error) {
    // Kubernetes goes on as if nothing had been scaled; the next event tries again.
    if (error instanceof SyncFailed) return false;
    throw error;
  }
}

/** Pods that are not available go first: they cost nothing. Replaces the scaled members of `sets`; gives how many pods. */
function* dropUnhealthy(work: DeploymentSync, sets: ReplicaSet[], budget: number): Steps<number> {
  let dropped = 0;
  for (const [index, set] of sets.entries()) {
    if (dropped >= budget) break;
    const size = desiredReplicas(set);
    const available = set.status?.availableReplicas ?? 0;
    if (size === 0 || size === available) continue;
    const count = Math.min(budget - dropped, size - available);
    if (count < 0) throw new SyncFailed(`ReplicaSet ${set.metadata.name} has more available pods than it should have`);
    sets[index] = (yield* work.scaleTo(set, size - count)).set;
    dropped += count;
  }
  return dropped;
}

/** Available pods above the minimum go, from the oldest ReplicaSet on. */
function* dropAvailable(
  work: DeploymentSync,
  newest: ReplicaSet,
  sets: readonly ReplicaSet[],
  minAvailable: number,
): Steps<number> {
  const budget = totalStatus([...sets, newest], 'availableReplicas') - minAvailable;
  let dropped = 0;
  for (const set of sets) {
    if (dropped >= budget) break;
    const size = desiredReplicas(set);
    if (size === 0) continue;
    const count = Math.min(size, budget - dropped);
    yield* work.scaleTo(set, size - count);
    dropped += count;
  }
  return dropped;
}
