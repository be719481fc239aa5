// The DaemonSet controller: makes and deletes pods until every eligible node has one, updates them, and reports how they are.
import type { Random } from '../../engine/random.ts';
import { Change } from '../../model/change-log.ts';
import { PodBit } from '../../model/pods.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';
import { type Controller, controller, type Work } from '../kit/controller.ts';
import { type DaemonSet, type DaemonSetStatus, updateLimits } from '../kit/daemon-set-objects.ts';
import { Expectations } from '../kit/expectations.ts';
import { PodClaims } from '../kit/pod-claims.ts';
import type { PodFailure } from '../kit/pod-control.ts';
import { type Steps, type Sync, SyncFailed } from '../kit/sync.ts';
import { DaemonSetHistory, hashOf, type History } from './daemon-set-history.ts';
import { DaemonSetState } from './daemon-set-state.ts';
import { daemonSetStatus } from './daemon-set-status.ts';
import { DaemonPods } from './daemon-pods.ts';
import type { DaemonPod } from './node-plan.ts';
import { PodsByNode } from './pods-by-node.ts';
import { updateStep } from './rolling-update.ts';
import { REVISION_HASH_LABEL } from '../kit/controller-revisions.ts';

const STALE = new SyncFailed('the view is older than the last write');

export const daemonSet: Controller = controller({
  name: 'daemonset-controller',
  queue: 'daemonset',
  workers: 'daemonSet',
  create: (work) => new DaemonSetSyncs(work),
  watches({ views, queue }, syncs) {
    views.daemonSets.subscribe((row) => {
      syncs.setChanged(row, views.daemonSets.get(row));
      queue.add(row);
    });
    views.controllerRevisions.subscribe((row, _revision, what) => {
      const owner = views.controllerRevisions.ownerOf(row);
      // An orphan may be adopted; one that is gone is made again.
      if (owner < 0) for (const [set] of views.daemonSets.entries()) queue.add(set);
      else if ((what & Change.Removed) !== 0 && views.daemonSets.get(owner) !== undefined) queue.add(owner);
    });
    views.pods.view.subscribe((pod, _epoch, what) => syncs.podChanged(pod, what));
    views.nodes.subscribe((node, what) => syncs.nodeChanged(node, what));
  },
});

class DaemonSetSyncs {
  readonly #work: Work;
  readonly #expectations = new Expectations();
  readonly #claims: PodClaims;
  readonly #history: DaemonSetHistory;
  readonly #pods: DaemonPods;
  readonly #byNode = new PodsByNode();
  readonly #random: Random;
  readonly #states = new Map<ObjectRow, DaemonSetState>();
  /** Ready pods of sets where they have to be so for some time. */
  readonly #ready = new Set<PodRow>();
  /** By set: the newest version of itself that this controller wrote. */
  readonly #wroteSet = new Map<ObjectRow, number>();

  constructor(work: Work) {
    this.#work = work;
    this.#random = work.engine.stream('daemon-sets');
    this.#claims = new PodClaims(work);
    this.#history = new DaemonSetHistory(work);
    this.#pods = new DaemonPods(work, this.#expectations);
  }

  setChanged(row: ObjectRow, set: DaemonSet | undefined): void {
    this.#claims.setChanged(row, set);
    if (set !== undefined) return;
    this.#states.delete(row);
    this.#wroteSet.delete(row);
    this.#expectations.forget(row);
    this.#pods.forget(row);
    this.#byNode.forget(row);
  }

