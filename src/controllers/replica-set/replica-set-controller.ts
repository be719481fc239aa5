// The ReplicaSet controller: makes and deletes pods until as many are active as the spec says, and reports how they are.
import { Forbidden } from '../../api/admission.ts';
import { Refused } from '../../api/refused.ts';
import { Change } from '../../model/change-log.ts';
import type { Registry } from '../../model/registry.ts';
import { PodBit } from '../../model/pods.ts';
import { controller, type Work } from '../kit/controller.ts';
import { desiredReplicas, type ReplicaSet, type ReplicaSetStatus } from '../kit/deployment-objects.ts';
import { Expectations } from '../kit/expectations.ts';
import { slowStart } from '../kit/slow-start.ts';
import { type Steps, type Sync, SyncFailed } from '../kit/sync.ts';
import { DeletionChoice } from './deletion-choice.ts';
import { type Claimed, NOTHING, PodClaims } from './adopted-pods.ts';
import { type ManageFailure, type PodCounts, replicaSetStatus, sameReplicaSetStatus } from './replica-set-status.ts';
import type { ClassRow, IdentityRow, ObjectRow, PodRow } from '../../model/rows.ts';

/** Most pods made or deleted in one sync. */
const BURST_REPLICAS = 500;
const FIRST_BATCH = 1;
/** One for all: nearly every sync of a busy controller begins so. */
const STALE = new SyncFailed('the view is older than the last write');

export const replicaSet = controller({
  name: 'replicaset-controller',
  queue: 'replicaset',
  workers: 'replicaSet',
  create: (work) => new ReplicaSetSyncs(work),
  watches({ views, queue }, syncs) {
    views.replicaSets.subscribe((row) => {
      syncs.claims.setChanged(row, views.replicaSets.get(row));
      queue.add(row);
    });
    views.pods.view.subscribe((pod, _epoch, what) => syncs.podChanged(pod, what));
  },
});

class ReplicaSetSyncs {
  readonly claims: PodClaims;
  readonly #work: Work;
  readonly #expectations = new Expectations();
  readonly #choice: DeletionChoice;
  /** By ReplicaSet: the newest versions of its pods and of itself that this controller wrote. */
  readonly #wrotePods = new Map<ObjectRow, number>();
  readonly #wroteSet = new Map<ObjectRow, number>();

  constructor(work: Work) {
    this.#work = work;
    this.claims = new PodClaims(work);
    this.#choice = new DeletionChoice(work.api.registry, work.views);
  }

  podChanged(pod: PodRow, what: number): void {
    const { api, queue, views } = this.#work;
    const { pods, objects } = api.registry;
    const owner = views.pods.view.owner[pod];
    if ((what & Change.Owner) !== 0 && isReplicaSet(objects, views.pods.formerOwner)) queue.add(views.pods.formerOwner);
    if (owner < 0) {
      // An orphan is looked at when it comes and when it becomes one.
      if ((what & (Change.Created | Change.Owner)) === 0) return;
      for (const set of this.claims.claimants(pods.podClass[pod])) queue.add(set);
      return;
    }
    if (!isReplicaSet(objects, owner)) return;
    this.claims.podChanged(pod, what);
    if ((what & (Change.Deleting | Change.Removed)) !== 0) {
      this.#expectations.deletionObserved(owner, pods.identity[pod]);
    } else if ((what & Change.Created) !== 0) {
      this.#expectations.creationObserved(owner);
    }
    queue.add(owner);
  }

