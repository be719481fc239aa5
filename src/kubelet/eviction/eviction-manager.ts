// The eviction manager of each kubelet: looks every ten seconds what the node has left, and evicts one pod after another while it is too little.
import type { Engine } from '../../engine/engine.ts';
import { isCritical } from '../../model/mirror-pod.ts';
import { canonicalBytes } from '../../model/parse/canonical-bytes.ts';
import type { PodClass } from '../../model/pod-class.ts';
import { podRequests } from '../../model/resources.ts';
import type { EvictionThreshold, NodeSignal } from '../../model/settings/kubelet.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { ClusterState } from '../../model/state.ts';
import type { NodePods } from '../node-pods.ts';
import type { PodEvents } from '../pod-events.ts';
import type { KubeletSettings } from '../settings.ts';
import { evictedBefore } from './rank.ts';

/** What is in use on nodes, bytes. */
export interface NodeStats {
  /** By a container, by its index in the pod's containers, init containers first. */
  usedBytes(signal: NodeSignal, pod: PodRow, index: number): number;
  availableBytes(signal: NodeSignal, node: NodeRow): number;
}

/** What the manager does to pods. */
export interface Evictions {
  /** Whether the pod runs, as far as its worker goes. */
  isActive(pod: PodRow): boolean;
  /** `ended` is called when its containers have ended. */
  evict(pod: PodRow, message: string, graceUs: number, ended: () => void): void;
  /** Whether nothing is left of the pod. */
  isCleanedUp(pod: PodRow): boolean;
  /** The node's status says from now on what it is short of. */
  tell(node: NodeRow, pressures: readonly NodeSignal[]): void;
  /** Whether the kubelet of the node runs. */
  isAwake(node: NodeRow): boolean;
}

/** How often it looks, and how often it looks whether an evicted pod is gone, for how long. */
const MONITORING_US = 10e6;
const CLEANUP_POLL_US = 1e6;
const LONGEST_CLEANUP_US = 30e6;
/** A pod evicted at once has a second, which the runtime makes two. */
const IMMEDIATE_GRACE_US = 1e6;

const RESOURCES = { memory: 'memory', disk: 'ephemeral-storage' } as const;
const SIGNALS = ['memory', 'disk'] as const;

interface NodePressure {
  /** By signal: since when the pressure is seen, and when it was seen last; -1: never. */
  readonly seenUs: Record<NodeSignal, number>;
  /** By threshold: since when it is met. */
  readonly metSinceUs: number[];
}

export class EvictionManager {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #pods: NodePods;
  readonly #stats: NodeStats;
  readonly #evictions: Evictions;
  readonly #events: PodEvents;
  readonly #settings: KubeletSettings['eviction'];
  readonly #pressures: (NodePressure | undefined)[] = [];
  readonly #victims: (PodRow | undefined)[] = [];
  /** By node: rises when its kubelet starts or stops; events with an older one are void. */
  readonly #stamps: number[] = [];
  readonly #pollsUntilUs: number[] = [];
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
    this.#evictions = evictions;
    this.#events = events;
    const kind = (name: string, handle: (node: NodeRow) => void): number =>
      engine.kind(name, (node, stamp) => {
        if (this.#stamps[node] === stamp) handle(node as NodeRow);
      });
    this.#onPass = kind('kubelet.eviction', (node) => this.#pass(node));
    this.#onPoll = kind('kubelet.evicted', (node) => this.#poll(node));
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
    this.#pressures[node] = { seenUs: { memory: -1, disk: -1 }, metSinceUs: [] };
    this.#victims[node] = undefined;
    this.#stamps[node] = (this.#stamps[node] ?? 0) + 1;
    this.#engine.after(delayUs, this.#onPass, node, this.#stamps[node]);
  }

  /** It has stopped. */
  stop(node: NodeRow): void {
    this.#pressures[node] = undefined;
    this.#stamps[node] = (this.#stamps[node] ?? 0) + 1;
  }

  /** What the node is short of: a pressure lasts for its transition period. */
  pressureOf(node: NodeRow): readonly NodeSignal[] {
    const pressure = this.#pressures[node];
    if (pressure === undefined) return [];
    const { transitionUs } = this.#settings;
    return SIGNALS.filter((signal) => {
      const seen = pressure.seenUs[signal];
      return seen >= 0 && this.#engine.now - seen < transitionUs;
    });
  }

  /** Why a node under pressure does not take a pod; undefined when it does. */
  refuses(podClass: PodClass, node: NodeRow): string | undefined {
    const pressures = this.pressureOf(node);
    if (pressures.length === 0 || isCritical(podClass)) return undefined;
    if (pressures.length === 1 && pressures[0] === 'memory' && podClass.qos !== 'BestEffort') return undefined;
    const names = pressures.map((signal) => (signal === 'memory' ? 'MemoryPressure' : 'DiskPressure'));
    return `The node had condition: [${names.join(' ')}]. `;
  }

