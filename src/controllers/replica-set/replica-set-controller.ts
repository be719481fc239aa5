// The controller of ReplicaSets, and of ReplicationControllers: makes and deletes pods until as many are active as the spec says, and reports how they are.
import { Forbidden } from '../../api/admission.ts';
import type { ObjectView } from '../../api/object-view.ts';
import { Change } from '../../model/change-log.ts';
import { PodBit } from '../../model/pods.ts';
import { clockUs, type Controller, controller, type Work } from '../kit/controller.ts';
import { desiredReplicas, type ReplicaSet, type ReplicaSetStatus } from '../kit/deployment-objects.ts';
import { Expectations } from '../kit/expectations.ts';
import { type Claimed, NOTHING, PodClaims } from '../kit/pod-claims.ts';
import { PodControl, type PodFailure } from '../kit/pod-control.ts';
import { slowStart } from '../kit/slow-start.ts';
import { type Steps, type Sync, SyncFailed } from '../kit/sync.ts';
import { DeletionChoice } from './deletion-choice.ts';
import { type PodCounts, replicaSetStatus, sameReplicaSetStatus } from './replica-set-status.ts';
import { REPLICA_SETS, REPLICATION_CONTROLLERS, type SetKind } from './set-kinds.ts';
import type { ClassRow, ObjectRow, PodRow } from '../../model/rows.ts';

/** Most pods made or deleted in one sync. */
const BURST_REPLICAS = 500;
const FIRST_BATCH = 1;
/** One for all: nearly every sync of a busy controller begins so. */
const STALE = new SyncFailed('the view is older than the last write');

export const replicaSet = controllerOf(REPLICA_SETS);
export const replicationController = controllerOf(REPLICATION_CONTROLLERS);

function controllerOf(kind: SetKind): Controller {
  return controller({
    ...kind,
    create: (work) => new ReplicaSetSyncs(work, kind),
    watches({ views, queue }, syncs) {
      kind.view(views).subscribe((row) => {
        syncs.claims.setChanged(row, syncs.set(row));
        queue.add(row);
      });
      views.pods.view.subscribe((pod, _epoch, what) => syncs.podChanged(pod, what));
    },
  });
}

class ReplicaSetSyncs {
  readonly claims: PodClaims;
  readonly #work: Work;
  readonly #kind: SetKind;
  readonly #view: ObjectView;
  readonly #expectations = new Expectations();
  readonly #choice: DeletionChoice;
  readonly #control: PodControl;
  /** By ReplicaSet: the newest version of itself that this controller wrote. */
  readonly #wroteSet = new Map<ObjectRow, number>();

  constructor(work: Work, kind: SetKind) {
    this.#work = work;
    this.#kind = kind;
    this.#view = kind.view(work.views);
    this.claims = new PodClaims(work);
    this.#choice = new DeletionChoice(work.api.registry, work.views);
    this.#control = new PodControl(work, this.#expectations);
  }

  /** As the view has it; undefined for one that is not there. */
  set(row: ObjectRow): ReplicaSet | undefined {
    const object = this.#view.get(row);
    return object === undefined ? undefined : this.#kind.read(object);
  }