  *sync(row: ObjectRow): Sync {
    const set = this.#work.views.replicaSets.get(row);
    if (set === undefined) {
      this.#expectations.forget(row);
      this.#wrotePods.delete(row);
      this.#wroteSet.delete(row);
      return;
    }
    if (this.#isStale(row)) return STALE;
    const { now } = this.#work.engine;
    const manages = this.#expectations.satisfied(row, now) && set.metadata.deletionTimestamp === undefined;
    // What the status reports is what was seen before this sync's own writes, however long these take.
    this.#work.views.pods.ensureOwner(row);
    const { active, ready, terminating } = this.#work.views.pods;
    const own = { active: active[row], ready: ready[row], terminating: terminating[row] };
    const minReadyUs = (set.spec.minReadySeconds ?? 0) * 1e6;
    const readySince = minReadyUs > 0 ? this.#readySince(row) : undefined;
    const strangers = this.claims.candidates(row);
    const claimed = strangers.length === 0 ? NOTHING : yield* this.claims.claim(row, set, strangers);
    const counts = claimed === NOTHING ? own : this.#withClaimed(own, claimed, readySince);
    const failure = manages ? yield* this.#manage(row, set, counts.active, claimed) : undefined;
    const available = readySince?.filter((since) => since + minReadyUs <= this.#work.engine.now).length ?? counts.ready;
    const fullyLabeled = this.claims.fullyLabeled(row, set, counts.active);
    yield* this.#report(row, set, { ...counts, available, fullyLabeled }, failure);
    if (failure !== undefined) throw new SyncFailed(failure.message);
    if (readySince !== undefined && available < counts.ready) this.#comeBack(row, readySince, minReadyUs);
  }

  /** Counts, and times of readiness, with what was adopted and without what was let go. */
  #withClaimed<T extends { readonly active: number; readonly ready: number }>(
    own: T,
    { adopted, released }: Claimed,
    readySince: number[] | undefined,
  ): T {
    const { state, readyAt } = this.#work.views.pods.view;
    const isReady = (pod: PodRow): boolean => (state[pod] & PodBit.Ready) !== 0;
    const [come, gone] = [adopted.filter(isReady), released.filter(isReady)];
    for (const pod of come) readySince?.push(wholeSecond(readyAt[pod]));
    for (const pod of gone) readySince?.splice(readySince.indexOf(wholeSecond(readyAt[pod])), 1);
    const active = own.active + adopted.length - released.length;
    return { ...own, active, ready: own.ready + come.length - gone.length };
  }

  /** Kubernetes 1.36 does not act on a view that is older than what the controller wrote itself. */
  #isStale(row: ObjectRow): boolean {
    const { pods, replicaSets } = this.#work.views;
    return pods.view.version < (this.#wrotePods.get(row) ?? 0) || replicaSets.version < (this.#wroteSet.get(row) ?? 0);
  }

  /** When the Ready pods became so, as the API says it: in whole seconds. */
  #readySince(row: ObjectRow): number[] {
    const { byOwner, view } = this.#work.views.pods;
    const since: number[] = [];
    for (let pod = byOwner.first(row); pod >= 0; pod = byOwner.next(pod)) {
      if ((view.state[pod] & (PodBit.Ready | PodBit.Deleting)) !== PodBit.Ready) continue;
      since.push(wholeSecond(view.readyAt[pod]));
    }
    return since;
  }

