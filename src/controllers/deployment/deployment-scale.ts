// A change of a Deployment's size: one ReplicaSet takes it, or in the middle of a rollout all take their share.
import {
  Annotation,
  annotation,
  byCreation,
  desiredReplicas,
  isActiveSet,
  type ReplicaSet,
  totalDesired,
  wholeNumber,
} from '../kit/deployment-objects.ts';
import type { DeploymentSync } from './deployment-sync.ts';
import type { Steps } from '../kit/sync.ts';

/** Gives the old ReplicaSets back, newest first: the order in which the rest of the sync sees them. */
export function* scaleAll(
  work: DeploymentSync,
  newest: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): Steps<readonly ReplicaSet[]> {
  const ordered = [...old].sort((a, b) => byCreation(b, a));
  const all = newest === undefined ? ordered : [...ordered, newest];
  const active = all.filter(isActiveSet);
  if (active.length <= 1) {
    const only = active.length === 1 ? active[0] : (newest ?? ordered[0]);
    if (only !== undefined) yield* work.scaleTo(only, work.desired);
  } else if (newest !== undefined && isSaturated(work, newest)) {
    for (const set of ordered.filter(isActiveSet)) yield* work.scaleTo(set, 0);
  } else if (work.rollout.limits?.proportional === true) {
    yield* scaleProportionally(work, active);
  }
  return ordered;
}

/** The new ReplicaSet has the Deployment's whole size, and all of it is available. */
function isSaturated(work: DeploymentSync, set: ReplicaSet): boolean {
  const { desired } = work;
  return (
    desiredReplicas(set) === desired &&
    wholeNumber(annotation(set, Annotation.Desired)) === desired &&
    (set.status?.availableReplicas ?? 0) === desired
  );
}

function* scaleProportionally(work: DeploymentSync, active: readonly ReplicaSet[]): Steps {
  const allowed = work.desired > 0 ? work.most : 0;
  const delta = allowed - totalDesired(active);
  const sets = [...active];
  if (delta > 0) sets.sort((a, b) => bySize(a, b) || byCreation(b, a));
  else if (delta < 0) sets.sort((a, b) => bySize(a, b) || byCreation(a, b));
  let added = 0;
  const sizes = sets.map((set) => {
    const share = shareOf(work, set, delta, added);
    added += share;
    return desiredReplicas(set) + share;
  });
  // What rounding left over goes to the largest.
  if (delta !== 0) sizes[0] = Math.max(0, sizes[0] + delta - added);
  for (const [index, set] of sets.entries()) yield* work.resize(set, sizes[index]);
}

function bySize(a: ReplicaSet, b: ReplicaSet): number {
  return desiredReplicas(b) - desiredReplicas(a);
}

/** The share of one ReplicaSet in `delta` pods, of which `added` are given away. */
function shareOf(work: DeploymentSync, set: ReplicaSet, delta: number, added: number): number {
  if (delta === 0 || delta === added) return 0;
  const fraction = fractionOf(work, set);
  return delta > 0 ? Math.min(fraction, delta - added) : Math.max(fraction, delta - added);
}

function fractionOf(work: DeploymentSync, set: ReplicaSet): number {
  const size = desiredReplicas(set);
  if (work.desired === 0) return -size;
  const before = wholeNumber(annotation(set, Annotation.Max)) || work.deployment.status?.replicas || 0;
  if (before === 0) return 0;
  return roundHalfAway((size * work.most) / before) - size;
}

function roundHalfAway(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}
