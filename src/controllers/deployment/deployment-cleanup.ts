// The history of a Deployment: old ReplicaSets beyond revisionHistoryLimit are deleted.
import { byCreation, desiredReplicas, historyLimit, type ReplicaSet, revision } from '../kit/deployment-objects.ts';
import type { DeploymentSync } from './deployment-sync.ts';
import type { Steps } from '../kit/sync.ts';

/** Of the lowest revisions beyond the limit those are deleted that are empty and observed; the others are not replaced. */
export function* cleanUpHistory(work: DeploymentSync, old: readonly ReplicaSet[]): Steps {
  const limit = historyLimit(work.deployment);
  if (limit === undefined) return;
  const alive = old.filter((set) => set.metadata.deletionTimestamp === undefined);
  const surplus = alive.length - limit;
  if (surplus <= 0) return;
  for (const set of alive.sort(byRevision).slice(0, surplus)) {
    if (isEmpty(set)) yield* work.port.deleteReplicaSet(set);
  }
}

function byRevision(a: ReplicaSet, b: ReplicaSet): number {
  const one = revision(a);
  const other = revision(b);
  return one === undefined || other === undefined || one === other ? byCreation(a, b) : one - other;
}

function isEmpty(set: ReplicaSet): boolean {
  return (
    (set.status?.replicas ?? 0) === 0 &&
    desiredReplicas(set) === 0 &&
    (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0)
  );
}
