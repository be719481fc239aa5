// The load of nodes as load-watcher gives it to load-aware plugins: measured some time ago, in per cent of a node's capacity.
import { z } from 'zod';
import type { ResourceMetrics } from '../../../model/ports/metrics-apis.ts';
import type { NodeRow, PodRow } from '../../../model/rows.ts';
import type { Handle } from '../../framework/interface.ts';
import { WindowOfSamples } from './window-of-samples.ts';

const providers = ['KubernetesMetricsServer', 'Prometheus'] as const;
type Provider = (typeof providers)[number];

/** Arguments that the load-aware plugins of scheduler-plugins share (TrimaranSpec). */
export const loadSource = {
  metricProvider: z
    .strictObject({
      type: z.enum(providers).default('KubernetesMetricsServer'),
      address: z.string().optional(),
      token: z.string().optional(),
      insecureSkipVerify: z.boolean().optional(),
    })
    .default({ type: 'KubernetesMetricsServer' })
    .describe("the newest figures of metrics-server, or mean and deviation of Prometheus' last 15 minutes"),
  watcherAddress: z.string().optional().describe('has no effect: load-watcher is simulated'),
};

/** What one fetch brought, by node: per cent of capacity, NaN for a node without figures. */
export interface NodeLoads {
  /** End of the window of the fetch, Unix seconds as the scheduler's clock counts them. */
  readonly endSeconds: number;
  readonly cpu: Float64Array;
  readonly memory: Float64Array;
  /** Standard deviations; 0 where the provider has none. */
  readonly cpuDeviation: Float64Array;
  readonly memoryDeviation: Float64Array;
}

/** load-watcher fetches every minute, the plugins' collector asks it every half minute: it finds what was fetched half a minute before. */
const STEP_US = 30e6;

/**
 * paypal/load-watcher as a library of kubernetes-sigs/scheduler-plugins (pkg/trimaran/collector.go): the load of a node is that of its pods, since nothing
 * else uses it. From metrics-server it has the newest figures and no deviation. From Prometheus it has `avg_over_time` and `stddev_over_time` of 15 minutes:
 * samples every 30 s, and the CPU of each of them over 3 minutes (kube-prometheus' recording rules).
 */
export class LoadWatcher {
  /** What the plugins know; undefined until the first figures. */
  loads: NodeLoads | undefined;
  #fetched: NodeLoads | undefined;
  readonly #handle: Handle;
  readonly #metrics: ResourceMetrics;
  readonly #window: WindowOfSamples | undefined;

  constructor(handle: Handle, metrics: ResourceMetrics, provider: Provider) {
    this.#handle = handle;
    this.#metrics = metrics;
    this.#window = provider === 'Prometheus' ? new WindowOfSamples() : undefined;
    const { engine } = handle;
    const step = engine.kind(`load-watcher.step ${provider}`, (fetches) => {
      this.#step(fetches === 1);
      engine.after(STEP_US, step, 1 - fetches, 0);
    });
    engine.after(0, step, 1, 0);
  }

  #step(fetches: boolean): void {
    if (this.#window === undefined && !fetches) {
      this.loads = this.#fetched;
      return;
    }
    const { cpu, memory } = this.#measure();
    this.#window?.add(cpu, memory);
    if (!fetches) {
      this.loads = this.#fetched;
      return;
    }
    const nothing = new Float64Array(cpu.length);
    const found = this.#window?.statistics() ?? { cpu, memory, cpuDeviation: nothing, memoryDeviation: nothing };
    this.#fetched = { endSeconds: Math.floor(this.#handle.nowUs() / 1e6), ...found };
  }

  /** Per cent of capacity now; a node has figures once metrics-server has looked at it twice. */
  #measure(): { readonly cpu: Float64Array; readonly memory: Float64Array } {
    const { cache } = this.#handle;
    const { nodes } = cache.state;
    const cpu = new Float64Array(cache.nodeCapacity).fill(NaN);
    const memory = new Float64Array(cache.nodeCapacity).fill(NaN);
    const latestUs = this.#handle.nowUs() - STEP_US;
    for (let node = 0 as NodeRow; node < cache.nodeCapacity; node = (node + 1) as NodeRow) {
      if (cache.present[node] !== 1 || nodes.createdAt[node] > latestUs) continue;
      const { capacity } = nodes.spec[node];
      let milli = 0;
      let bytes = 0;
      for (let pod = cache.firstPod[node]; pod >= 0; pod = cache.nextPod[pod]) {
        milli += Math.max(0, this.#metrics.cpuMilli(pod, cache.state.pods.epoch[pod]));
        bytes += this.#bytesOf(pod);
      }
      cpu[node] = (100 * milli) / (capacity['cpu'] ?? 0);
      memory[node] = (100 * bytes) / (capacity['memory'] ?? 0);
    }
    return { cpu, memory };
  }

  #bytesOf(pod: PodRow): number {
    const sample = this.#metrics.read(pod, this.#handle.cache.state.pods.epoch[pod], 'memory', undefined);
    return sample === undefined || sample === 'container not found' ? 0 : Number(sample.value) / 1000;
  }
}

const watchers = new WeakMap<Handle, Map<Provider, LoadWatcher>>();

/** The watcher of a scheduler, one for each provider; undefined where nothing is measured. */
export function loadWatcher(handle: Handle, provider: Provider): LoadWatcher | undefined {
  const metrics = handle.resourceMetrics?.();
  if (metrics === undefined) return undefined;
  const own = watchers.get(handle) ?? new Map<Provider, LoadWatcher>();
  watchers.set(handle, own);
  const watcher = own.get(provider) ?? new LoadWatcher(handle, metrics, provider);
  own.set(provider, watcher);
  return watcher;
}