  podChanged(pod: PodRow, what: number): void {
    const { api, queue, views } = this.#work;
    const owner = views.pods.view.owner[pod];
    if ((what & Change.Owner) !== 0 && this.#isDaemonSet(views.pods.formerOwner)) {
      this.#place(pod, views.pods.formerOwner, false);
      queue.add(views.pods.formerOwner);
    }
    if (owner < 0) {
      // An orphan is looked at when it comes and when it becomes one.
      if ((what & (Change.Created | Change.Owner | Change.Class)) === 0) return;
      for (const set of this.#claims.claimants(views.pods.view.podClass[pod])) queue.add(set);
      return;
    }
    if (!this.#isDaemonSet(owner)) return;
    this.#claims.podChanged(pod, what);
    this.#place(pod, owner, (what & Change.Removed) === 0);
    if ((what & (Change.Deleting | Change.Removed)) !== 0) {
      this.#expectations.deletionObserved(owner, api.registry.pods.identity[pod]);
    } else if ((what & Change.Created) !== 0) {
      this.#expectations.creationObserved(owner);
    }
    queue.add(owner);
    this.#readyChanged(pod, owner);
  }

  /** A pod that has become ready will be available: a second is added for clocks that differ. */
  #readyChanged(pod: PodRow, set: ObjectRow): void {
    const { queue, views } = this.#work;
    const { alive, state } = views.pods.view;
    const { minReadySeconds = 0 } = views.daemonSets.get(set)?.spec ?? {};
    if (minReadySeconds === 0) return;
    const isReady = alive[pod] === 1 && (state[pod] & PodBit.Ready) !== 0;
    if (!isReady) this.#ready.delete(pod);
    else if (!this.#ready.has(pod)) {
      this.#ready.add(pod);
      queue.addAfter(set, (minReadySeconds + 1) * 1e6);
    }
  }

  /** Sets that think otherwise of the node now have work. */
  nodeChanged(node: NodeRow, what: number): void {
    for (const [row, state] of this.#states) {
      if (!state.begun) continue;
      if ((what & Change.Removed) !== 0) {
        state.nodes.lose(node);
      } else if ((state.fit(node) ?? 0) !== state.nodes.knownFit(node)) {
        state.nodes.change(node);
        this.#work.queue.add(row);
      }
    }
  }

  *sync(row: ObjectRow): Sync {
    const { views } = this.#work;
    const set = views.daemonSets.get(row);
    if (set === undefined || set.metadata.deletionTimestamp !== undefined) return undefined;
    if (this.#pods.isStale(row) || views.daemonSets.version < (this.#wroteSet.get(row) ?? 0)) return STALE;
    const history = yield* this.#history.construct(row, set);
    const state = this.#stateOf(row);
    state.begin(set, hashOf(history.current));
    const acts = this.#satisfied(row);
    const failure = acts ? yield* this.#update(row, set, state, history) : undefined;
    yield* this.#report(row, set, state, acts);
    return failure === undefined ? undefined : new SyncFailed(failure.message);
  }

  #satisfied(row: ObjectRow): boolean {
    return this.#expectations.satisfied(row, this.#work.engine.now);
  }

  #stateOf(row: ObjectRow): DaemonSetState {
    let state = this.#states.get(row);
    if (state === undefined) {
      state = new DaemonSetState(this.#work, this.#byNode, row, this.#random);
      this.#states.set(row, state);
    }
    return state;
  }

  *#update(row: ObjectRow, set: DaemonSet, state: DaemonSetState, history: History): Steps<PodFailure | undefined> {
    yield* this.#claim(row, set);
    const { nodes } = state;
    nodes.refresh(this.#work.engine.now);
    const deletes = [...[...nodes.deleting.values()].flat(), ...this.#endedPods(row, set, state)];
    const failure = yield* this.#pods.sync(row, set, state.template, [...nodes.creating], deletes);
    if (failure !== undefined) return failure;
    if (this.#satisfied(row) && set.spec.updateStrategy?.type === 'RollingUpdate') {
      const stopped = yield* this.#roll(row, set, state);
      if (stopped !== undefined) return stopped;
    }
    yield* this.#history.cleanUp(set, history.old, () => this.#hashes(row));
    return undefined;
  }

  /** What it adopts and lets go counts at once; its view does not show it yet. */
  *#claim(row: ObjectRow, set: DaemonSet): Steps {
    const candidates = this.#claims.candidates(row);
    if (candidates.length === 0) return;
    const { adopted, released } = yield* this.#claims.claim(row, set, candidates);
    for (const pod of adopted) this.#place(pod, row, true);
    for (const pod of released) this.#place(pod, row, false);
  }

  *#roll(row: ObjectRow, set: DaemonSet, state: DaemonSetState): Steps<PodFailure | undefined> {
    const { nodes } = state;
    const { now } = this.#work.engine;
    nodes.refresh(now);
    const limits = updateLimits(set, nodes.desired);
    nodes.beginUpdate(limits.surge > 0, () => state.allNodes(), now);
    const step = updateStep(nodes, limits);
    if (step === undefined) return { reason: 'FailedDelete', message: 'a node with a pod of the set is gone' };
    const olds = step.deletes.map((node) => nodes.oldPod(node)).filter((one) => one !== undefined);
    return yield* this.#pods.sync(row, set, state.template, step.creates, olds);
  }

