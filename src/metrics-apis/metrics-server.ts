// The resource metrics pipeline: kubelets look at their containers now and then, metrics-server asks them all every 15 s.
import type { Engine } from '../engine/engine.ts';
import { ContainerState } from '../model/containers.ts';
import { grown, nextCapacity } from '../model/columns.ts';
import type { CpuUsage, MemoryUsage } from '../model/ports/processors.ts';
import type { Leases } from '../model/ports/leases.ts';
import type { MetricSample, ResourceMetrics } from '../model/ports/metrics-apis.ts';
import type { MetricsServerSettings } from '../model/settings/autoscaling.ts';
import type { ClusterState } from '../model/state.ts';
import { type MeteredContainer, meteredContainers } from './metered-containers.ts';
import { Points } from './points.ts';
import type { ClassRow, NodeRow, PodRow } from '../model/rows.ts';

/** Kubelets look at different times: there are so many groups of them. */
const GROUPS = 10;

export class MetricsServer implements ResourceMetrics {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #cpu: CpuUsage;
  readonly #memory: MemoryUsage;
  readonly #leases: Leases;
  readonly #settings: MetricsServerSettings;
  readonly #points = new Points();
  /** By class of pods: the containers that are measured. */
  readonly #byClass: (readonly MeteredContainer[] | undefined)[] = [];
  /** By pod: the CPU that it used between the last two scrapes, in millicores, -1 where that is not known; and its epoch then. */
  #milli = new Int32Array(0);
  #milliEpoch = new Int32Array(0);
  #runs = false;

  constructor(
    engine: Engine,
    state: ClusterState,
    cpu: CpuUsage,
    memory: MemoryUsage,
    leases: Leases,
    settings: MetricsServerSettings,
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#cpu = cpu;
    this.#memory = memory;
    this.#leases = leases;
    this.#settings = settings;
  }

  /** Whether there is one: it measures and scrapes. */
  get runs(): boolean {
    return this.#runs;
  }

  /** For whoever needs it where it does not run otherwise. */
  started(): this {
    this.start();
    return this;
  }

