// Restarting the pods of a Rollout (`restartAt`): those that are older are evicted, no more at a time than may be missing.
import { timestampUs } from '../../lib/timestamp.ts';
import { desiredReplicas } from '../kit/deployment-objects.ts';
import type { Steps } from '../kit/sync.ts';
import { maxUnavailable } from './canary-limits.ts';
import type { RolloutSync } from './rollout-sync.ts';

/** Pods may be replaced so quickly that no count changes: it looks again. */
const LOOK_AGAIN_US = 30e6;

export interface RestartedPod {
  readonly name: string;
  readonly createdUs: number;
  readonly isAvailable: boolean;
  readonly isDeleted: boolean;
}

export function* restartPods(work: RolloutSync): Steps {
  const { rollout, port, sets } = work;
  const { restartAt } = rollout.spec;
  if (restartAt === undefined) return;
  const atUs = timestampUs(restartAt);
  if (port.nowUs <= atUs) return port.syncAfter(atUs - port.nowUs + 1);
  if (rollout.status?.restartedAt === restartAt) return;
  const pods = [...port.podsOf(sets)].sort((a, b) => (a.name < b.name ? -1 : 1));
  const available = pods.filter(({ isAvailable, isDeleted }) => isAvailable && !isDeleted).length;
  const total = sets.reduce((sum, set) => sum + desiredReplicas(set), 0);
  // At least one may go, even where none may be missing.
  let may = available - (Math.max(work.replicas, total) - Math.max(maxUnavailable(rollout), 1));
  const old = pods.filter(({ createdUs }) => createdUs < atUs);
  let restarted = 0;
  for (const pod of old) {
    if (may <= 0 || pod.isDeleted) continue;
    if (!(yield* port.evictPod(pod.name))) continue;
    may -= 1;
    restarted += 1;
  }
  if (old.length > restarted) port.syncAfter(LOOK_AGAIN_US);
  else work.restartedAt = restartAt;
}
