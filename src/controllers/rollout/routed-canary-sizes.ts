// Sizes of canary and stable ReplicaSet behind a traffic router: each is large enough for the traffic that it gets or will get.
import type { ReplicaSet } from '../kit/deployment-objects.ts';
import type { CanarySizes } from './basic-canary-sizes.ts';
import { currentSetWeight, fixedScale, stepsOf, wholeWeight } from './canary-steps.ts';
import { availableReplicas, type Rollout, rolloutReplicas, type TrafficWeights } from './rollout-objects.ts';

interface Pair {
  readonly newest: ReplicaSet | undefined;
  readonly stable: ReplicaSet | undefined;
}

/** `weights` are what the router does now; undefined where that is not known. */
export function routedCanarySizes(rollout: Rollout, sets: Pair, weights: TrafficWeights | undefined): CanarySizes {
  const dynamic = rollout.spec.strategy.canary?.dynamicStableScale === true;
  const aborted = rollout.status?.abort === true;
  const fixed = fixedScale(rollout);
  const desired = fixed?.weight ?? (aborted && dynamic ? weightOnTheWayBack(rollout, sets) : currentSetWeight(rollout));
  const wanted = fixed?.replicas ?? atLeastMinimum(rollout, podsFor(rollout, desired));
  if (!dynamic) return { canary: wanted, stable: rolloutReplicas(rollout) };
  // The stable one stays large until its traffic is gone, and grows before it comes.
  const rest = podsFor(rollout, wholeWeight(rollout) - (fixed?.replicas === undefined ? desired : 0));
  const stable = Math.max(rest, weights === undefined ? 0 : podsFor(rollout, weights.stable.weight));
  const serving = aborted && weights !== undefined ? podsFor(rollout, weights.canary.weight) : 0;
  return {
    canary: atLeastMinimum(rollout, Math.max(wanted, serving)),
    stable: atLeastMinimum(rollout, stable),
  };
}

/**
 * The weight to go to after an abort with `dynamicStableScale`, where the stable ReplicaSet is small and must grow first: down the steps,
 * to the next one from the end that needs fewer canary pods than serve now.
 */
export function weightOnTheWayBack(rollout: Rollout, { newest, stable }: Pair): number {
  const serving = Math.max(availableReplicas(newest), rolloutReplicas(rollout) - availableReplicas(stable));
  const next = stepsOf(rollout).findLast(
    ({ setWeight }) => setWeight !== undefined && podsFor(rollout, setWeight) < serving,
  );
  return next?.setWeight ?? 0;
}

export function podsFor(rollout: Rollout, weight: number): number {
  return Math.ceil((weight * rolloutReplicas(rollout)) / wholeWeight(rollout));
}

function atLeastMinimum(rollout: Rollout, pods: number): number {
  const least = rollout.spec.strategy.canary?.minPodsPerReplicaSet ?? 0;
  return pods === 0 ? 0 : Math.max(pods, Math.min(least, rolloutReplicas(rollout)));
}