  /** Measures and scrapes from now on, if it did not before. Who asks before finds nothing. */
  start(): void {
    if (this.#runs) return;
    this.#runs = true;
    const engine = this.#engine;
    const random = engine.stream('metrics-server');
    const { resolutionUs, housekeepingUs } = this.#settings;
    const scrape = engine.kind('metrics-server.scrape', () => {
      this.#scrape();
      nextScrapeUs = engine.now + resolutionUs;
      engine.after(resolutionUs, scrape, 0, 0);
    });
    let nextScrapeUs = engine.now + Math.round(random.uniform() * resolutionUs);
    engine.at(nextScrapeUs, scrape, 0, 0);
    if (housekeepingUs === 0) return;
    const look = engine.kind('kubelet.housekeeping', (group) => {
      // Of several looks before a scrape the last one counts.
      if (engine.now + housekeepingUs >= nextScrapeUs) this.#measure(group);
      engine.after(housekeepingUs, look, group, 0);
    });
    for (let group = 0; group < GROUPS; group += 1) {
      engine.after(Math.round(((group + random.uniform()) / GROUPS) * housekeepingUs), look, group, 0);
    }
  }

  read(
    pod: PodRow,
    epoch: number,
    resource: 'cpu' | 'memory',
    container: string | undefined,
  ): MetricSample | undefined | 'container not found' {
    const { pods, classes, clocks, nodes } = this.#state;
    if (pods.alive[pod] === 0 || pods.epoch[pod] !== epoch) return undefined;
    const points = this.#points;
    let value = 0;
    let atUs = Infinity;
    let windowUs = 0;
    let found = container === undefined;
    for (const { name, offset } of meteredContainers(classes.get(pods.podClass[pod]))) {
      const row = pods.firstContainer[pod] + offset;
      if (!points.has(row, pods.identity[pod])) continue;
      const window = points.windowUs(row);
      if (window < 0) return undefined;
      if (points.lastAtUs(row) < atUs) {
        atUs = points.lastAtUs(row);
        windowUs = window;
      }
      if (container !== undefined && name !== container) continue;
      found = true;
      value += resource === 'cpu' ? milliOf(points.usedUs(row), window) : 1000 * Math.round(points.lastBytes(row));
    }
    if (atUs === Infinity) return undefined;
    if (!found) return 'container not found';
    // Times in the API are whole seconds, by the kubelet's clock.
    const aheadUs = clocks.aheadUs(nodes.spec[pods.node[pod]].name);
    return { value: BigInt(value), atUs: Math.floor((atUs + aheadUs) / 1e6) * 1e6, windowUs };
  }

  cpuMilli(pod: PodRow, epoch: number): number {
    const { pods } = this.#state;
    const isKnown = pods.alive[pod] === 1 && pods.epoch[pod] === epoch && this.#milliEpoch[pod] === epoch;
    return isKnown ? this.#milli[pod] : -1;
  }

  /** A group of kubelets looks at its containers. */
  #measure(group: number): void {
    const { pods, machines } = this.#state;
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      const node = pods.node[pod];
      if (pods.alive[pod] === 0 || node < 0 || machines.nodeUp[node] === 0) continue;
      if (groupOf(node) === group) this.#measurePod(pod);
    }
  }

  #measurePod(pod: PodRow): void {
    const { pods, containers } = this.#state;
    const epoch = pods.epoch[pod];
    const { now } = this.#engine;
    for (const { container, offset } of this.#metered(pods.podClass[pod])) {
      const row = pods.firstContainer[pod] + offset;
      if (containers.state[row] !== ContainerState.Running) continue;
      const usedUs = this.#cpu.processUs(pod, epoch, container);
      const bytes = this.#memory.containerBytes(pod, epoch, container);
      this.#points.measure(row, pods.identity[pod], now, containers.startedAt[row], usedUs, bytes);
    }
  }

  /** Where there is no housekeeping, kubelets look when they are asked. */
  #scrape(): void {
    const { pods, machines } = this.#state;
    const looksFirst = this.#settings.housekeepingUs === 0;
    const silent = new Set(this.#leases.silent);
    if (this.#milli.length < pods.length) {
      this.#milli = grown(this.#milli, nextCapacity(pods.length));
      this.#milliEpoch = grown(this.#milliEpoch, this.#milli.length).fill(-1, this.#milliEpoch.length);
    }
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      const node = pods.node[pod];
      if (pods.alive[pod] === 0 || node < 0) continue;
      if (looksFirst && machines.nodeUp[node] !== 0) this.#measurePod(pod);
      this.#milli[pod] = this.#scrapePod(pod, silent.size === 0 || !silent.has(node));
      this.#milliEpoch[pod] = pods.epoch[pod];
    }
  }

  /** Gives the CPU that the pod has used since, in millicores; -1 where that is not known. */
  #scrapePod(pod: PodRow, answers: boolean): number {
    const { pods, containers } = this.#state;
    const points = this.#points;
    const identity = pods.identity[pod];
    let value = -1;
    let isWhole = true;
    for (const { offset } of this.#metered(pods.podClass[pod])) {
      const row = pods.firstContainer[pod] + offset;
      if (!answers || containers.state[row] !== ContainerState.Running) {
        points.drop(row);
        continue;
      }
      points.scrape(row, identity, containers.startedAt[row], this.#settings.resolutionUs);
      if (!points.has(row, identity)) continue;
      const windowUs = points.windowUs(row);
      if (windowUs < 0) isWhole = false;
      else value = Math.max(0, value) + milliOf(points.usedUs(row), windowUs);
    }
    return isWhole ? value : -1;
  }

  #metered(podClass: ClassRow): readonly MeteredContainer[] {
    const known = this.#byClass[podClass];
    if (known !== undefined) return known;
    while (this.#byClass.length < podClass) this.#byClass.push(undefined);
    const found = meteredContainers(this.#state.classes.get(podClass));
    this.#byClass[podClass] = found;
    return found;
  }
}

/** metrics-server gives whole nanocores; whoever wants millicores rounds up. */
function milliOf(usedUs: number, windowUs: number): number {
  return Math.ceil(Math.floor((1e9 * usedUs) / windowUs) / 1e6);
}

function groupOf(node: NodeRow): number {
  return (Math.imul(node + 1, 0x9e3779b1) >>> 8) % GROUPS;
}
