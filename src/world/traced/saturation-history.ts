// How busy pods are over time: the rows of saturation.csv.
import type { Row } from '../../metrics/catalogue.ts';
import { thinning } from '../../metrics/intervals.ts';
import type { CpuUsage } from '../../model/ports/processors.ts';
import type { ClusterState } from '../../model/state.ts';
import type { PodLoad } from '../../traffic/traces/pod-loads.ts';
import type { TrafficTracing } from '../../traffic/traces/traffic-tracing.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { hostOfMachine } from '../external-systems.ts';
import { topOwner } from '../workload-of-pod.ts';

type Whose = Pick<Row<'saturation'>, 'namespace' | 'kind' | 'workload' | 'pod' | 'container' | 'node'>;

export class SaturationHistory {
  readonly rows: Row<'saturation'>[] = [];
  /** By row: the interval (1, 2, …) at whose end it is. */
  readonly intervals: number[] = [];
  readonly #state: ClusterState;
  readonly #traffic: Traffic;
  readonly #tracing: TrafficTracing;
  readonly #cpu: CpuUsage;
  readonly #allIntervals: number;
  /** By container and pod: CPU time used up to the last row, and by which process. */
  readonly #cpuUs = new Map<string, { readonly epoch: number; us: number }>();

  constructor(state: ClusterState, traffic: Traffic, tracing: TrafficTracing, cpu: CpuUsage, allIntervals: number) {
    this.#state = state;
    this.#traffic = traffic;
    this.#tracing = tracing;
    this.#cpu = cpu;
    this.#allIntervals = allIntervals;
  }

  /** The interval of that number (1, 2, …) ends now. */
  sample(time_seconds: number, nowUs: number, interval: number): void {
    const pods = this.#tracing.loads.reduce((sum, { length }) => sum + length, 0);
    const isLast = interval >= this.#allIntervals;
    if (!isLast && interval % thinning(pods, this.#allIntervals) !== 0) return;
    for (const [number, loads] of this.#tracing.loads.entries()) {
      loads.take(nowUs, (load) => {
        if (load.untilUs > load.fromUs) this.#add(time_seconds, interval, number, load);
      });
    }
  }

  #add(time_seconds: number, interval: number, number: number, load: PodLoad): void {
    const us = load.untilUs - load.fromUs;
    const slots = this.#traffic.behaviors.concurrency[load.behavior];
    const heldUs = load.busyUs + load.waitingUs;
    this.rows.push({
      time_seconds,
      ...this.#whose(load, number),
      slots,
      busy_slots: load.busyUs / us,
      busy_ratio: load.busyUs / us / slots,
      waiting: load.waitingUs / us,
      waiting_max: load.mostWaiting,
      cpu_usage: this.#cpuUsage(load, number, us),
      requests: load.requests,
      errors: load.errors,
      requests_per_second: load.requests / (us / 1e6),
      held_seconds: load.requests === 0 ? null : heldUs / load.requests / 1e6,
    });
    this.intervals.push(interval);
  }

  /** A system outside is a workload of its own. */
  #whose(load: PodLoad, number: number): Whose {
    const { identities } = this.#state;
    const node = this.#state.nodeName(load.node);
    const host = hostOfMachine(node);
    if (host !== undefined) {
      return { namespace: '', kind: 'External', workload: host, pod: host, container: '', node: '' };
    }
    const pod = identities.name(load.identity);
    const maker = identities.maker[load.identity];
    const own = { namespace: identities.namespace(load.identity), kind: 'Pod', workload: pod };
    const workload = maker >= 0 ? topOwner(this.#state, maker) : own;
    return { ...workload, pod, container: this.#containerName(load, number), node };
  }

  #cpuUsage({ pod, epoch }: PodLoad, number: number, us: number): number | null {
    if (!this.#tracing.loads[number].runs(pod, epoch)) return null;
    const key = `${number} ${pod}`;
    const usedUs = this.#cpu.containerUs(pod, epoch, this.#traffic.containers.containerOf(pod, number));
    const before = this.#cpuUs.get(key);
    const beforeUs = before?.epoch === epoch ? before.us : 0;
    this.#cpuUs.set(key, { epoch, us: usedUs });
    return (usedUs - beforeUs) / us;
  }

  /** Of a pod that is gone nobody knows it any more. */
  #containerName({ pod, epoch }: PodLoad, number: number): string {
    if (this.#state.pods.epoch[pod] !== epoch) return '';
    const podClass = this.#traffic.containers.classOf(pod);
    return podClass.runtime.containers[this.#traffic.containers.containerOf(pod, number)]?.name ?? '';
  }
}
