// The garbage collector: what all of its owners have left goes too; owners that are deleted in the foreground wait for it, others let go of it.
import { Refused } from '../../api/refused.ts';
import { Change } from '../../model/change-log.ts';
import type { KubeObject, OwnerReference } from '../../model/object-store.ts';
import { PodBit } from '../../model/pods.ts';
import { FOREGROUND_DELETION, ORPHAN_DEPENDENTS, released } from '../../model/storage/protection.ts';
import { controller, type Work } from '../kit/controller.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { Dependents, NONE } from './dependents.ts';
import { type GarbageKey, keyOfObject, keyOfPod, objectOfKey, podOfKey } from './garbage-keys.ts';
import { Owners } from './owners.ts';
import type { ObjectRow, PodRow } from '../../model/rows.ts';

/** Each deletion takes two requests, so Kubernetes gives this controller twice the rate. */
const RATE_FACTOR = 2;
/** Kinds that the manager's shared views bring. */
const SHARED: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'ControllerRevision',
  'Service',
  'Job',
  'ReplicationController',
]);

/** A pod has one owner at most, its controller. */
export const garbageCollector = controller({
  name: 'generic-garbage-collector',
  queue: 'garbage-collector',
  workers: 'garbageCollector',
  rateFactor: RATE_FACTOR,
  create: (work: Work<GarbageKey>) => new GarbageCollector(work),
  watches({ api, views }, collector) {
    const { controllerRevisions, daemonSets, deployments, replicaSets, statefulSets, services, jobs, pods } = views;
    const { replicationControllers } = views;
    const sets = [deployments, replicaSets, statefulSets, daemonSets, replicationControllers];
    const shared = [...sets, controllerRevisions, services, jobs];
    for (const view of [...shared, api.watchOwnership((kind) => !SHARED.has(kind))]) {
      view.subscribe((row, object, what) => collector.objectChanged(row, object, view.ownerOf(row), what));
    }
    pods.view.subscribe((pod, _epoch, what) => collector.podChanged(pod, what));
  },
});

class GarbageCollector {
  readonly #work: Work<GarbageKey>;
  readonly #dependents = new Dependents();
  readonly #owners: Owners;
  /** By object: its references as they were written when they were last looked at. */
  readonly #read = new Map<ObjectRow, readonly OwnerReference[]>();
  /** Rows of owners that wait for their dependents. */
  readonly #waiting = new Set<ObjectRow>();
  /** Rows of objects that are gone, as the views have it. */
  readonly #removed = new Set<ObjectRow>();

  constructor(work: Work<GarbageKey>) {
    this.#work = work;
    this.#owners = new Owners(work.client, work.api.registry);
  }

