// CPU time and restarts of containers as Prometheus scrapes them, and memory as it is now; nothing is scraped while nobody asks.
import type { Engine } from '../engine/engine.ts';
import type { PodResource } from '../model/analysis/promql-metrics.ts';
import type { PodFilter, Test } from '../model/analysis/promql-plan.ts';
import { ContainerState } from '../model/containers.ts';
import type { CpuUsage, MemoryUsage } from '../model/ports/processors.ts';
import type { PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { meteredContainers } from './metered-containers.ts';
import { selectionOf } from './pod-selection.ts';
import { Scrapes } from './scrapes.ts';

const SCRAPE_INTERVAL_US = 15e6;

interface Windowed {
  readonly cpu: Scrapes<number>;
  readonly restarts: Scrapes<number>;
}

export class ContainerScrapes {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #cpu: CpuUsage;
  readonly #memory: MemoryUsage;
  /** By window, µs; of containers by their row, which a pod keeps. */
  readonly #windows = new Map<number, Windowed>();
  readonly #scrape: number;

  constructor(engine: Engine, state: ClusterState, cpu: CpuUsage, memory: MemoryUsage) {
    this.#engine = engine;
    this.#state = state;
    this.#cpu = cpu;
    this.#memory = memory;
    this.#scrape = engine.kind('monitoring.scrape', () => {
      this.#look();
      engine.after(SCRAPE_INTERVAL_US, this.#scrape, 0, 0);
    });
  }

  /** From now on containers are scraped, as far back as the window. */
  watch(windowUs: number): void {
    if (this.#windows.has(windowUs)) return;
    if (this.#windows.size === 0) this.#engine.after(SCRAPE_INTERVAL_US, this.#scrape, 0, 0);
    this.#windows.set(windowUs, { cpu: new Scrapes(windowUs), restarts: new Scrapes(windowUs) });
  }

  /** A value for each container that is meant: per second of the window, where there is one, or of now. */
  read(resource: PodResource, pods: PodFilter, windowUs: number | undefined): number[] {
    const values: number[] = [];
    for (const { pod, container, row, key } of this.#containers(pods)) {
      if (windowUs !== undefined) {
        const read = this.#windows.get(windowUs)?.[resource === 'cpu' ? 'cpu' : 'restarts'].read(key, true);
        if (read !== undefined) values.push(read.amount);
      } else if (resource === 'memory') {
        values.push(this.#memory.containerBytes(pod, this.#state.pods.epoch[pod], container));
      } else values.push(this.#state.containers.restarts[row]);
    }
    return values;
  }

  #look(): void {
    const { now } = this.#engine;
    for (const { pod, container, row, key } of this.#containers({ tests: [] })) {
      const cpu = this.#cpu.containerUs(pod, this.#state.pods.epoch[pod], container) / 1e6;
      for (const window of this.#windows.values()) {
        window.cpu.add(key, cpu, now);
        window.restarts.add(key, this.#state.containers.restarts[row], now);
      }
    }
    for (const { cpu, restarts } of this.#windows.values()) {
      cpu.forget(now);
      restarts.forget(now);
    }
  }

  /** Those of pods that have begun to run. */
  *#containers(filter: PodFilter): Generator<Seen, void, undefined> {
    const { pods, classes, containers } = this.#state;
    const byContainer = filter.tests.filter(({ meaning }) => meaning.is === 'container').map(({ test }) => test);
    const selection = selectionOf(this.#state, {
      tests: filter.tests.filter(({ meaning }) => meaning.is !== 'container'),
    });
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 0 || pods.node[pod] < 0) continue;
      const podClass = pods.podClass[pod];
      if (!selection.admits(podClass, pods.node[pod])) continue;
      for (const { name, container, offset } of meteredContainers(classes.get(podClass))) {
        const row = pods.firstContainer[pod] + offset;
        if (containers.state[row] === ContainerState.Waiting || !isNamed(name, byContainer)) continue;
        // A row is used again by a younger pod.
        yield { pod, container, row, key: pods.identity[pod] * 1024 + offset };
      }
    }
  }
}

interface Seen {
  readonly pod: PodRow;
  readonly container: number;
  readonly row: number;
  readonly key: number;
}

function isNamed(name: string, tests: readonly Test[]): boolean {
  return tests.every((test) => test(name));
}
