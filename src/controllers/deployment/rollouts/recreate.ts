// Recreate: every old pod ends before the first new one starts.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { isActiveSet, type ReplicaSet, totalStatus } from '../../kit/deployment-objects.ts';
import type { DeploymentSync } from '../deployment-sync.ts';
import type { Steps } from '../../kit/sync.ts';
import type { Rollout } from './rollout.ts';

export const recreate = member({
  name: 'Recreate',
  summary: 'Ends all old pods before it makes new ones.',
  args: z.strictObject({}),
  create: (): Rollout => ({
    sync: recreateSync,
    waitsForOldPods: true,
    limits: { maxSurge: () => 0, maxUnavailable: () => 0, newSize: (desired) => desired, proportional: false },
  }),
});

function* recreateSync(work: DeploymentSync): Steps {
  const { newest, old } = yield* work.revisions(false);
  if (yield* endOld(work, old.filter(isActiveSet))) return yield* work.reportProgress(newest, old);
  if (oldPodsLeft(work, newest, old)) return yield* work.reportProgress(newest, old);
  const now = newest === undefined ? yield* work.revisions(true) : { newest, old };
  if (now.newest === undefined) return;
  yield* work.scaleTo(now.newest, work.desired);
  yield* work.cleanUpWhenComplete(now.old);
  yield* work.reportProgress(now.newest, now.old);
}

function* endOld(work: DeploymentSync, sets: readonly ReplicaSet[]): Steps<boolean> {
  let scaled = false;
  for (const set of sets) scaled = (yield* work.scaleTo(set, 0)).scaled || scaled;
  return scaled;
}

function oldPodsLeft(work: DeploymentSync, newest: ReplicaSet | undefined, old: readonly ReplicaSet[]): boolean {
  if (totalStatus(old, 'replicas') > 0) return true;
  return work.sets.some((set) => set.metadata.name !== newest?.metadata.name && work.port.hasRunningPods(set));
}