  #comeBack(row: ObjectRow, readySince: readonly number[], minReadyUs: number): void {
    const { now } = this.#work.engine;
    const next = Math.min(...readySince.map((since) => since + minReadyUs).filter((at) => at > now));
    if (next < Infinity) this.#work.queue.addAfter(row, next - now);
  }

  *#manage(row: ObjectRow, set: ReplicaSet, active: number, claimed: Claimed): Steps<ManageFailure | undefined> {
    const missing = desiredReplicas(set) - active;
    if (missing > 0) return yield* this.#create(row, set, Math.min(missing, BURST_REPLICAS));
    if (missing < 0) return yield* this.#delete(row, Math.min(-missing, BURST_REPLICAS), claimed);
    return undefined;
  }

  *#create(row: ObjectRow, set: ReplicaSet, count: number): Steps<ManageFailure | undefined> {
    const { namespace = 'default' } = set.metadata;
    const podClass = this.#admitted(namespace, set);
    if (podClass instanceof Forbidden) return yield* this.#refused(row, podClass);
    this.#expectations.expectCreations(row, count, this.#work.engine.now);
    const made = yield* slowStart(count, FIRST_BATCH, (size) => this.#createBatch(row, podClass, size));
    if (made === count) return undefined;
    this.#expectations.creationObserved(row, count - made);
    return { reason: 'FailedCreate', message: `${count - made} pods could not be created` };
  }

  #admitted(namespace: string, { metadata, spec }: ReplicaSet): ClassRow | Forbidden {
    try {
      return this.#work.client.podClass(namespace, spec.template ?? {}, `${metadata.name}-`).id;
    } catch (error) {
      if (error instanceof Forbidden) return error;
      throw error;
    }
  }

  /** The first pod of the slow start is not admitted; the answer takes as long as a read, for nothing is stored. */
  *#refused(row: ObjectRow, { message }: Forbidden): Steps<ManageFailure> {
    yield* this.#work.client.read(row).wait();
    this.#work.client.objectEvent('Warning', 'FailedCreate', `Error creating: ${message}`, row);
    return { reason: 'FailedCreate', message };
  }

  *#createBatch(row: ObjectRow, podClass: ClassRow, size: number): Steps<number> {
    const answers = Array.from({ length: size }, () => this.#work.client.createPod(podClass, row));
    let failed = 0;
    for (const answer of answers) {
      const result = yield* answer.wait();
      // The namespace ends: there is nothing to try again.
      if (result === Refused.Terminating) continue;
      if (result < 0) {
        failed += 1;
        continue;
      }
      const pod = result as PodRow;
      this.#wrote(row, pod);
      this.#event(row, 'SuccessfulCreate', 'Created pod: %p', pod);
    }
    return failed;
  }

  *#delete(row: ObjectRow, count: number, claimed: Claimed): Steps<ManageFailure | undefined> {
    const { pods } = this.#work.api.registry;
    const chosen = this.#choice.choose(row, count, claimed, this.#work.engine.now);
    const identities = chosen.map((pod) => pods.identity[pod]);
    this.#expectations.expectDeletions(row, identities, this.#work.engine.now);
    const answers = chosen.map((pod) => this.#work.client.deletePod(pod, this.#work.views.pods.view.epoch[pod]));
    let failed = 0;
    for (const [index, answer] of answers.entries()) {
      const result = yield* answer.wait();
      if (result >= 0) {
        this.#wrote(row, chosen[index]);
        this.#event(row, 'SuccessfulDelete', 'Deleted pod: %p', chosen[index], identities[index]);
        continue;
      }
      this.#expectations.deletionObserved(row, identities[index]);
      if (result !== Refused.NotFound) failed += 1;
    }
    return failed === 0 ? undefined : { reason: 'FailedDelete', message: `${failed} pods could not be deleted` };
  }

  /** The answer to a write carries the pod's version. */
  #wrote(row: ObjectRow, pod: PodRow): void {
    const version = this.#work.client.answeredVersion(pod);
    if (version > (this.#wrotePods.get(row) ?? 0)) this.#wrotePods.set(row, version);
  }

  #event(row: ObjectRow, reason: string, message: string, pod: PodRow, identity?: IdentityRow): void {
    this.#work.client.objectEvent(
      'Normal',
      reason,
      message,
      row,
      identity ?? this.#work.api.registry.pods.identity[pod],
    );
  }

  *#report(row: ObjectRow, set: ReplicaSet, counts: PodCounts, failure: ManageFailure | undefined): Steps {
    const before = set.status ?? { replicas: 0 };
    const status = replicaSetStatus(set, counts, failure, this.#work.engine.now);
    if (sameReplicaSetStatus(before, status)) return;
    if (yield* this.#putStatus(row, set, status)) return;
    // One more try on the newest version; then the work queue's back-off.
    yield* this.#work.client.read(row).wait();
    const newest = this.#work.client.answered(row) as ReplicaSet | undefined;
    if (newest === undefined || !(yield* this.#putStatus(row, newest, status))) {
      throw new SyncFailed(`the status of ReplicaSet ${set.metadata.name} could not be written`);
    }
  }

  *#putStatus(row: ObjectRow, set: ReplicaSet, status: ReplicaSetStatus): Steps<boolean> {
    const result = yield* this.#work.client.updateStatus(row, { ...set, status }).wait();
    if (result < 0) return false;
    const version = Number(this.#work.client.answered(row)?.metadata.resourceVersion ?? 0);
    this.#wroteSet.set(row, version);
    return true;
  }
}

function isReplicaSet(objects: Registry['objects'], row: ObjectRow): boolean {
  return row >= 0 && objects.kind[row] === 'ReplicaSet';
}

/** API times are whole seconds. */
function wholeSecond(us: number): number {
  return Math.floor(us / 1e6) * 1e6;
}
