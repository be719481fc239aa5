// The taint eviction controller: deletes the pods of a node with NoExecute taints when they no longer tolerate them.
import type { Taint } from 'kubernetes-types/core/v1.js';
import type { ApiClient } from '../../api/client.ts';
import type { ApiConnection } from '../../api/server.ts';
import type { Calendar } from '../../engine/calendar.ts';
import { sleep } from '../../engine/script.ts';
import { Change } from '../../model/change-log.ts';
import { PodBit } from '../../model/pods.ts';
import type { Controller, ManagerContext } from '../kit/controller.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import type { Steps } from '../kit/sync.ts';
import { evictAfterSeconds } from './tolerations.ts';
import type { ClassRow, NodeRow, PodRow } from '../../model/rows.ts';

const TRIES = 5;
const RETRY_US = 10_000;
const MAX_INT = 2 ** 31;

interface Eviction {
  readonly id: number;
  readonly epoch: number;
  /** When the toleration began. */
  readonly sinceUs: number;
  readonly dueUs: number;
}

/** A timer for each pod instead of a queue. */
export const taintEviction: Controller = {
  start: (manager) => void new TaintEvictions(manager),
};

class TaintEvictions {
  readonly #engine: Calendar;
  readonly #api: ApiConnection;
  readonly #client: ApiClient;
  readonly #views: SharedViews;
  readonly #due: number;
  /** NoExecute taints by interned set of taints. */
  readonly #noExecute = new Map<number, readonly Taint[]>();
  /** By node: the interned set of a node that has NoExecute taints. */
  readonly #tainted = new Map<NodeRow, number>();
  /** By pod. */
  readonly #evictions = new Map<PodRow, Eviction>();
  /** By set of taints, then by pod class: seconds until eviction. */
  readonly #deadlines = new Map<number, Map<number, number>>();
  #made = 0;

  constructor(manager: ManagerContext) {
    const { engine, api, views } = manager;
    this.#engine = engine;
    this.#api = api;
    this.#views = views;
    this.#client = manager.client('taint-eviction-controller');
    this.#due = engine.kind('taint-eviction.due', (pod, id) => this.#isDue(pod as PodRow, id));
    views.nodes.subscribe((node) => this.#nodeChanged(node));
    for (let node = 0 as NodeRow; node < api.registry.nodes.length; node = (node + 1) as NodeRow)
      this.#nodeChanged(node);
    views.pods.view.subscribe((pod, _epoch, what) => this.#podChanged(pod, what));
  }

  #noExecuteOf(set: number): readonly Taint[] {
    let taints = this.#noExecute.get(set);
    if (taints === undefined) {
      taints = this.#api.registry.taintSets.get(set).filter((one) => one.effect === 'NoExecute');
      this.#noExecute.set(set, taints);
    }
    return taints;
  }

  #nodeChanged(node: NodeRow): void {
    const { alive, taints } = this.#views.nodes;
    // What is due stays due when the node is gone.
    if (alive[node] === 0) {
      this.#tainted.delete(node);
      return;
    }
    const set = taints[node];
    const tainted = this.#noExecuteOf(set).length > 0;
    const before = this.#tainted.get(node);
    if (before === undefined && !tainted) return;
    // Other effects may have changed: the pods care for NoExecute alone.
    const same = before !== undefined && tainted && sameTaints(this.#noExecuteOf(before), this.#noExecuteOf(set));
    if (tainted) this.#tainted.set(node, set);
    else this.#tainted.delete(node);
    if (same) return;
    const { byNode } = this.#views.pods;
    for (let pod = byNode.first(node); pod >= 0; pod = byNode.next(pod)) {
      if (tainted) this.#judge(pod, set);
      else this.#cancel(pod);
    }
  }

  #podChanged(pod: PodRow, what: number): void {
    if ((what & Change.Removed) !== 0) {
      this.#evictions.delete(pod);
      return;
    }
    if ((what & (Change.Bound | Change.Class)) === 0 || this.#tainted.size === 0) return;
    const set = this.#tainted.get(this.#views.pods.view.node[pod]);
    if (set !== undefined) this.#judge(pod, set);
  }

  #judge(pod: PodRow, set: number): void {
    const seconds = this.#deadline(this.#views.pods.view.podClass[pod], set);
    const { now } = this.#engine;
    const known = this.#evictions.get(pod);
    if (seconds === 0) {
      this.#cancel(pod);
      this.#evict(pod, now, now);
    } else if (seconds === Infinity) {
      this.#cancel(pod);
    } else if (known === undefined) {
      this.#evict(pod, now, now + seconds * 1e6);
    } else if (known.sinceUs + seconds * 1e6 >= now + seconds * 1e6) {
      this.#cancel(pod);
      this.#evict(pod, known.sinceUs, known.sinceUs + seconds * 1e6);
    }
  }

  #deadline(podClass: ClassRow, set: number): number {
    let byClass = this.#deadlines.get(set);
    if (byClass === undefined) {
      byClass = new Map();
      this.#deadlines.set(set, byClass);
    }
    let seconds = byClass.get(podClass);
    if (seconds === undefined) {
      const { tolerations } = this.#api.registry.classes.get(podClass).shape;
      seconds = evictAfterSeconds(this.#noExecuteOf(set), tolerations);
      byClass.set(podClass, seconds);
    }
    return seconds;
  }

  #evict(pod: PodRow, sinceUs: number, dueUs: number): void {
    this.#made = (this.#made + 1) % MAX_INT;
    const id = this.#made;
    this.#evictions.set(pod, { id, epoch: this.#views.pods.view.epoch[pod], sinceUs, dueUs });
    this.#engine.at(dueUs, this.#due, pod, id);
  }

  /** An eviction that has not happened yet is taken back. */
  #cancel(pod: PodRow): void {
    const eviction = this.#evictions.get(pod);
    if (eviction === undefined) return;
    this.#evictions.delete(pod);
    if (eviction.dueUs > this.#engine.now) this.#event(pod, 'Cancelling deletion of Pod');
  }

  #isDue(pod: PodRow, id: number): void {
    const eviction = this.#evictions.get(pod);
    if (eviction === undefined || eviction.id !== id) return;
    this.#event(pod, 'Marking for deletion Pod');
    this.#engine.spawn('taint-eviction', this.#delete(pod, eviction.epoch));
  }

  *#delete(pod: PodRow, epoch: number): Steps {
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (tries > 0) yield* sleep(RETRY_US);
      yield* this.#client.read(pod).wait();
      const disrupted = { pod, epoch, mask: PodBit.Disrupted, bits: PodBit.Disrupted };
      const patched = yield* this.#client.patchPodStatus(disrupted).wait();
      if (patched < 0) return;
      if ((yield* this.#client.deletePod(pod, epoch).wait()) >= 0) return;
    }
  }

  #event(pod: PodRow, what: string): void {
    const { pods, classes } = this.#api.registry;
    const identity = pods.identity[pod];
    const { namespace } = classes.get(this.#views.pods.view.podClass[pod]);
    this.#client.podEvent('Normal', 'TaintManagerEviction', `${what} ${namespace}/%p`, identity, identity);
  }
}

function sameTaints(a: readonly Taint[], b: readonly Taint[]): boolean {
  return (
    a.length === b.length &&
    a.every((one) => b.some((other) => one.key === other.key && (one.value ?? '') === (other.value ?? '')))
  );
}