  objectChanged(row: ObjectRow, object: KubeObject | undefined, controls: ObjectRow, what: number): void {
    const { queue } = this.#work;
    if (object === undefined) {
      this.#removed.add(row);
      this.#waiting.delete(row);
      this.#lookAtDependents(row);
      for (const { uid } of this.#dependents.ownersOf(row)) this.#lookAtWaiting(uid);
      this.#dependents.set(row, NONE);
      this.#read.delete(row);
      return;
    }
    const { deletionTimestamp, finalizers = [], ownerReferences = NONE, namespace = '' } = object.metadata;
    // Most changes leave them as they are.
    if (ownerReferences !== (this.#read.get(row) ?? NONE)) {
      this.#read.set(row, ownerReferences);
      this.#dependents.set(row, this.#owners.resolved(ownerReferences, namespace));
    }
    if (deletionTimestamp !== undefined) {
      if (finalizers.includes(ORPHAN_DEPENDENTS)) queue.add(keyOfObject(row));
      if (!finalizers.includes(FOREGROUND_DELETION) || this.#waiting.has(row)) return;
      this.#waiting.add(row);
      this.#lookAtDependents(row);
      queue.add(keyOfObject(row));
      return;
    }
    if ((what & Change.Created) === 0) return;
    if (this.#dependents.ownersOf(row).some((owner) => !this.#isSeen(owner, namespace, controls)))
      queue.add(keyOfObject(row));
  }

  podChanged(pod: PodRow, what: number): void {
    const { api, views, queue } = this.#work;
    const owner = views.pods.view.owner[pod];
    if ((what & Change.Removed) !== 0) {
      if (this.#waiting.size > 0 && this.#waiting.has(owner)) queue.add(keyOfObject(owner));
      if (this.#dependents.ofPods === 0) return;
      const uid = api.registry.podUid(pod);
      this.#owners.noteGone(uid);
      for (const row of this.#dependents.of(uid)) queue.add(keyOfObject(row));
      return;
    }
    if ((what & Change.Created) !== 0 && owner >= 0 && (this.#removed.has(owner) || this.#waiting.has(owner))) {
      queue.add(keyOfPod(pod));
    }
  }

  /** Whether the views have the owner, as far as they show it: `controls` is the row of the controller, -1 for none. */
  #isSeen({ controller: controlling, kind, name }: OwnerReference, namespace: string, controls: ObjectRow): boolean {
    if (controlling === true && controls >= 0) return !this.#removed.has(controls);
    if (kind !== 'Pod') return false;
    const pod = this.#work.api.registry.identities.find(namespace, name);
    return pod >= 0 && this.#work.views.pods.view.alive[pod] === 1;
  }

  #lookAtDependents(row: ObjectRow): void {
    const { api, views, queue } = this.#work;
    const uid = api.registry.objectUid(row);
    for (const dependent of this.#dependents.of(uid)) queue.add(keyOfObject(dependent));
    const { byOwner } = views.pods;
    for (let pod = byOwner.first(row); pod >= 0; pod = byOwner.next(pod)) queue.add(keyOfPod(pod));
  }

  /** An owner that waits has one dependent less. */
  #lookAtWaiting(uid: string): void {
    if (this.#waiting.size === 0) return;
    for (const row of this.#waiting)
      if (this.#work.api.registry.objectUid(row) === uid) this.#work.queue.add(keyOfObject(row));
  }

  *sync(item: GarbageKey): Steps {
    const pod = podOfKey(item);
    if (pod >= 0) yield* this.#lookAtPod(pod);
    else yield* this.#lookAtObject(objectOfKey(item));
  }

  *#lookAtPod(pod: PodRow): Steps {
    const { api, client, views } = this.#work;
    const { view } = views.pods;
    if (view.alive[pod] === 0 || (view.state[pod] & PodBit.Deleting) !== 0) return;
    const epoch = view.epoch[pod];
    const owner = view.owner[pod];
    if (owner < 0) return;
    const uid = api.registry.objectUid(owner);
    yield* client.read(owner).wait();
    if (!this.#owners.isKnownGone(uid)) {
      yield* client.read(owner).wait();
      if (this.#owners.stateOf(owner, uid) === 'solid') return;
    }
    finished(yield* client.deletePod(pod, epoch).wait());
  }

  *#lookAtObject(row: ObjectRow): Steps {
    const { client } = this.#work;
    yield* client.read(row).wait();
    const object = client.answered(row);
    if (object === undefined) return;
    const { deletionTimestamp, finalizers = [], ownerReferences = [], namespace = '' } = object.metadata;
    if (deletionTimestamp !== undefined) {
      if (finalizers.includes(ORPHAN_DEPENDENTS)) yield* this.#letGo(row);
      else if (finalizers.includes(FOREGROUND_DELETION)) yield* this.#awaitDependents(row);
      return;
    }
    if (ownerReferences.length === 0) return;
    const waits: OwnerReference[] = [];
    const solid: OwnerReference[] = [];
    for (const owner of ownerReferences) {
      if (!this.#owners.isKnownGone(owner.uid)) yield* client.read(row).wait();
      const state = this.#owners.look(owner, namespace);
      if (state === 'solid') solid.push(owner);
      if (state === 'waits') waits.push(owner);
    }
    if (solid.length === ownerReferences.length) return;
    if (solid.length > 0) {
      yield* this.#keepOwners(row, solid);
      return;
    }
    const foreground = waits.length > 0 && this.#hasDependents(row);
    finished(yield* client.delete(row, foreground ? 'Foreground' : 'Background').wait());
  }

  #hasDependents(row: ObjectRow): boolean {
    const { api, views } = this.#work;
    return this.#dependents.of(api.registry.objectUid(row)).size > 0 || views.pods.byOwner.size(row) > 0;
  }

  /** Foreground: the owner goes when nothing is left that blocks its deletion. All pods do. */
  *#awaitDependents(row: ObjectRow): Steps {
    const { api, views, queue } = this.#work;
    const blocking = this.#dependents.blocking(api.registry.objectUid(row));
    if (blocking.length === 0 && views.pods.byOwner.size(row) === 0) {
      yield* this.#release(row, FOREGROUND_DELETION);
      return;
    }
    for (const dependent of blocking) if (!this.#waiting.has(dependent)) queue.add(keyOfObject(dependent));
  }

  /** Orphan: the dependents lose this owner, all at once, then it goes. */
  *#letGo(row: ObjectRow): Steps {
    const { api, client, views } = this.#work;
    const { byOwner, view } = views.pods;
    const uid = api.registry.objectUid(row);
    const answers = [];
    for (let pod = byOwner.first(row); pod >= 0; pod = byOwner.next(pod)) {
      answers.push(client.patchPodOwner({ pod, epoch: view.epoch[pod], controller: row, adopts: false }));
    }
    for (const answer of answers) finished(yield* answer.wait());
    for (const dependent of this.#dependents.of(uid)) {
      const { ownerReferences = [], namespace = '' } = client.answered(dependent)?.metadata ?? {};
      const others = ownerReferences.filter((one) => this.#owners.uidOf(one, namespace) !== uid);
      yield* this.#keepOwners(dependent, others);
    }
    yield* this.#release(row, ORPHAN_DEPENDENTS);
  }

  /** The object has no owners but these any more. */
  *#keepOwners(row: ObjectRow, owners: readonly OwnerReference[]): Steps {
    const { client } = this.#work;
    const controls = owners.some((one) => one.controller === true);
    const former = client.answeredOwner(row);
    if (!controls && former >= 0) {
      finished(yield* client.patchObjectOwner({ row, controller: former, adopts: false }).wait());
    }
    const object = client.answered(row);
    if (object === undefined || (object.metadata.ownerReferences ?? []).length === owners.length) return;
    const { ownerReferences: _, ...metadata } = object.metadata;
    const references = owners.length === 0 ? {} : { ownerReferences: owners };
    finished(yield* client.update(row, { ...object, metadata: { ...metadata, ...references } }).wait());
  }

  *#release(row: ObjectRow, finalizer: string): Steps {
    const { client } = this.#work;
    const object = client.answered(row);
    if (object !== undefined) finished(yield* client.update(row, released(object, finalizer)).wait());
  }
}

function finished(result: number): void {
  if (result < 0 && result !== Refused.NotFound) throw new SyncFailed(`a request was refused (${result})`);
}
