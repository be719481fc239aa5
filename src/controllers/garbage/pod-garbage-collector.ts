// PodGC: deletes pods whose node is gone, those of nodes that are out of service, and ended ones that are too many.
import type { ApiClient } from '../../api/client.ts';
import type { ApiConnection } from '../../api/server.ts';
import type { Calendar } from '../../engine/calendar.ts';
import { all, Signal } from '../../engine/script.ts';
import { Change } from '../../model/change-log.ts';
import { NodeReady } from '../../model/nodes.ts';
import { isTerminal, PodBit, PodPhase } from '../../model/pods.ts';
import type { Controller, ManagerContext } from '../kit/controller.ts';
import { isOutOfService } from '../kit/out-of-service.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import type { Steps } from '../kit/sync.ts';
import { EndedPods } from './ended-pods.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';

/** gcCheckPeriod and quarantineTime. */
const PERIOD_US = 20e6;
const QUARANTINE_US = 40e6;
/** `--terminated-pod-gc-threshold`. */
const MOST_ENDED_PODS = 12_500;

const FAILED = PodPhase.Failed | PodBit.Collected;
const DISRUPTED = FAILED | PodBit.Disrupted;

/** A loop instead of a queue. */
export const podGarbageCollector: Controller = {
  start: (manager) => void new PodCollection(manager),
};

/**
 * A pass that would find nothing costs nothing: passes are booked once there is something to look at. A pod that is deleted before it has a node is gone
 * at once, unless a Job has not counted it.
 */
class PodCollection {
  readonly #engine: Calendar;
  readonly #api: ApiConnection;
  readonly #client: ApiClient;
  readonly #views: SharedViews;
  /** The passes are at this time of each period. */
  readonly #phaseUs: number;
  /** Rows of nodes that are gone and may have pods: since when that is known to PodGC, -1 before the next pass. */
  readonly #gone = new Map<NodeRow, number>();
  readonly #outOfService = new Set<NodeRow>();
  /** Pods that are being deleted and have no node. */
  readonly #unscheduled = new Set<PodRow>();
  readonly #ended: EndedPods;
  #booked = false;
  readonly #onPass: number;

