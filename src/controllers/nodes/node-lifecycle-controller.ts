// The node lifecycle controller: finds nodes that went silent, marks them and their pods, and taints them at the zones' rates.
import type { Taint } from 'kubernetes-types/core/v1.js';
import type { ApiClient } from '../../api/client.ts';
import type { ApiConnection } from '../../api/server.ts';
import type { Calendar } from '../../engine/calendar.ts';
import { all, Signal, sleep } from '../../engine/script.ts';
import { Change } from '../../model/change-log.ts';
import { NodeReady } from '../../model/nodes.ts';
import { PodBit } from '../../model/pods.ts';
import type { Leases } from '../../model/ports/leases.ts';
import type { Controller, ManagerContext } from '../kit/controller.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import type { WorkQueue } from '../kit/work-queue.ts';
import type { ControllerSettings } from '../settings.ts';
import { NodeHealth } from './node-health.ts';
import {
  hasTaint,
  notReadyNoExecute,
  ownNoSchedule,
  swapTaints,
  unreachableNoExecute,
  wantedNoSchedule,
} from './node-taints.ts';
import type { ZoneQueue } from './zone-queue.ts';
import { Zones } from './zones.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';

/** Nodes looked at side by side in a pass. */
const PARALLEL = 8;
const TAINTING_PERIOD_US = 100_000;

/** A node as the view had it when the pass began. */
interface Looked {
  readonly node: NodeRow;
  readonly observed: number;
  readonly taints: readonly Taint[];
  /** The condition Ready after the look. */
  current: number;
}

/** A pass over the nodes at its period, a loop that taints at the zones' rates, and a queue for taints by condition. */
export const nodeLifecycle = (leases: Leases): Controller => ({
  start: (manager) => void new NodeLifecycle(manager, leases),
});

/** Of the conditions only Ready is modelled; nodes that never reported are not either. */
class NodeLifecycle {
  readonly #engine: Calendar;
  readonly #api: ApiConnection;
  readonly #client: ApiClient;
  readonly #views: SharedViews;
  readonly #settings: ControllerSettings;
  readonly #leases: Leases;
  readonly #health: NodeHealth;
  readonly #zones: Zones;
  readonly #conditions: WorkQueue<NodeRow>;
  /** Nodes that a pass must look at although their kubelet renews: not Ready, tainted, or on their way to a taint. */
  readonly #attention = new Set<NodeRow>();
  /** Nodes that came or went since the last pass. */
  #news: { readonly node: NodeRow; readonly gone: boolean }[] = [];
  #tainting = false;

  constructor(manager: ManagerContext, leases: Leases) {
    const { engine, api, views, settings } = manager;
    this.#engine = engine;
    this.#api = api;
    this.#views = views;
    this.#settings = settings;
    this.#leases = leases;
    this.#health = new NodeHealth(leases);
    this.#zones = new Zones(api.registry.nodes, views.nodes, settings);
    this.#client = manager.client('node-controller');
    this.#conditions = manager.queue<NodeRow>('node-taints', PARALLEL, (node) => this.#taintByCondition(node));
    views.nodes.subscribe((node, what) => {
      const gone = (what & Change.Removed) !== 0;
      if (gone || (what & Change.Created) !== 0) this.#news.push({ node, gone });
      this.#nodeChanged(node);
    });
    for (let node = 0 as NodeRow; node < api.registry.nodes.length; node = (node + 1) as NodeRow)
      this.#nodeChanged(node);
    engine.spawn('node-monitor', this.#monitor());
  }

  #nodeChanged(node: NodeRow): void {
    const { alive, ready, unschedulable, pressure } = this.#views.nodes;
    if (alive[node] === 0) {
      this.#attention.delete(node);
      this.#zones.queueOf(node).remove(node);
      return;
    }
    const taints = this.#taintsOf(node);
    if (ready[node] !== NodeReady.True || hasOwnNoExecute(taints)) this.#attention.add(node);
    if (!sameTaints(wantedNoSchedule(ready[node], unschedulable[node] === 1, pressure[node]), ownNoSchedule(taints))) {
      this.#conditions.add(node);
    }
  }

