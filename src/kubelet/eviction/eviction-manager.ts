// The eviction manager of each kubelet: looks every ten seconds what the node has left, and evicts one pod after another while it is too little.
import type { Engine } from '../../engine/engine.ts';
import { isCritical } from '../../model/mirror-pod.ts';
import { canonicalBytes } from '../../model/parse/canonical-bytes.ts';
import type { PodClass } from '../../model/pod-class.ts';
import { podRequests } from '../../model/resources.ts';
import type { EvictionThreshold, NodeSignal } from '../../model/settings/kubelet.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { ClusterState } from '../../model/state.ts';
import type { Rejection } from '../node-admission.ts';
import type { NodePods } from '../node-pods.ts';
import type { PodEvents } from '../pod-events.ts';
import type { KubeletSettings } from '../settings.ts';
import { levelsOf, type NodeLevel } from './levels.ts';
import type { NodeStats } from './node-stats.ts';
import { PodUsage } from './pod-usage.ts';
import { evictedBefore } from './rank.ts';
import { type Condition, isMet, NodeThresholds, type Observed, thresholdBytes } from './thresholds.ts';

export interface Eviction {
  readonly message: string;
  readonly graceUs: number;
  /** Whether the pod gets the condition DisruptionTarget. */
  readonly disrupts: boolean;
}

/** What the manager does to pods. */
export interface Evictions {
  /** Whether the pod runs, as far as its worker goes. */
  isActive(pod: PodRow): boolean;
  /** `ended` is called when its containers have ended. */
  evict(pod: PodRow, how: Eviction, ended: () => void): void;
  /** Whether nothing is left of the pod. */
  isCleanedUp(pod: PodRow): boolean;
  /** Deletes what nobody needs of what fills a disk: containers that have ended, images without one. */
  reclaim(signal: NodeSignal, node: NodeRow): void;
  /** The node's status says from now on what it is short of. */
  tell(node: NodeRow, conditions: readonly Condition[]): void;
  /** Whether the kubelet of the node runs. */
  isAwake(node: NodeRow): boolean;
}

/** How often it looks, and how often it looks whether an evicted pod is gone, for how long. */
const MONITORING_US = 10e6;
const CLEANUP_POLL_US = 1e6;
const LONGEST_CLEANUP_US = 30e6;
/** A pod evicted at once has a second, which the runtime makes two. */
const IMMEDIATE_GRACE_US = 1e6;

const RESOURCES = { memory: 'memory', nodefs: 'ephemeral-storage', imagefs: 'ephemeral-storage' } as const;
const CONDITION_NAMES = { memory: 'MemoryPressure', disk: 'DiskPressure' } as const;

const NONE: readonly Condition[] = [];

/** What the manager of one node remembers. */
class NodeWatch {
  readonly thresholds: NodeThresholds;
  /** The grid of its looks goes on from the last one. */
  lookedUs: number;
  /** Whether the next look is booked: there is none while the pods of the node could not fill it. */
  booked = false;
  /** Pods that are being evicted. */
  victims: readonly PodRow[] = [];
  pollsUntilUs = 0;

  constructor(thresholds: readonly EvictionThreshold[], lookedUs: number) {
    this.thresholds = new NodeThresholds(thresholds);
    this.lookedUs = lookedUs;
  }
}

export class EvictionManager {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #pods: NodePods;
  readonly #stats: NodeStats;
  readonly #usage: PodUsage;
  readonly #evictions: Evictions;
  readonly #events: PodEvents;
  readonly #settings: KubeletSettings['eviction'];
  /** By node whose kubelet runs. */
  readonly #watches: (NodeWatch | undefined)[] = [];
  /** By node: rises when its kubelet starts or stops; events with an older one are void. */
  readonly #stamps: number[] = [];
  /** Nodes that were ever looked at. */
  readonly #lookedAt = new Set<NodeRow>();
  /** Nodes that were ever short of anything. */
  readonly #pressed = new Set<NodeRow>();
  readonly #onPass: number;
  readonly #onPoll: number;

