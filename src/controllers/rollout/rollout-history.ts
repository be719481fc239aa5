// The history of a Rollout: old ReplicaSets beyond revisionHistoryLimit are deleted, and the analyses of their revisions.
import { byCreation, desiredReplicas } from '../kit/deployment-objects.ts';
import type { Steps } from '../kit/sync.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { isCompleted } from './analysis-objects.ts';
import { type AnalysisPhase, hashOf, ROLLOUT_HASH_LABEL } from './rollout-objects.ts';
import type { RolloutSync } from './rollout-sync.ts';

const DEFAULT_LIMIT = 10;
/** Analyses and experiments that ended well, and those that did not. */
const KEPT_TRIALS = 5;

interface Trial extends KubeObject {
  readonly status?: { readonly phase?: AnalysisPhase };
}

/** What is to be deleted: all of ReplicaSets that are gone, and of the rest, the oldest first, what is more than is kept. */
export function beyondHistory<T extends Trial>(work: RolloutSync, trials: readonly T[]): readonly T[] {
  const hashes = new Set(work.sets.map(hashOf));
  const limits = { good: KEPT_TRIALS, bad: KEPT_TRIALS };
  return [...trials].reverse().filter(({ metadata, status }) => {
    const phase = status?.phase ?? '';
    const known = hashes.has(metadata.labels?.[ROLLOUT_HASH_LABEL] ?? '');
    if (known && !isCompleted(phase)) return false;
    const kind = phase === 'Successful' ? 'good' : 'bad';
    limits[kind] -= 1;
    return !known || limits[kind] < 0;
  });
}

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
