// Hot dialect: what the scheduler's watches bring: pods and nodes into the cache and the queue (kube-scheduler eventhandlers.go).
import type { ApiConnection } from '../api/server.ts';
import type { NodeView } from '../api/node-view.ts';
import type { PodView } from '../api/pod-view.ts';
import { Change } from '../model/change-log.ts';
import { isTerminal, PodBit } from '../model/pods.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { Registry } from '../model/registry.ts';
import type { SchedulerCache } from './cache/cache.ts';
import { ClusterEvent, Happening } from './framework/cluster-events.ts';
import type { Nominations } from './cache/nominations.ts';
import { assignedPodChanges, waitingPodChanges } from './pod-changes.ts';
import type { SchedulingQueue } from './queue/queue.ts';
import type { ClassRow, NodeRow, PodRow } from '../model/rows.ts';

export class Informers {
  readonly pods: PodView;
  readonly nodes: NodeView;
  readonly #state: Registry;
  readonly #cache: SchedulerCache;
  readonly #queue: SchedulingQueue;
  readonly #nominations: Nominations;
  /** By pod: the nominated node that its status has named. */
  readonly #nominated = new Map<PodRow, NodeRow>();
  /** Number of the profile for a scheduler's name, -1 for pods of others. */
  readonly #profileOf: (schedulerName: string) => number;
  /** A pod is gone that may be in a binding cycle; called before it leaves the cache. */
  readonly #gone: (pod: PodRow) => void;
  readonly #event = new ClusterEvent();

  constructor(
    api: ApiConnection,
    pods: PodView,
    cache: SchedulerCache,
    queue: SchedulingQueue,
    nominations: Nominations,
    profileOf: (schedulerName: string) => number,
    gone: (pod: PodRow) => void,
  ) {
    this.#state = api.registry;
    this.#cache = cache;
    this.#queue = queue;
    this.#nominations = nominations;
    this.#profileOf = profileOf;
    this.#gone = gone;
    this.pods = pods;
    this.nodes = api.watchNodes();
    // kube-scheduler waits for its caches before the first cycle: nodes that exist are known from the start.
    for (let node = 0 as NodeRow; node < this.nodes.alive.length; node = (node + 1) as NodeRow)
      if (this.nodes.alive[node] === 1) this.#take(node);
    this.pods.subscribe((pod, epoch, what) => this.#podChanged(pod, epoch, what));
    this.nodes.subscribe((node, what) => this.#nodeChanged(node, what));
  }

  /** The pod no longer counts on its node: whoever waits for room hears of it. */
  podLeft(pod: PodRow): void {
    const podClass = this.#cache.podClass[pod];
    const node = this.#cache.podNode[pod];
    this.#cache.remove(pod);
    this.#podHappened(Happening.AssignedPodDelete, node, -1, podClass);
  }

  #podChanged(pod: PodRow, epoch: number, what: number): void {
    const cache = this.#cache;
    const state = this.pods.state[pod];
    const counted = cache.nodeOf(pod, epoch) >= 0;
    // Its watch leaves out finished pods: to the scheduler they are deleted.
    if ((what & Change.Removed) !== 0 || isTerminal(state)) {
      this.#gone(pod);
      if (counted) this.podLeft(pod);
      else this.#queue.delete(pod);
      if (this.#nominations.size > 0) this.#nominationEnded(pod);
      this.#nominated.delete(pod);
      return;
    }
    if ((what & Change.Nominated) !== 0) this.#nominationChanged(pod);
    const podClass = this.#state.classes.get(this.pods.podClass[pod]);
    if ((what & Change.Class) !== 0 && this.#reclassed(pod, counted, podClass)) return;
    const node = this.pods.node[pod];
    const terminating = (state & PodBit.Deleting) !== 0;
    if (node < 0) {
      // A pod that names its node is assigned, whether there is such a node or not.
      const waits = (what & Change.Created) !== 0 && !terminating && podClass.shape.nodeName === '';
      const profile = waits ? this.#profileOf(podClass.schedulerName) : -1;
      if (profile >= 0) this.#queue.add(pod, podClass.id, profile);
      return;
    }
    if (!counted) {
      this.#queue.delete(pod);
      this.#nominations.remove(pod);
      this.#nominated.delete(pod);
      cache.add(pod, epoch, podClass, node, false, terminating);
      if (terminating) cache.terminating(pod, (state & PodBit.Preempted) !== 0);
      this.#podHappened(Happening.AssignedPodAdd, node, podClass.id, -1);
      return;
    }
    if (cache.isAssumed(pod)) {
      if (cache.podNode[pod] !== node) {
        // Somebody else bound it elsewhere.
        cache.remove(pod);
        cache.add(pod, epoch, podClass, node, false, terminating);
      } else {
        cache.confirm(pod);
      }
      this.#podHappened(Happening.AssignedPodAdd, node, podClass.id, -1);
    }
    if (terminating) cache.terminating(pod, (state & PodBit.Preempted) !== 0);
  }

  /** The pod is of another class. True when nothing else is to be done. */
  #reclassed(pod: PodRow, counted: boolean, podClass: PodClass): boolean {
    const before = this.#state.classes.get(this.pods.formerClass);
    this.#queue.update(pod, podClass.id, waitingPodChanges(before, podClass));
    if (this.#nominations.size > 0) this.#nominations.reclass(pod, podClass);
    if (!counted) return this.pods.node[pod] < 0;
    this.#cache.reclass(pod, podClass);
    for (const kind of assignedPodChanges(before, podClass))
      this.#podHappened(kind, this.#cache.podNode[pod], podClass.id, before.id);
    return false;
  }

  /** The status names another nominated node, or none any more: there is room again for pods of no higher priority. */
  #nominationChanged(pod: PodRow): void {
    const before = this.#nominated.get(pod);
    const after = this.pods.nominated.get(pod);
    if (before === after) return;
    if (after === undefined) this.#nominated.delete(pod);
    else this.#nominated.set(pod, after);
    if (before === undefined) return;
    if (after === undefined) this.#nominations.remove(pod);
    this.#roomFor(this.pods.podClass[pod], before);
  }

  /** A pod that was nominated is gone. */
  #nominationEnded(pod: PodRow): void {
    const nomination = this.#nominations.remove(pod);
    if (nomination !== undefined) this.#roomFor(this.pods.podClass[pod], nomination.node);
  }

  /** Others of no higher priority than the class may go where it was nominated. */
  #roomFor(podClass: ClassRow, node: NodeRow): void {
    this.#podHappened(Happening.AssignedPodDelete, node, -1, podClass, this.#state.classes.get(podClass).priority);
  }