  constructor(
    engine: Engine,
    state: ClusterState,
    settings: KubeletSettings['eviction'],
    pods: NodePods,
    stats: NodeStats,
    evictions: Evictions,
    events: PodEvents,
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#settings = settings;
    this.#pods = pods;
    this.#stats = stats;
    this.#usage = new PodUsage(pods.classes, stats);
    this.#evictions = evictions;
    this.#events = events;
    const kind = (name: string, handle: (node: NodeRow, watch: NodeWatch) => void): number =>
      engine.kind(name, (at, stamp) => {
        const node = at as NodeRow;
        const watch = this.#watches[node];
        if (watch !== undefined && this.#stamps[node] === stamp) handle(node, watch);
      });
    this.#onPass = kind('kubelet.eviction', (node, watch) => this.#pass(node, watch));
    this.#onPoll = kind('kubelet.evicted', (node, watch) => this.#poll(node, watch));
  }

  /** The kubelets of the nodes that there are run since long, each with its own phase. */
  startAll(): void {
    const { nodes } = this.#state;
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
      const phase = ((nodes.renewPhaseUs[node] % MONITORING_US) + MONITORING_US) % MONITORING_US;
      if (nodes.alive[node] === 1) this.start(node, phase);
    }
  }

  /** The kubelet of a node has started. */
  start(node: NodeRow, delayUs: number): void {
    this.#watches[node] = new NodeWatch(this.#settings.thresholds, this.#engine.now + delayUs - MONITORING_US);
    this.#stamps[node] = (this.#stamps[node] ?? 0) + 1;
    this.wake(node);
  }

  /** It has stopped. */
  stop(node: NodeRow): void {
    this.#watches[node] = undefined;
    this.#stamps[node] = (this.#stamps[node] ?? 0) + 1;
  }