  constructor(manager: ManagerContext) {
    const { engine, api, views } = manager;
    this.#engine = engine;
    this.#api = api;
    this.#views = views;
    this.#client = manager.client('pod-garbage-collector');
    this.#phaseUs = engine.stream('pod-garbage-collector').int(PERIOD_US);
    this.#onPass = engine.kind('pod-gc.pass', () => engine.spawn('pod-gc', this.#pass()));
    this.#ended = new EndedPods(views.pods.view);
    views.nodes.subscribe((node) => this.#nodeChanged(node));
    for (let node = 0 as NodeRow; node < views.nodes.alive.length; node = (node + 1) as NodeRow)
      this.#nodeChanged(node);
    views.pods.view.subscribe((pod, _epoch, what) => this.#podChanged(pod, what));
  }

  #nodeChanged(node: NodeRow): void {
    const { alive, taints } = this.#views.nodes;
    if (alive[node] === 1 && isOutOfService(this.#api.registry.taintSets.get(taints[node]))) {
      this.#outOfService.add(node);
      this.#book();
      return;
    }
    this.#outOfService.delete(node);
    if (alive[node] !== 1 && this.#views.pods.byNode.first(node) >= 0) this.#suspect(node);
  }

  #podChanged(pod: PodRow, what: number): void {
    this.#ended.changed(pod);
    if (this.#ended.count > MOST_ENDED_PODS) this.#book();
    if ((what & Change.Removed) !== 0) this.#unscheduled.delete(pod);
    if ((what & (Change.Bound | Change.Deleting)) === 0) return;
    const node = this.#views.pods.view.node[pod];
    if (node < 0) {
      this.#unscheduled.add(pod);
      this.#book();
      return;
    }
    if (this.#views.nodes.alive[node] !== 1) this.#suspect(node);
    else if (this.#outOfService.has(node)) this.#book();
  }

  #suspect(node: NodeRow): void {
    if (!this.#gone.has(node)) this.#gone.set(node, -1);
    this.#book();
  }

  /** The next pass, unless it is booked already. */
  #book(): void {
    if (this.#booked) return;
    this.#booked = true;
    const { now } = this.#engine;
    const periods = Math.floor((now - this.#phaseUs) / PERIOD_US) + 1;
    this.#engine.at(this.#phaseUs + periods * PERIOD_US, this.#onPass, 0, 0);
  }

  *#pass(): Steps {
    const excess = this.#ended.count - MOST_ENDED_PODS;
    if (excess > 0)
      yield* all(this.#ended.oldest(excess, this.#api.registry.pods).map((pod) => this.#apart(pod, FAILED)));
    yield* all([...this.#outOfService].flatMap((node) => this.#releaseNode(node)));
    for (const node of this.#gone.keys()) yield* this.#lookAt(node);
    const waiting = [...this.#unscheduled].filter((pod) => !isTerminal(this.#views.pods.view.state[pod]));
    yield* all(waiting.map((pod) => this.#apart(pod, FAILED)));
    this.#unscheduled.clear();
    this.#booked = false;
    if (this.#gone.size > 0 || this.#ended.count > MOST_ENDED_PODS || this.#hasTerminating()) this.#book();
  }

  /** Deletes the terminating pods of a node that is not Ready and out of service, each apart. */
  #releaseNode(node: NodeRow): Signal<true>[] {
    if (this.#views.nodes.ready[node] === NodeReady.True) return [];
    return this.#terminating(node).map((pod) => this.#apart(pod, FAILED));
  }

  #hasTerminating(): boolean {
    return [...this.#outOfService].some((node) => this.#terminating(node).length > 0);
  }

  #terminating(node: NodeRow): PodRow[] {
    const { view } = this.#views.pods;
    return this.#podsOf(node).filter((pod) => (view.state[pod] & PodBit.Deleting) !== 0);
  }

  #podsOf(node: NodeRow): PodRow[] {
    const { byNode } = this.#views.pods;
    const pods: PodRow[] = [];
    for (let pod = byNode.first(node); pod >= 0; pod = byNode.next(pod)) pods.push(pod);
    return pods;
  }

  /** A node that has been gone for the quarantine, and that the API server does not have either, loses its pods one by one. */
  *#lookAt(node: NodeRow): Steps {
    const { alive } = this.#views.nodes;
    const pods = this.#podsOf(node);
    if (alive[node] === 1 || pods.length === 0) {
      this.#gone.delete(node);
      return;
    }
    const { now } = this.#engine;
    const since = this.#gone.get(node) ?? -1;
    if (since < 0) {
      this.#gone.set(node, now);
      return;
    }
    if (now - since < QUARANTINE_US) return;
    this.#gone.delete(node);
    yield* this.#client.read(node).wait();
    if (this.#client.answeredNode(node) !== undefined) return;
    for (const pod of pods) yield* this.#remove(pod, DISRUPTED);
    // A pod that came meanwhile, or could not be deleted, is for the next round.
    if (this.#views.pods.byNode.first(node) >= 0) this.#gone.set(node, -1);
  }

  #apart(pod: PodRow, mark: number): Signal<true> {
    const done = new Signal<true>(this.#engine);
    const remove = (): Steps => this.#remove(pod, mark);
    function* story(): Steps {
      yield* remove();
      done.fire(true);
    }
    this.#engine.spawn('pod-gc.delete', story());
    return done;
  }

  /** No kubelet will say how the pod ended: it is marked Failed first (unless it has ended), then deleted without grace. */
  *#remove(pod: PodRow, mark: number): Steps {
    const { view } = this.#views.pods;
    if (view.alive[pod] === 0) return;
    const epoch = view.epoch[pod];
    if (!isTerminal(view.state[pod])) {
      const patch = { pod, epoch, mask: PodBit.PhaseMask | mark, bits: mark };
      if ((yield* this.#client.patchPodStatus(patch).wait()) < 0) return;
    }
    yield* this.#client.deletePod(pod, epoch, 0).wait();
  }
}