  #nodeChanged(node: NodeRow, what: number): void {
    const cache = this.#cache;
    const event = this.#event;
    const known = node < cache.nodeCapacity && cache.present[node] === 1;
    if ((what & Change.Removed) !== 0 && !known) return;
    event.node = node;
    event.podClass = -1;
    event.oldPodClass = -1;
    event.oldLabels = known ? cache.labels[node] : -1;
    event.oldTaints = known ? cache.taints[node] : -1;
    event.oldAllocatable = known ? cache.allocatable[node] : -1;
    event.oldUnschedulable = known ? cache.unschedulable[node] : 0;
    if ((what & Change.Removed) !== 0) {
      cache.removeNode(node);
      event.labels = -1;
      event.taints = -1;
      event.allocatable = -1;
      event.unschedulable = 0;
      this.#tell(Happening.NodeDelete);
      return;
    }
    this.#take(node);
    if ((what & Change.Images) !== 0) this.#takeImages(node);
    event.labels = cache.labels[node];
    event.taints = cache.taints[node];
    event.allocatable = cache.allocatable[node];
    event.unschedulable = cache.unschedulable[node];
    if (!known) {
      this.#tell(Happening.NodeAdd);
      return;
    }
    const uncordoned = event.oldUnschedulable === 1 && event.unschedulable === 0;
    if (event.allocatable !== event.oldAllocatable) this.#tell(Happening.NodeAllocatable);
    if (event.labels !== event.oldLabels) this.#tell(Happening.NodeLabels);
    if (event.taints !== event.oldTaints || uncordoned) this.#tell(Happening.NodeTaints);
  }

  /** Takes over the node as the watch knows it. */
  #take(node: NodeRow): void {
    const { labels, taints, unschedulable } = this.nodes;
    const cache = this.#cache;
    const known = node < cache.nodeCapacity && cache.present[node] === 1;
    const allocatable = known
      ? cache.allocatable[node]
      : cache.allocatableSets.id(this.#state.nodes.spec[node].allocatable);
    cache.setNode(node, labels[node], taints[node], unschedulable[node], allocatable);
    if (!known && this.nodes.images.has(node)) this.#takeImages(node);
  }

  #takeImages(node: NodeRow): void {
    this.#cache.images.set(node, this.#state.imageLists.get(this.nodes.images.get(node) ?? 0));
  }

  #podHappened(kind: number, node: NodeRow, podClass: ClassRow, oldPodClass: ClassRow, ceiling?: number): void {
    const event = this.#event;
    event.node = node;
    event.labels = -1;
    event.oldLabels = -1;
    event.taints = -1;
    event.oldTaints = -1;
    event.allocatable = -1;
    event.oldAllocatable = -1;
    event.podClass = podClass;
    event.oldPodClass = oldPodClass;
    this.#tell(kind, ceiling);
  }

  #tell(kind: number, ceiling?: number): void {
    this.#event.kind = kind;
    this.#queue.happened(this.#event, ceiling);
  }
}
