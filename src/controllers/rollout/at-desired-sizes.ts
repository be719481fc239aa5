// Whether a canary has reached the sizes that its current step asks for.
import { desiredReplicas, type ReplicaSet, totalStatus } from '../kit/deployment-objects.ts';
import { basicCanarySizes } from './basic-canary-sizes.ts';
import { availableReplicas, type Rollout, type TrafficWeights } from './rollout-objects.ts';
import { routedCanarySizes } from './routed-canary-sizes.ts';

/** The ReplicaSets of a Rollout by what they are to it. The first two may be the same one. */
export interface SetRoles {
  /** Of the Rollout's template. */
  readonly newest: ReplicaSet | undefined;
  readonly stable: ReplicaSet | undefined;
  readonly others: readonly ReplicaSet[];
}

/** `weights` as in routedCanarySizes. */
export function atDesiredSizes(rollout: Rollout, sets: SetRoles, weights: TrafficWeights | undefined): boolean {
  const { trafficRouting, dynamicStableScale } = rollout.spec.strategy.canary ?? {};
  const { newest, stable, others } = sets;
  const routed = trafficRouting !== undefined;
  const sizes = routed ? routedCanarySizes(rollout, sets, weights) : basicCanarySizes(rollout, newest, stable, others);
  if (newest === undefined || desiredReplicas(newest) !== sizes.canary) return false;
  if (availableReplicas(newest) !== sizes.canary) return false;
  if (!routed || dynamicStableScale !== true) {
    if (stable === undefined || desiredReplicas(stable) !== sizes.stable) return false;
    if ((stable.status?.replicas ?? 0) !== sizes.stable) return false;
  }
  // Without a router the pods of older ReplicaSets serve too.
  return routed || totalStatus(others, 'availableReplicas') === 0;
}