  #taintsOf(node: NodeRow): readonly Taint[] {
    return this.#api.registry.taintSets.get(this.#views.nodes.taints[node]);
  }

  /** NoSchedule taints follow the conditions at once. */
  *#taintByCondition(node: NodeRow): Steps {
    const { alive, ready, unschedulable, pressure } = this.#views.nodes;
    if (alive[node] === 0) return;
    const wanted = wantedNoSchedule(ready[node], unschedulable[node] === 1, pressure[node]);
    const own = ownNoSchedule(this.#taintsOf(node));
    const add = wanted.filter((one) => !hasTaint(own, one));
    const remove = own.filter((one) => !hasTaint(wanted, one));
    if (add.length === 0 && remove.length === 0) return;
    if (!(yield* swapTaints(this.#api, this.#client, node, add, remove))) {
      throw new SyncFailed(`node ${this.#api.registry.nodeName(node)} could not be tainted`);
    }
  }

  /** The period counts from the end of a pass, so its work and its writes make the passes drift. */
  *#monitor(): Steps {
    for (;;) {
      yield* this.#pass();
      yield* sleep(this.#settings.nodeMonitorPeriodUs + this.#settings.syncWorkUs);
    }
  }

  *#pass(): Steps {
    this.#health.beginPass(this.#engine.now);
    for (const { node, gone } of this.#news) {
      const name = this.#api.registry.nodeName(node);
      const said = gone ? `Removing Node ${name} from` : `Registered Node ${name} in`;
      const reason = gone ? 'RemovingNode' : 'RegisteredNode';
      this.#client.nodeEvent('Normal', reason, `Node ${name} event: ${said} Controller`, node);
    }
    this.#news = [];
    const looks = this.#toLookAt();
    if (looks.length > 0) {
      const turn = looks.values();
      const workers = Array.from({ length: Math.min(PARALLEL, looks.length) }, () => this.#look(turn));
      yield* all(workers);
    }
    yield* this.#judgeZones(looks);
    this.#wakeTainting();
  }

  #toLookAt(): Looked[] {
    const { alive, ready } = this.#views.nodes;
    const nodes = new Set<NodeRow>([...this.#attention, ...this.#leases.silent]);
    return [...nodes]
      .filter((node) => alive[node] === 1)
      .sort((a, b) => a - b)
      .map((node) => ({ node, observed: ready[node], taints: this.#taintsOf(node), current: ready[node] }));
  }

  /** A worker of a pass; fires when the nodes are used up. */
  #look(turn: Iterator<Looked>): Signal<true> {
    const ended = new Signal<true>(this.#engine);
    const lookAt = (one: Looked): Steps => this.#lookAt(one);
    function* worker(): Steps {
      for (let next = turn.next(); next.done !== true; next = turn.next()) yield* lookAt(next.value);
      ended.fire(true);
    }
    this.#engine.spawn('node-monitor.worker', worker());
    return ended;
  }

  *#lookAt(one: Looked): Steps {
    const { node, observed } = one;
    const { now } = this.#engine;
    this.#health.observe(node, observed, now);
    const silentSince = this.#health.probeUs(node, now);
    if (now - silentSince > this.#settings.nodeMonitorGracePeriodUs && observed !== NodeReady.Unknown) {
      const result = yield* this.#client.updateNodeStatus(node, NodeReady.Unknown).wait();
      if (result < 0) return;
      one.current = NodeReady.Unknown;
      this.#health.observe(node, NodeReady.Unknown, now);
    }
    if (one.current === NodeReady.True) {
      yield* this.#markReachable(node, one.taints);
      this.#attention.delete(node);
      return;
    }
    yield* this.#markForTainting(one);
    if (observed === NodeReady.True) yield* this.#markPodsNotReady(node);
  }

  *#markReachable(node: NodeRow, taints: readonly Taint[]): Steps {
    for (const taint of [unreachableNoExecute, notReadyNoExecute]) {
      if (hasTaint(taints, taint)) yield* swapTaints(this.#api, this.#client, node, [], [taint]);
    }
    this.#zones.queueOf(node).remove(node);
  }

  *#markForTainting({ node, current, taints }: Looked): Steps {
    const unknown = current === NodeReady.Unknown;
    const wanted = unknown ? unreachableNoExecute : notReadyNoExecute;
    const opposite = unknown ? notReadyNoExecute : unreachableNoExecute;
    if (hasTaint(taints, opposite)) {
      yield* swapTaints(this.#api, this.#client, node, [wanted], [opposite]);
      return;
    }
    const queue = this.#zones.queueOf(node);
    if (!hasTaint(taints, wanted)) queue.remove(node);
    queue.add(node);
    this.#wakeTainting();
  }

  /** Its pods stop being endpoints at once: their condition Ready becomes False, one write after the other. */
  *#markPodsNotReady(node: NodeRow): Steps {
    const { pods: table } = this.#api.registry;
    const { byNode, view } = this.#views.pods;
    const name = this.#api.registry.nodeName(node);
    this.#client.nodeEvent('Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`, node);
    const pods: { readonly pod: PodRow; readonly epoch: number }[] = [];
    for (let pod = byNode.first(node); pod >= 0; pod = byNode.next(pod)) {
      if ((view.state[pod] & PodBit.Ready) !== 0) pods.push({ pod, epoch: view.epoch[pod] });
    }
    for (const { pod, epoch } of pods) {
      const identity = table.identity[pod];
      const result = yield* this.#client.patchPodStatus({ pod, epoch, mask: PodBit.Ready, bits: 0 }).wait();
      if (result >= 0) this.#client.podEvent('Warning', 'NodeNotReady', 'Node is not ready', identity);
    }
  }

  *#judgeZones(looks: readonly Looked[]): Steps {
    const notReady = looks.filter((one) => one.current !== NodeReady.True).map((one) => one.node);
    const verdict = this.#zones.judge(notReady, this.#engine.now);
    // With no zone left the control plane itself may be the one that is cut off: nobody is evicted.
    if (verdict === 'all-lost') for (const { node, taints } of looks) yield* this.#markReachable(node, taints);
    if (verdict === 'some-back') this.#health.reset(this.#engine.now);
  }

  /** The tainting pass comes every 100 ms; it sleeps while no queue could move. */
  #wakeTainting(): void {
    if (this.#tainting || !this.#zones.queues().some((queue) => queue.moves)) return;
    this.#tainting = true;
    this.#engine.spawn('node-tainting', this.#taintByRate());
  }

  *#taintByRate(): Steps {
    yield* sleep(TAINTING_PERIOD_US - (this.#engine.now % TAINTING_PERIOD_US));
    while (this.#zones.queues().some((queue) => queue.moves)) {
      for (const queue of this.#zones.queues()) yield* this.#taintZone(queue);
      yield* sleep(TAINTING_PERIOD_US);
    }
    this.#tainting = false;
  }

  *#taintZone(queue: ZoneQueue): Steps {
    for (let node = queue.head(this.#engine.now); node !== undefined; node = queue.head(this.#engine.now)) {
      const { alive, ready } = this.#views.nodes;
      if (alive[node] === 0 || ready[node] === NodeReady.True) {
        queue.done(node);
        continue;
      }
      const unknown = ready[node] === NodeReady.Unknown;
      const add = [unknown ? unreachableNoExecute : notReadyNoExecute];
      const remove = [unknown ? notReadyNoExecute : unreachableNoExecute].filter((one) =>
        hasTaint(this.#taintsOf(node), one),
      );
      if (yield* swapTaints(this.#api, this.#client, node, add, remove)) queue.done(node);
      else queue.again(node);
    }
  }
}

function hasOwnNoExecute(taints: readonly Taint[]): boolean {
  return hasTaint(taints, notReadyNoExecute) || hasTaint(taints, unreachableNoExecute);
}

function sameTaints(a: readonly Taint[], b: readonly Taint[]): boolean {
  return a.length === b.length && a.every((one) => hasTaint(b, one));
}
