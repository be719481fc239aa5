// The Deployment from which a Rollout takes its template: its own pods go once those of the Rollout's first revision serve.
import type { Steps } from '../kit/sync.ts';
import { revisionOf } from './rollout-annotations.ts';
import { availableReplicas } from './rollout-objects.ts';
import type { RolloutSync } from './rollout-sync.ts';

/** With `scaleDown: onsuccess` all at once when the Rollout is healthy, with `progressively` one for each pod that is available. */
export function* scaleReferred(work: RolloutSync): Steps {
  const { rollout, newest, replicas, port } = work;
  const { workloadRef } = rollout.spec;
  // Later revisions begin with a Deployment that has none.
  if (workloadRef === undefined || revisionOf(rollout) !== 1) return;
  const healthy = rollout.status?.phase === 'Healthy';
  if (healthy && workloadRef.scaleDown === 'onsuccess') yield* port.scaleDeployment(workloadRef.name, 0);
  if (workloadRef.scaleDown !== 'progressively') return;
  const left = healthy ? 0 : Math.max(0, replicas - availableReplicas(newest));
  yield* port.scaleDeployment(workloadRef.name, left);
}