  podChanged(pod: PodRow, what: number): void {
    const { api, queue, views } = this.#work;
    const { pods } = api.registry;
    const owner = views.pods.view.owner[pod];
    if ((what & Change.Owner) !== 0 && this.#isOne(views.pods.formerOwner)) queue.add(views.pods.formerOwner);
    if (owner < 0) {
      // An orphan is looked at when it comes and when it becomes one.
      if ((what & (Change.Created | Change.Owner | Change.Class)) === 0) return;
      for (const set of this.claims.claimants(views.pods.view.podClass[pod])) queue.add(set);
      return;
    }
    if (!this.#isOne(owner)) return;
    this.claims.podChanged(pod, what);
    if ((what & (Change.Deleting | Change.Removed)) !== 0) {
      this.#expectations.deletionObserved(owner, pods.identity[pod]);
    } else if ((what & Change.Created) !== 0) {
      this.#expectations.creationObserved(owner);
    }
    queue.add(owner);
  }

  *sync(row: ObjectRow): Sync {
    const set = this.set(row);
    if (set === undefined) {
      this.#expectations.forget(row);
      this.#control.forget(row);
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
    const available = readySince?.filter((since) => since + minReadyUs <= clockUs(this.#work)).length ?? counts.ready;
    const fullyLabeled = this.claims.fullyLabeled(row, set, counts.active);
    // Field by field: a copy of an object to which fields are added takes longer than the rest of a sync.
    const { active: replicas, ready: readyReplicas, terminating: ending } = counts;
    const terminates = this.#kind.countsTerminating ? ending : undefined;
    const all = { active: replicas, ready: readyReplicas, terminating: terminates, available, fullyLabeled };
    yield* this.#report(row, set, all, failure);
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
    return this.#control.isStale(row) || this.#view.version < (this.#wroteSet.get(row) ?? 0);
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
    const now = clockUs(this.#work);
    const next = Math.min(...readySince.map((since) => since + minReadyUs).filter((at) => at > now));
    if (next < Infinity) this.#work.queue.addAfter(row, next - now);
  }

  *#manage(row: ObjectRow, set: ReplicaSet, active: number, claimed: Claimed): Steps<PodFailure | undefined> {
    const missing = desiredReplicas(set) - active;
    if (missing > 0) return yield* this.#create(row, set, Math.min(missing, BURST_REPLICAS));
    if (missing < 0) return yield* this.#delete(row, Math.min(-missing, BURST_REPLICAS), claimed);
    return undefined;
  }

  *#create(row: ObjectRow, set: ReplicaSet, count: number): Steps<PodFailure | undefined> {
    const podClass = this.#control.admitted(set, set.spec.template ?? {});
    if (podClass instanceof Forbidden) return yield* this.#control.refused(row, podClass);
    this.#expectations.expectCreations(row, count, this.#work.engine.now);
    const made = yield* slowStart(count, FIRST_BATCH, (size) => this.#createBatch(row, podClass, size));
    if (made === count) return undefined;
    this.#expectations.creationObserved(row, count - made);
    return this.#control.failedCreations(row, count - made);
  }

  *#createBatch(row: ObjectRow, podClass: ClassRow, size: number): Steps<number> {
    const { client } = this.#work;
    return yield* this.#control.created(
      row,
      Array.from({ length: size }, () => client.createPod(podClass, row)),
    );
  }

  *#delete(row: ObjectRow, count: number, claimed: Claimed): Steps<PodFailure | undefined> {
    const { pods } = this.#work.api.registry;
    const { now } = this.#work.engine;
    const chosen = this.#choice.choose(row, count, claimed, now);
    this.#expectations.expectDeletions(
      row,
      chosen.map((pod) => pods.identity[pod]),
      now,
    );
    return yield* this.#control.delete(row, chosen);
  }

  *#report(row: ObjectRow, set: ReplicaSet, counts: PodCounts, failure: PodFailure | undefined): Steps {
    const before = set.status ?? { replicas: 0 };
    const status = replicaSetStatus(set, counts, failure, this.#work.engine.now);
    if (sameReplicaSetStatus(before, status)) return;
    if (yield* this.#putStatus(row, set, status)) return;
    // One more try on the newest version; then the work queue's back-off.
    yield* this.#work.client.read(row).wait();
    const newest = this.#work.client.answered(row) as ReplicaSet | undefined;
    if (newest === undefined || !(yield* this.#putStatus(row, newest, status))) {
      throw new SyncFailed(`the status of ${this.#kind.kind} ${set.metadata.name} could not be written`);
    }
  }

  *#putStatus(row: ObjectRow, set: ReplicaSet, status: ReplicaSetStatus): Steps<boolean> {
    const result = yield* this.#work.client.updateStatus(row, { ...set, status }).wait();
    if (result < 0) return false;
    const version = Number(this.#work.client.answered(row)?.metadata.resourceVersion ?? 0);
    this.#wroteSet.set(row, version);
    return true;
  }

  #isOne(row: ObjectRow): boolean {
    return row >= 0 && this.#work.api.registry.objects.kind[row] === this.#kind.kind;
  }
}

/** API times are whole seconds. */
function wholeSecond(us: number): number {
  return Math.floor(us / 1e6) * 1e6;
}
