// The heart of a sync: brings the pods of a StatefulSet closer to its spec, in order or in parallel, then rolls updates out.
import type { ControllerRevision } from '../kit/controller-revisions.ts';
import { slowStart } from '../kit/slow-start.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { hasEnded, isAvailable, isHealthy } from './pod-states.ts';
import { outdatedPods, outdatedPodsWithin } from './rolling-update.ts';
import {
  desiredReplicas,
  isInRange,
  isOrdered,
  minReadyUs,
  partition,
  startOrdinal,
  type StatefulSet,
  type StatefulSetStatus,
} from '../kit/stateful-set-objects.ts';
import type { OrdinalPod, StatefulSetPort } from './stateful-set-port.ts';
import { countPods } from './stateful-set-status.ts';

/** The revision that all pods had, and the one that they are to have. */
export interface Revisions {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}

export interface Gates {
  /** MaxUnavailableStatefulSet, which Kubernetes 1.36 has off. */
  readonly maxUnavailable: boolean;
}

/** What the pods came to, and why the sync could not go on; it is an everyday outcome. */
export interface Outcome {
  readonly status: StatefulSetStatus;
  readonly failure: Error | undefined;
}

/** Most pods that are worked on side by side. */
const LARGEST_BATCH = 500;

export function* updatePods(
  port: StatefulSetPort,
  set: StatefulSet,
  pods: readonly OrdinalPod[],
  revisions: Revisions,
  gates: Gates,
): Steps<Outcome> {
  const update = new PodUpdate(port, set, pods, revisions);
  const failure = yield* update.run(gates);
  return { status: update.status, failure };
}

class PodUpdate {
  readonly #port: StatefulSetPort;
  readonly #set: StatefulSet;
  readonly #revisions: Revisions;
  readonly #ordered: boolean;
  /** By index from the first ordinal on; those that are missing are to be made. */
  readonly #replicas: readonly OrdinalPod[];
  /** Whose ordinals are out of range, the highest first. */
  readonly #condemned: readonly OrdinalPod[];
  readonly #firstUnhealthy: OrdinalPod | undefined;
  #deletedForUpdate = 0;

  constructor(port: StatefulSetPort, set: StatefulSet, pods: readonly OrdinalPod[], revisions: Revisions) {
    this.#port = port;
    this.#set = set;
    this.#revisions = revisions;
    this.#ordered = isOrdered(set);
    const known = new Map(pods.map((pod) => [pod.ordinal, pod]));
    const start = startOrdinal(set);
    this.#replicas = Array.from(
      { length: desiredReplicas(set) },
      (_, index) => known.get(start + index) ?? this.#missing(start + index),
    );
    this.#condemned = pods
      .filter(({ ordinal }) => ordinal >= 0 && !isInRange(set, ordinal))
      .sort((a, b) => b.ordinal - a.ordinal);
    const inOrder = [...this.#replicas, ...[...this.#condemned].reverse()];
    this.#firstUnhealthy = inOrder.find((pod) => !isHealthy(pod, minReadyUs(set), port.nowUs));
  }

  get status(): StatefulSetStatus {
    const { current, update } = this.#revisions;
    const names = { current: current.metadata.name, update: update.metadata.name };
    const counts = countPods(this.#set, [...this.#replicas, ...this.#condemned], names, this.#port.nowUs);
    return {
      observedGeneration: this.#set.metadata.generation ?? 0,
      ...counts,
      currentReplicas: counts.currentReplicas - this.#deletedForUpdate,
      currentRevision: names.current,
      updateRevision: names.update,
    };
  }

  *run(gates: Gates): Steps<Error | undefined> {
    if (this.#set.metadata.deletionTimestamp !== undefined) return undefined;
    try {
      if (yield* this.#forAll(this.#replicas, (pod) => this.#replica(pod))) return undefined;
      if (yield* this.#forAll(this.#condemned, (pod) => this.#keepRetention(pod))) return undefined;
      if (yield* this.#forAll(this.#condemned, (pod) => this.#condemn(pod))) return undefined;
      if (this.#set.spec.updateStrategy?.type !== 'OnDelete') yield* this.#rollOn(gates);
    } catch (error) {
      if (error instanceof SyncFailed) return error;
      throw error;
    }
    return undefined;
  }

  /** Of the update's revision, unless it has not come that far. */
  #missing(ordinal: number): OrdinalPod {
    const { current, update } = this.#revisions;
    const { metadata } = this.#isOfCurrent(ordinal) ? current : update;
    const phase = 'Pending';
    return { ordinal, revision: metadata.name, exists: false, phase, ready: false, readySinceUs: 0, deleting: false };
  }

  #isOfCurrent(ordinal: number): boolean {
    const { spec, status } = this.#set;
    if (spec.updateStrategy?.type === 'OnDelete') return false;
    if (status?.currentRevision === this.#revisions.update.metadata.name) return false;
    return ordinal < startOrdinal(this.#set) + (partition(this.#set) ?? status?.currentReplicas ?? 0);
  }

  /** In order: until a step says that nothing more can be done now, which is what it gives. In parallel: every step. */
  *#forAll(pods: readonly OrdinalPod[], step: (pod: OrdinalPod) => Steps<boolean>): Steps<boolean> {
    if (this.#ordered) {
      for (const pod of pods) if (yield* step(pod)) return true;
      return false;
    }
    let taken = 0;
    const port = this.#port;
    let failures: readonly Error[] = [];
    const done = yield* slowStart(
      pods.length,
      1,
      function* (size) {
        const batch = pods.slice(taken, taken + size);
        taken += size;
        failures = yield* port.together(batch.map((pod) => ignoring(step(pod))));
        return failures.length;
      },
      LARGEST_BATCH,
    );
    if (done < pods.length) throw new SyncFailed(failures.map(({ message }) => message).join('; '));
    return false;
  }

  *#replica(pod: OrdinalPod): Steps<boolean> {
    const port = this.#port;
    if (hasEnded(pod)) {
      // Its successor comes when it is gone.
      if (!pod.deleting) yield* port.deletePod(pod);
      return true;
    }
    if (!pod.exists) {
      const { current, update } = this.#revisions;
      yield* port.createPod(pod.ordinal, pod.revision === update.metadata.name ? update : current);
      return true;
    }
    if (pod.phase === 'Pending') yield* port.createMissingClaims(pod);
    if (this.#ordered && (pod.deleting || !this.#isAvailable(pod))) return true;
    yield* port.keepRetention(pod);
    return false;
  }

  *#keepRetention(pod: OrdinalPod): Steps<boolean> {
    yield* this.#port.keepRetention(pod);
    return false;
  }

  /** One after the other from the top, and none while a pod below is unhealthy, unless it is that one. */
  *#condemn(pod: OrdinalPod): Steps<boolean> {
    if (pod.deleting) return true;
    if (this.#ordered && !this.#isAvailable(pod) && pod !== this.#firstUnhealthy) return true;
    yield* this.#port.deletePod(pod);
    return true;
  }

  *#rollOn({ maxUnavailable }: Gates): Steps {
    const choose = maxUnavailable ? outdatedPodsWithin : outdatedPods;
    const { update } = this.#revisions;
    for (const pod of choose(this.#set, this.#replicas, update.metadata.name, this.#port.nowUs)) {
      yield* this.#port.deletePod(pod);
      this.#deletedForUpdate += 1;
    }
  }

  #isAvailable(pod: OrdinalPod): boolean {
    return isAvailable(pod, minReadyUs(this.#set), this.#port.nowUs);
  }
}

/** The step without what it gives. */
function* ignoring(step: Steps<boolean>): Steps {
  yield* step;
}