  /** Succeeded pods, and failed ones that have waited for long enough. */
  #endedPods(row: ObjectRow, set: DaemonSet, { nodes, failed }: DaemonSetState): DaemonPod[] {
    const { api, client, engine, queue } = this.#work;
    const { namespace = 'default' } = set.metadata;
    const gone: DaemonPod[] = [];
    for (const [node, pods] of nodes.ended) {
      const where = `on node ${api.registry.nodeName(node)}`;
      for (const one of pods) {
        const name = `${namespace}/${one.name()}`;
        if (one.ended === 'Failed') {
          const hold = failed.hold(node, set.status?.observedGeneration ?? 0, engine.now);
          if (hold > 0) {
            queue.addAfter(row, hold);
            continue;
          }
          const note = `Found failed daemon pod ${name} ${where}, will try to kill it`;
          client.objectEvent('Warning', 'FailedDaemonPod', note, row);
        } else {
          const note = `Found succeeded daemon pod ${name} ${where}, will try to delete it`;
          client.objectEvent('Normal', 'SucceededDaemonPod', note, row);
        }
        gone.push(one);
      }
    }
    return gone;
  }

  /** Revisions of which the set has pods. */
  #hashes(row: ObjectRow): Set<string> {
    const { api, views } = this.#work;
    const { byOwner, view } = views.pods;
    const found = new Set<string>();
    for (let pod = byOwner.first(row); pod >= 0; pod = byOwner.next(pod)) {
      const hash = api.registry.classes.get(view.podClass[pod]).labels[REVISION_HASH_LABEL];
      if (hash !== undefined) found.add(hash);
    }
    return found;
  }

  *#report(row: ObjectRow, set: DaemonSet, { nodes }: DaemonSetState, observes: boolean): Steps {
    const { client, engine, queue } = this.#work;
    nodes.refresh(engine.now);
    const minReadyUs = (set.spec.minReadySeconds ?? 0) * 1e6;
    const waits = minReadyUs > 0 && nodes.ready !== nodes.available;
    const status = daemonSetStatus(set, nodes, observes);
    if (status !== undefined && !(yield* this.#putStatus(row, set, status))) {
      // One more try on the newest version; then the work queue's back-off.
      yield* client.read(row).wait();
      const newest = client.answered(row) as DaemonSet | undefined;
      if (newest === undefined || !(yield* this.#putStatus(row, newest, status))) {
        throw new SyncFailed(`the status of DaemonSet ${set.metadata.name} could not be written`);
      }
    }
    if (waits) queue.addAfter(row, minReadyUs);
  }

  *#putStatus(row: ObjectRow, set: DaemonSet, status: DaemonSetStatus): Steps<boolean> {
    const { client } = this.#work;
    const result = yield* client.updateStatus(row, { ...set, status }).wait();
    if (result < 0) return false;
    this.#wroteSet.set(row, Number(client.answered(row)?.metadata.resourceVersion ?? 0));
    return true;
  }

  #isDaemonSet(row: ObjectRow): boolean {
    return row >= 0 && this.#work.api.registry.objects.kind[row] === 'DaemonSet';
  }

  /** Where the pod is, or is meant to be, is another place now. */
  #place(pod: PodRow, set: ObjectRow, isThere: boolean): void {
    const { api, views } = this.#work;
    const node = views.pods.view.node[pod] >= 0 ? views.pods.view.node[pod] : api.registry.pods.pinned[pod];
    const before = this.#byNode.move(pod, set, isThere ? node : -1);
    const nodes = this.#states.get(set)?.nodes;
    if (before >= 0 && before !== node) nodes?.change(before);
    if (node >= 0) nodes?.change(node);
  }
}
