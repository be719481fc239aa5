// CPU quotas over time: the rows of throttling.csv, by workload and container.
import type { Bandwidth } from '../compute/node-shared/bandwidth.ts';
import type { Row } from '../metrics/catalogue.ts';
import type { ContainerRef } from '../model/settings/processors.ts';
import type { ClusterState } from '../model/state.ts';
import { workloadOf } from './workload-of-pod.ts';

interface Quota {
  readonly bandwidth: Bandwidth;
  readonly container: ContainerRef;
  readonly of: Pick<Row<'throttling'>, 'namespace' | 'kind' | 'workload' | 'container'>;
  /** As of the end of the last interval. */
  readonly before: Counts;
}

interface Counts {
  periods: number;
  throttled: number;
  throttledUs: number;
}

/** Of an interval. */
interface Tally extends Counts {
  readonly of: Quota['of'];
  pods: number;
  /** Of the pod where it is largest. */
  mostRatio: number;
}

export class ThrottlingHistory {
  readonly rows: Row<'throttling'>[] = [];
  /** By row: which interval it is of (1, 2, …). */
  readonly intervals: number[] = [];
  readonly #state: ClusterState;
  readonly #now: () => number;
  #quotas: Quota[] = [];
  #interval = 0;

  constructor(state: ClusterState, now: () => number) {
    this.#state = state;
    this.#now = now;
  }

  /** A container has a quota from now on. */
  add(bandwidth: Bandwidth, container: ContainerRef): void {
    const before = { periods: 0, throttled: 0, throttledUs: 0 };
    this.#quotas.push({
      bandwidth,
      container,
      of: { ...workloadOf(this.#state, container.pod), container: container.name },
      before,
    });
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    this.#interval += 1;
    const tallies = new Map<string, Tally>();
    for (const quota of this.#quotas) this.#count(quota, tallies);
    for (const { of, pods, periods, throttled, throttledUs, mostRatio } of tallies.values()) {
      this.rows.push({
        time_seconds,
        ...of,
        pods,
        container_cpu_cfs_periods: periods,
        container_cpu_cfs_throttled_periods: throttled,
        container_cpu_cfs_throttled_seconds: throttledUs / 1e6,
        throttled_ratio: periods === 0 ? null : throttled / periods,
        throttled_max_ratio: periods === 0 ? null : mostRatio,
      });
      this.intervals.push(this.#interval);
    }
    const { pods } = this.#state;
    this.#quotas = this.#quotas.filter(({ container }) => pods.epoch[container.pod] === container.epoch);
  }

  #count({ bandwidth, of, before }: Quota, tallies: Map<string, Tally>): void {
    const now = this.#now();
    const periods = bandwidth.periods(now) - before.periods;
    const throttled = bandwidth.throttledPeriods() - before.throttled;
    const throttledUs = bandwidth.throttledUs(now) - before.throttledUs;
    before.periods += periods;
    before.throttled += throttled;
    before.throttledUs += throttledUs;
    const key = `${of.kind} ${of.namespace}/${of.workload} ${of.container}`;
    const tally = tallies.get(key) ?? { of, pods: 0, periods: 0, throttled: 0, throttledUs: 0, mostRatio: 0 };
    tallies.set(key, tally);
    tally.pods += 1;
    tally.periods += periods;
    tally.throttled += throttled;
    tally.throttledUs += throttledUs;
    if (periods > 0) tally.mostRatio = Math.max(tally.mostRatio, throttled / periods);
  }
}