  /** The node has more pods or images than before: if they could fill it, it is looked at from now on. */
  wake(node: NodeRow): void {
    const watch = this.#watches[node];
    if (watch === undefined || watch.booked || watch.victims.length > 0 || !this.#stats.mayFill(node)) return;
    const { now } = this.#engine;
    const periods = Math.ceil((now - watch.lookedUs) / MONITORING_US);
    this.#book(node, watch, Math.max(1, periods) * MONITORING_US + watch.lookedUs - now);
  }

  /** What the node is short of. */
  conditionsOf(node: NodeRow): readonly Condition[] {
    if (this.#pressed.size === 0 || !this.#pressed.has(node)) return NONE;
    return this.#watches[node]?.thresholds.conditions(this.#engine.now, this.#settings.transitionUs) ?? NONE;
  }

  /** Of the nodes that were ever looked at and that there are. */
  *levels(): Generator<NodeLevel> {
    for (const node of this.#lookedAt) {
      if (this.#state.nodes.alive[node] === 0) continue;
      yield* levelsOf(node, this.#stats, this.#settings.thresholds, this.conditionsOf(node));
    }
  }

  /** Why a node under pressure does not take a pod; undefined when it does. */
  refuses(podClass: PodClass, node: NodeRow): Rejection | undefined {
    const conditions = this.conditionsOf(node);
    if (conditions.length === 0 || isCritical(podClass)) return undefined;
    if (conditions.length === 1 && conditions[0] === 'memory' && podClass.qos !== 'BestEffort') return undefined;
    const names = conditions.map((one) => CONDITION_NAMES[one]).join(' ');
    return { reason: 'Evicted', message: `The node had condition: [${names}]. ` };
  }

  #book(node: NodeRow, watch: NodeWatch, delayUs: number): void {
    watch.booked = true;
    this.#engine.after(delayUs, this.#onPass, node, this.#stamps[node]);
  }

  #pass(node: NodeRow, watch: NodeWatch): void {
    const { now } = this.#engine;
    watch.booked = false;
    watch.lookedUs = now;
    this.#lookedAt.add(node);
    const driving = this.#evictions.isAwake(node) ? watch.thresholds.look(this.#observed(node), now) : [];
    if (watch.thresholds.seen) this.#pressed.add(node);
    const conditions = this.conditionsOf(node);
    this.#evictions.tell(node, conditions);
    if (this.#evictions.isAwake(node)) {
      if (this.#evictThoseBeyondLimits(node, watch)) return;
      if (driving.length > 0 && this.#evictOne(node, watch, driving[0])) return;
    }
    if (conditions.length > 0 || this.#stats.mayFill(node)) this.#book(node, watch, MONITORING_US);
  }

  #observed(node: NodeRow): Observed {
    return {
      availableBytes: (signal) => this.#stats.availableBytes(signal, node),
      capacityBytes: (signal) => this.#stats.capacityBytes(signal, node),
    };
  }

  #evictThoseBeyondLimits(node: NodeRow, watch: NodeWatch): boolean {
    const found: { readonly pod: PodRow; readonly message: string }[] = [];
    for (let pod = this.#pods.first(node); pod >= 0; pod = this.#pods.next(pod)) {
      if (!this.#evictions.isActive(pod) || isCritical(this.#classOf(pod))) continue;
      const message = this.#usage.beyondLimit(pod);
      if (message !== undefined) found.push({ pod, message });
    }
    if (found.length === 0) return false;
    watch.victims = found.map(({ pod }) => pod);
    const stamp = this.#stamps[node];
    // One after the other: each has ended before the next one is evicted.
    const evict = (index: number): void => {
      if (this.#stamps[node] !== stamp) return;
      if (index === found.length) {
        this.#awaitCleanup(node, watch);
        return;
      }
      const { pod, message } = found[index];
      if (!this.#evictions.isActive(pod)) evict(index + 1);
      else
        this.#evictions.evict(pod, { message, graceUs: IMMEDIATE_GRACE_US, disrupts: false }, () => evict(index + 1));
    };
    evict(0);
    return true;
  }

  #evictOne(node: NodeRow, watch: NodeWatch, threshold: EvictionThreshold): boolean {
    const { signal, graceUs } = threshold;
    this.#events.node('Warning', 'EvictionThresholdMet', `Attempting to reclaim ${RESOURCES[signal]}`, node);
    if (signal !== 'memory') {
      this.#evictions.reclaim(signal, node);
      const observed = this.#observed(node);
      if (!this.#settings.thresholds.some((one) => isMet(one, observed, true))) return false;
    }
    const ranked = this.#candidates(node, signal).sort((a, b) =>
      evictedBefore(signal === 'memory' ? 'memory' : 'disk', a, b),
    );
    if (ranked.length === 0) return false;
    const [{ pod }] = ranked;
    const grace = graceUs === 0 ? IMMEDIATE_GRACE_US : Math.min(this.#settings.maxPodGraceUs, this.#graceOf(pod));
    watch.victims = [pod];
    const stamp = this.#stamps[node];
    const message = this.#message(pod, node, threshold);
    this.#evictions.evict(pod, { message, graceUs: grace, disrupts: true }, () => {
      if (this.#stamps[node] === stamp) this.#awaitCleanup(node, watch);
    });
    return true;
  }

  #awaitCleanup(node: NodeRow, watch: NodeWatch): void {
    watch.pollsUntilUs = this.#engine.now + LONGEST_CLEANUP_US;
    this.#engine.after(CLEANUP_POLL_US, this.#onPoll, node, this.#stamps[node]);
  }

  #poll(node: NodeRow, watch: NodeWatch): void {
    const over = watch.victims.every((pod) => this.#evictions.isCleanedUp(pod));
    if (over || this.#engine.now >= watch.pollsUntilUs) {
      watch.victims = [];
      this.#pass(node, watch);
    } else this.#engine.after(CLEANUP_POLL_US, this.#onPoll, node, this.#stamps[node]);
  }

  #candidates(node: NodeRow, signal: NodeSignal): { pod: PodRow; priority: number; request: number; used: number }[] {
    const found = [];
    for (let pod = this.#pods.first(node); pod >= 0; pod = this.#pods.next(pod)) {
      if (!this.#evictions.isActive(pod) || isCritical(this.#classOf(pod))) continue;
      const { priority, shape } = this.#classOf(pod);
      const request = signal === 'memory' ? shape.memoryBytes : shape.ephemeralBytes;
      found.push({ pod, priority, request, used: this.#usage.of(pod, signal) });
    }
    return found;
  }

  #message(pod: PodRow, node: NodeRow, threshold: EvictionThreshold): string {
    const { signal } = threshold;
    const resource = RESOURCES[signal];
    const quantity = canonicalBytes(thresholdBytes(threshold, this.#stats.capacityBytes(signal, node)));
    const available = canonicalBytes(this.#stats.availableBytes(signal, node));
    const { initContainers, containers } = this.#classOf(pod).runtime;
    const users = containers.flatMap((container, index) => {
      const used = this.#usage.ofContainer(pod, initContainers.length + index, signal);
      const request = podRequests({ containers: [container] })[resource] ?? 0;
      if (used <= request) return [];
      const amounts = `${canonicalBytes(used)}, request is ${canonicalBytes(request)}`;
      return [`Container ${container.name} was using ${amounts}, has larger consumption of ${resource}. `];
    });
    const quantities = `Threshold quantity: ${quantity}, available: ${available}. `;
    return `The node was low on resource: ${resource}. ${quantities}${users.join('')}`;
  }

  #graceOf(pod: PodRow): number {
    return this.#classOf(pod).runtime.terminationGraceUs;
  }

  #classOf(pod: PodRow): PodClass {
    return this.#pods.classes.of(pod);
  }
}
