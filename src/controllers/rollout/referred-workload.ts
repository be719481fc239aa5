// The Deployment from which a Rollout takes its template: its own pods go once those of the Rollout's first revision serve.
import type { Steps } from '../kit/sync.ts';
import { revisionOf } from './rollout-annotations.ts';
import type { RolloutSync } from './rollout-sync.ts';

/**
 * With `scaleDown: onsuccess` all at once when the Rollout is healthy, with `progressively` one for each pod that is ready. Argo scales the Deployment
 * of that name, whatever kind the reference says; where there is none, nothing happens.
 */
export function* scaleReferred(work: RolloutSync): Steps {
  const { rollout, replicas, port } = work;
  const { workloadRef } = rollout.spec;
  // Later revisions begin with a Deployment that has none.
  if (workloadRef === undefined || revisionOf(rollout) !== 1) return;
  const healthy = rollout.status?.phase === 'Healthy';
  if (healthy && workloadRef.scaleDown === 'onsuccess') yield* port.scaleDeployment(workloadRef.name, 0);
  if (workloadRef.scaleDown !== 'progressively') return;
  const ready = rollout.status?.readyReplicas ?? 0;
  if (healthy) yield* port.scaleDeployment(workloadRef.name, 0);
  else if (ready > 0) yield* port.scaleDeployment(workloadRef.name, Math.max(0, replicas - ready));
}