  #pass(node: NodeRow): void {
    const pressure = this.#pressures[node];
    if (pressure === undefined) return;
    const threshold = this.#evictions.isAwake(node) ? this.#worst(node, pressure) : undefined;
    this.#evictions.tell(node, this.pressureOf(node));
    if (threshold !== undefined && this.#evictOne(node, threshold)) return;
    this.#engine.after(MONITORING_US, this.#onPass, node, this.#stamps[node]);
  }

  /** The first threshold that is met for as long as it must be. */
  #worst(node: NodeRow, pressure: NodePressure): EvictionThreshold | undefined {
    const { now } = this.#engine;
    let worst: EvictionThreshold | undefined;
    for (const [index, threshold] of this.#settings.thresholds.entries()) {
      const available = this.#stats.availableBytes(threshold.signal, node);
      const since = pressure.metSinceUs[index] ?? -1;
      // One that has been met is left behind only with what is to be reclaimed beyond it.
      const needed = threshold.bytes + (since >= 0 ? threshold.reclaimBytes : 0);
      if (available >= needed) {
        pressure.metSinceUs[index] = -1;
        continue;
      }
      if (since < 0) pressure.metSinceUs[index] = now;
      pressure.seenUs[threshold.signal] = now;
      if (now - pressure.metSinceUs[index] >= threshold.graceUs) worst ??= threshold;
    }
    return worst;
  }

  #evictOne(node: NodeRow, threshold: EvictionThreshold): boolean {
    const { signal, graceUs } = threshold;
    this.#events.node('Warning', 'EvictionThresholdMet', `Attempting to reclaim ${RESOURCES[signal]}`, node);
    const ranked = this.#candidates(node, signal).sort((a, b) => evictedBefore(signal, a, b));
    if (ranked.length === 0) return false;
    const [{ pod }] = ranked;
    const grace = graceUs === 0 ? IMMEDIATE_GRACE_US : Math.min(this.#settings.maxPodGraceUs, this.#graceOf(pod));
    const message = this.#message(pod, node, threshold);
    this.#victims[node] = pod;
    const stamp = this.#stamps[node];
    this.#evictions.evict(pod, message, grace, () => {
      this.#pollsUntilUs[node] = this.#engine.now + LONGEST_CLEANUP_US;
      this.#engine.after(CLEANUP_POLL_US, this.#onPoll, node, stamp);
    });
    return true;
  }

  #poll(node: NodeRow): void {
    const victim = this.#victims[node];
    const over = victim === undefined || this.#evictions.isCleanedUp(victim);
    if (over || this.#engine.now >= (this.#pollsUntilUs[node] ?? 0)) {
      this.#victims[node] = undefined;
      this.#pass(node);
    } else this.#engine.after(CLEANUP_POLL_US, this.#onPoll, node, this.#stamps[node]);
  }

  #candidates(node: NodeRow, signal: NodeSignal): { pod: PodRow; priority: number; request: number; used: number }[] {
    const found = [];
    for (let pod = this.#pods.first(node); pod >= 0; pod = this.#pods.next(pod)) {
      const podClass = this.#classOf(pod);
      const { priority, shape } = podClass;
      if (!this.#evictions.isActive(pod) || isCritical(podClass)) continue;
      const request = signal === 'memory' ? shape.memoryBytes : shape.ephemeralBytes;
      found.push({ pod, priority, request, used: this.#usedBy(pod, signal) });
    }
    return found;
  }

  #usedBy(pod: PodRow, signal: NodeSignal): number {
    const { initContainers, containers } = this.#classOf(pod).runtime;
    let used = 0;
    for (let index = 0; index < initContainers.length + containers.length; index += 1) {
      used += this.#stats.usedBytes(signal, pod, index);
    }
    return used;
  }

  #message(pod: PodRow, node: NodeRow, { signal, bytes }: EvictionThreshold): string {
    const resource = RESOURCES[signal];
    const available = canonicalBytes(this.#stats.availableBytes(signal, node));
    const { initContainers, containers } = this.#classOf(pod).runtime;
    const users = containers.flatMap((container, index) => {
      const used = this.#stats.usedBytes(signal, pod, initContainers.length + index);
      const request = podRequests({ containers: [container] })[resource] ?? 0;
      if (used <= request) return [];
      const amounts = `${canonicalBytes(used)}, request is ${canonicalBytes(request)}`;
      return [`Container ${container.name} was using ${amounts}, has larger consumption of ${resource}. `];
    });
    const quantities = `Threshold quantity: ${canonicalBytes(bytes)}, available: ${available}. `;
    return `The node was low on resource: ${resource}. ${quantities}${users.join('')}`;
  }

  #graceOf(pod: PodRow): number {
    return this.#classOf(pod).runtime.terminationGraceUs;
  }

  #classOf(pod: PodRow): PodClass {
    return this.#state.classes.get(this.#state.pods.podClass[pod]);
  }
}
