// The sizes of new and old ReplicaSets, with the deadlines until which those stay up that are no longer wanted.
import { timestamp, timestampUs } from '../../lib/timestamp.ts';
import { byCreation, desiredReplicas, isActiveSet, type ReplicaSet } from '../kit/deployment-objects.ts';
import type { Steps } from '../kit/sync.ts';
import { basicCanarySizes } from './basic-canary-sizes.ts';
import { blueGreenSize } from './blue-green-size.ts';
import { revisionOf, scaleDownDeadline } from './rollout-annotations.ts';
import { availableReplicas, hashOf } from './rollout-objects.ts';
import type { RolloutSync } from './rollout-sync.ts';
import { selectedHash, servicesOf } from './rollout-services.ts';
import { routedCanarySizes } from './routed-canary-sizes.ts';
import { abortScaleDownDelay, scaleDownDelaySeconds, scaleDownRevisionLimit } from './scale-down-delays.ts';

/** After an abort the new ReplicaSet stays for a while: with a router or blue-green, its pods serve nobody. */
export function delaysScaleDownOnAbort({ pause, rollout, stable }: RolloutSync): boolean {
  if (!pause.isAborted || stable === undefined) return false;
  const { canary } = rollout.spec.strategy;
  if (canary !== undefined && canary.trafficRouting === undefined) return false;
  const { seconds, given } = abortScaleDownDelay(rollout);
  return seconds !== undefined && (given || canary?.dynamicStableScale !== true);
}

/** New and stable ReplicaSet lose a deadline that they had as old ones. */
export function* removeDeadlines(work: RolloutSync): Steps {
  const { newest, stable } = work;
  if (newest !== undefined && newest.metadata.name !== stable?.metadata.name && !delaysScaleDownOnAbort(work))
    yield* setDeadline(work, newest, undefined);
  if (stable !== undefined) yield* setDeadline(work, stable, undefined);
}

function* setDeadline(work: RolloutSync, set: ReplicaSet, deadline: string | undefined): Steps {
  if (scaleDownDeadline(set) === deadline) return;
  if (deadline === undefined) work.undated.add(set.metadata.name);
  yield* work.port.patchDeadline(set, deadline);
}

function* addDelay(work: RolloutSync, set: ReplicaSet, seconds: number): Steps {
  yield* setDeadline(work, set, seconds === 0 ? undefined : timestamp(work.port.nowUs + seconds * 1e6));
}

/** Microseconds that are left of a deadline, undefined once it has passed. */
function timeLeft(work: RolloutSync, set: ReplicaSet): number | undefined {
  const left = timestampUs(scaleDownDeadline(set) ?? '') - work.port.nowUs;
  return left > 0 ? left : undefined;
}

/** Gives the new ReplicaSet the size that the strategy wants; true when that changed it. */
export function* scaleNewSet(work: RolloutSync): Steps<boolean> {
  const { newest, stable, rollout, port } = work;
  if (newest === undefined) return false;
  let size = newSize(work, newest);
  if (delaysScaleDownOnAbort(work)) {
    if (scaleDownDeadline(newest) === undefined) {
      // The stable one must be whole first.
      const { seconds } = abortScaleDownDelay(rollout);
      if (availableReplicas(stable) >= work.replicas) yield* addDelay(work, newest, seconds ?? 0);
      return false;
    }
    const left = timeLeft(work, newest);
    if (left !== undefined) {
      port.syncAfter(left);
      return false;
    }
    size = 0;
  }
  return (yield* work.resize(newest, size)).scaled;
}

function newSize(work: RolloutSync, newest: ReplicaSet): number {
  const { rollout, sets, weights } = work;
  const { canary } = rollout.spec.strategy;
  if (canary === undefined) return blueGreenSize(rollout, newest, sets);
  const stable = hashOf(newest) === (rollout.status?.stableRS ?? '') ? newest : work.stable;
  if (canary.trafficRouting !== undefined) return routedCanarySizes(rollout, { newest, stable }, weights).canary;
  const others = sets.filter(
    ({ metadata: { name } }) => name !== newest.metadata.name && name !== stable?.metadata.name,
  );
  return basicCanarySizes(rollout, newest, stable, others).canary;
}

/** ReplicaSets that are up and neither new nor stable. */
export function activeOthers({ others }: RolloutSync): readonly ReplicaSet[] {
  return others.filter(isActiveSet);
}

/** Highest revision first. */
export function byRevisionDown(a: ReplicaSet, b: ReplicaSet): number {
  return revisionOf(b) - revisionOf(a) || byCreation(b, a);
}

/** One old ReplicaSet after the other, highest revision first: how many stayed up by a deadline so far. */
export class Deadlines {
  readonly #work: RolloutSync;
  #kept = 0;

  constructor(work: RolloutSync) {
    this.#work = work;
  }

  /** The size that it keeps until its deadline, which begins now if it has none; then 0. `stays` is the size while it waits. */
  *sizeOf(set: ReplicaSet, stays: number): Steps<number> {
    const work = this.#work;
    const limit = scaleDownRevisionLimit(work.rollout);
    if (scaleDownDeadline(set) === undefined) {
      if (this.#kept >= limit) return 0;
      this.#kept += 1;
      const seconds = scaleDownDelaySeconds(work.rollout);
      yield* addDelay(work, set, seconds);
      // Without a delay there is no deadline: it stays up, and Argo looks at it again at once, for ever.
      work.port.syncAfter(seconds * 1e6);
      return desiredReplicas(set);
    }
    this.#kept += 1;
    if (this.#kept > limit) return 0;
    const left = timeLeft(work, set);
    if (left === undefined) return 0;
    work.port.syncAfter(left);
    return stays;
  }
}

/** Something still leads to the pods of the ReplicaSet: a status, or a Service of the Rollout. */
export function isReferenced({ rollout, port }: RolloutSync, set: ReplicaSet): boolean {
  const hash = hashOf(set);
  if (hash === '') return false;
  const { stableRS, currentPodHash, blueGreen, canary } = rollout.status ?? {};
  const recorded = [
    stableRS,
    currentPodHash,
    blueGreen?.activeSelector,
    blueGreen?.previewSelector,
    canary?.weights?.canary.podTemplateHash,
    canary?.weights?.stable.podTemplateHash,
  ];
  if (recorded.includes(hash)) return true;
  return servicesOf(rollout).some((name) => selectedHash(port.findService(name)) === hash);
}
