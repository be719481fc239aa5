// A change of a Rollout's size: ReplicaSets are scaled for it, and nothing else happens in that sync.
import { annotation, isActiveSet, totalStatus, wholeNumber } from '../kit/deployment-objects.ts';
import type { Steps } from '../kit/sync.ts';
import { scaleBlueGreen } from './blue-green.ts';
import { scaleCanary } from './canary-scale.ts';
import { RolloutAnnotation } from './rollout-objects.ts';
import { persist } from './rollout-status.ts';
import type { RolloutSync } from './rollout-sync.ts';

/** True when the new or the stable ReplicaSet was scaled for another size of the Rollout; nobody brings others up to date. */
export function isScalingEvent(work: RolloutSync): boolean {
  return [work.newest, work.stable].some((set) => {
    if (set === undefined || !isActiveSet(set)) return false;
    const desired = wholeNumber(annotation(set, RolloutAnnotation.Desired));
    return desired !== undefined && desired !== work.replicas;
  });
}

export function* syncReplicasOnly(work: RolloutSync): Steps {
  const { status = {} } = work.rollout;
  const blueGreen = work.rollout.spec.strategy.blueGreen !== undefined;
  if (blueGreen) {
    if (!(yield* scaleBlueGreen(work))) return;
  } else {
    yield* scaleCanary(work);
  }
  const active = blueGreen ? work.setOfHash(status.blueGreen?.activeSelector ?? '') : undefined;
  const counted = active === undefined ? work.sets : [active];
  yield* persist(work, {
    ...status,
    HPAReplicas: totalStatus(counted, 'replicas'),
    availableReplicas: totalStatus(counted, 'availableReplicas'),
  });
}
