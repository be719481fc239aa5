// The history of a Rollout: old ReplicaSets beyond revisionHistoryLimit are deleted, and the analyses of their revisions.
import { byCreation, desiredReplicas } from '../kit/deployment-objects.ts';
import type { Steps } from '../kit/sync.ts';
import { hashOf, ROLLOUT_HASH_LABEL } from './rollout-objects.ts';
import type { RolloutSync } from './rollout-sync.ts';

const DEFAULT_LIMIT = 10;

/** Of the oldest beyond the limit those are deleted that are empty and observed; the others are not replaced. */
export function* cleanUpHistory(work: RolloutSync): Steps {
  const alive = work.others.filter((set) => set.metadata.deletionTimestamp === undefined);
  const surplus = alive.length - (work.rollout.spec.revisionHistoryLimit ?? DEFAULT_LIMIT);
  if (surplus <= 0) return;
  for (const set of alive.sort(byCreation).slice(0, surplus)) {
    const { status } = set;
    if ((status?.replicas ?? 0) !== 0 || desiredReplicas(set) !== 0) continue;
    if ((set.metadata.generation ?? 0) > (status?.observedGeneration ?? 0)) continue;
    yield* work.port.deleteReplicaSet(set);
    const { analyses } = work.port;
    for (const run of work.runs.others) {
      if (run.metadata.labels?.[ROLLOUT_HASH_LABEL] === hashOf(set)) yield* analyses.delete(run);
    }
  }
}
