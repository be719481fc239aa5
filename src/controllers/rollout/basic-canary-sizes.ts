// Sizes of canary and stable ReplicaSet without a traffic router: pods are the weights, within maxSurge and maxUnavailable.
import { desiredReplicas, type ReplicaSet, totalDesired } from '../kit/deployment-objects.ts';
import { maxSurge, maxUnavailable } from './canary-limits.ts';
import { currentSetWeight, fixedScale } from './canary-steps.ts';
import { availableReplicas, type Rollout, rolloutReplicas } from './rollout-objects.ts';

export interface CanarySizes {
  readonly canary: number;
  readonly stable: number;
}

/** Sizes that the two may have now. `stable` means nothing where there is none beside the canary. */
export function basicCanarySizes(
  rollout: Rollout,
  canary: ReplicaSet | undefined,
  stable: ReplicaSet | undefined,
  others: readonly ReplicaSet[],
): CanarySizes {
  const replicas = rolloutReplicas(rollout);
  const most = replicas + maxSurge(rollout);
  const apart = isApart(canary, stable);
  const wanted = apart ? weighted(rollout) : { canary: replicas, stable: 0 };
  const now: CanarySizes = {
    canary: canary === undefined ? 0 : desiredReplicas(canary),
    stable: apart ? desiredReplicas(stable) : 0,
  };
  const grown = grow(now, wanted, most - totalDesired(others) - now.canary - now.stable, { canary, apart });
  // Older ReplicaSets go first.
  if (totalDesired(others) > 0) return grown;
  const least = replicas - maxUnavailable(rollout);
  // Of the one that shrinks unavailable pods count too: they may go at once.
  const increasing = canary === undefined || wanted.canary >= desiredReplicas(canary);
  const surplus = countedPods(canary, !increasing) + countedPods(stable, increasing) - least;
  if (surplus <= 0) return grown;
  if (!increasing) {
    const drained = drain(canary, wanted.canary, surplus, grown.canary);
    const [canarySize, stableSize] = withinLimits(
      { drain: canary, adjust: stable },
      drained,
      grown.stable,
      most,
      least,
    );
    return { canary: canarySize, stable: stableSize };
  }
  if (!apart) return grown;
  const drained = drain(stable, wanted.stable, surplus, grown.stable);
  const [stableSize, canarySize] = withinLimits({ drain: stable, adjust: canary }, drained, grown.canary, most, least);
  return { canary: canarySize, stable: stableSize };
}

/** There is a stable ReplicaSet, and it is not the new one. */
export function isApart(canary: ReplicaSet | undefined, stable: ReplicaSet | undefined): stable is ReplicaSet {
  return stable !== undefined && canary?.metadata.name !== stable.metadata.name;
}

/** Into the room there is, the stable ReplicaSet first. */
function grow(
  now: CanarySizes,
  wanted: CanarySizes,
  room: number,
  has: { readonly canary: ReplicaSet | undefined; readonly apart: boolean },
): CanarySizes {
  let left = room;
  let { canary, stable } = now;
  if (has.apart && stable < wanted.stable && left > 0) {
    stable = Math.min(stable + left, wanted.stable);
    left -= stable - now.stable;
  }
  if (has.canary !== undefined && canary < wanted.canary && left > 0) canary = Math.min(canary + left, wanted.canary);
  return { canary, stable };
}

/** Pods of a ReplicaSet that count when others go. Those that are about to go do not. */
function countedPods(set: ReplicaSet | undefined, unavailableToo: boolean): number {
  if (set === undefined) return 0;
  return unavailableToo ? desiredReplicas(set) : Math.min(desiredReplicas(set), availableReplicas(set));
}

function drain(set: ReplicaSet | undefined, wanted: number, surplus: number, size: number): number {
  if (set === undefined || desiredReplicas(set) <= wanted) return size;
  return Math.max(wanted, desiredReplicas(set) - surplus);
}

/** Both sizes brought within maxSurge without falling below the pods that must be available: the drained one first in the answer. */
function withinLimits(
  sets: { readonly drain: ReplicaSet | undefined; readonly adjust: ReplicaSet | undefined },
  drained: number,
  adjusted: number,
  most: number,
  least: number,
): readonly [drained: number, adjusted: number] {
  if (sets.adjust === undefined) return [drained, adjusted];
  const inSurge = adjusted - Math.max(0, adjusted + drained - most);
  const ready = availableReplicas(sets.adjust);
  const drainReady = sets.drain === undefined ? 0 : Math.min(availableReplicas(sets.drain), drained);
  const missing = Math.max(0, least - drainReady - Math.min(ready, inSurge));
  const size = inSurge + Math.min(Math.max(0, ready - inSurge), missing);
  return [drained - Math.max(0, size + drained - most), size];
}

/** The pair of whole numbers whose ratio is nearest to the weight; with a surge it may be one pod more than the Rollout's size. */
function weighted(rollout: Rollout): CanarySizes {
  const replicas = rolloutReplicas(rollout);
  const weight = fixedScale(rollout)?.weight ?? currentSetWeight(rollout);
  const surge = maxSurge(rollout);
  if (replicas === 0) return { canary: 0, stable: 0 };
  const options: { readonly canary: number; readonly total: number }[] = [];
  const above = Math.ceil((replicas * weight) / 100);
  const below = Math.floor((replicas * weight) / 100);
  // From 1 to 99 % both have a pod where two may run.
  const zeroAllowed = weight === 100 || weight === 0 || (replicas === 1 && surge === 0);
  const belowAllowed = below !== 0 || zeroAllowed;
  if (above < replicas || zeroAllowed) options.push({ canary: above, total: replicas });
  if (!isHalfWay(weight, replicas) && belowAllowed) options.push({ canary: below, total: replicas });
  if (surge > 0) {
    options.push({ canary: above, total: replicas + 1 });
    if (!isHalfWay(weight, replicas + 1) && belowAllowed) options.push({ canary: below, total: replicas + 1 });
  }
  if (options.length === 0) return { canary: 0, stable: replicas };
  const best = options.reduce((least, one) => (deviation(weight, one) < deviation(weight, least) ? one : least));
  return { canary: best.canary, stable: best.total - best.canary };
}

/** As far from the number below as from that above: then the larger one is taken. */
function isHalfWay(weight: number, total: number): boolean {
  const share = total * (weight / 100);
  return share - Math.trunc(share) === 0.5;
}

function deviation(weight: number, { canary, total }: { readonly canary: number; readonly total: number }): number {
  return Math.abs((canary * 100) / total - weight);
}
