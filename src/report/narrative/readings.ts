// What the tables say of a stretch of time: requests and their failures, latency, Ready pods and nodes, evictions.
import type { CsvTable, JobResults } from '../read.ts';

/** Seconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A value and the end of the interval that had it, in seconds. */
export interface At {
  readonly value: number;
  readonly time: number;
}

/** Requests that ended in a stretch. */
export interface Ended {
  readonly ended: number;
  readonly failed: number;
  /** Of those that ended; NaN when none did. */
  readonly ratio: number;
}

/** Gauges of series.csv. */
export type Gauge = 'kube_pod_status_ready' | 'kube_node_status_ready';

/** Reads intervals of series.csv; one belongs to the stretch in which its middle lies. */
export class Readings {
  readonly #series: CsvTable;
  readonly #times: Float64Array;
  readonly #half: number;
  readonly #evictions: readonly number[];

  constructor(job: JobResults) {
    this.#series = job.table('series.csv');
    this.#times = this.#series.numbers('time_seconds');
    this.#half = job.run.series_interval_seconds / 2;
    const events = job.rowsOf('events.csv', /TaintManagerEviction/);
    const times = events.numbers('time_seconds');
    const messages = events.text('message');
    // The same reason is given for an eviction that does not happen after all.
    this.#evictions = [...events.text('reason').entries()]
      .filter(([at, reason]) => reason === 'TaintManagerEviction' && !messages[at].startsWith('Cancelling'))
      .map(([at]) => times[at]);
  }

  requests(stretch: Stretch): Ended {
    const rows = this.#rows(stretch);
    const failed = this.#sum('requests_failed', rows);
    const ended = failed + this.#sum('requests_completed', rows);
    return { ended, failed, ratio: ended === 0 ? Number.NaN : failed / ended };
  }

  /** The interval with the highest share of failed requests. */
  worstInterval(stretch: Stretch): At | undefined {
    return this.#most(this.#rows(stretch), (row) => this.#ratio(row));
  }

  /** The middle one of the intervals' p99, in seconds; NaN when no request ended. */
  usualP99(stretch: Stretch): number {
    const p99 = this.#series.numbers('request_duration_seconds_p99');
    return middle(this.#rows(stretch).map((row) => p99[row])) ?? Number.NaN;
  }

  highestP99(stretch: Stretch): At | undefined {
    const p99 = this.#series.numbers('request_duration_seconds_p99');
    return this.#most(this.#rows(stretch), (row) => p99[row]);
  }

  /** The middle one of the gauge's values; undefined where the stretch has no interval. */
  usual(gauge: Gauge, stretch: Stretch): number | undefined {
    return middle(this.#rows(stretch).map((row) => this.#series.numbers(gauge)[row]));
  }

  /** The gauge at the end of the last interval that ends by a time; undefined before the first. */
  last(gauge: Gauge, time: number): number | undefined {
    const row = this.#times.findLastIndex((end) => end <= time);
    return row < 0 ? undefined : this.#series.numbers(gauge)[row];
  }

  lowest(gauge: Gauge, stretch: Stretch): At | undefined {
    const values = this.#series.numbers(gauge);
    const least = this.#most(this.#rows(stretch), (row) => -values[row]);
    return least === undefined ? undefined : { ...least, value: -least.value };
  }

  /** The first end of an interval in the stretch from which on the gauge is at least `value` until the stretch ends. */
  reaches(gauge: Gauge, value: number, stretch: Stretch): number | undefined {
    const values = this.#series.numbers(gauge);
    return this.#since(stretch, (row) => values[row] >= value);
  }

  /** The first end of an interval in the stretch from which on at most this share of requests fails until the stretch ends. */
  failsNoMoreThan(ratio: number, stretch: Stretch): number | undefined {
    return this.#since(stretch, (row) => !(this.#ratio(row) > ratio));
  }

  evictions({ from, to }: Stretch): number {
    return this.#evictions.filter((time) => time >= from && time < to).length;
  }

  #since(stretch: Stretch, good: (row: number) => boolean): number | undefined {
    const rows = this.#rows(stretch);
    const bad = rows.findLastIndex((row) => !good(row));
    return bad + 1 < rows.length ? this.#times[rows[bad + 1]] : undefined;
  }

  #ratio(row: number): number {
    const failed = this.#series.numbers('requests_failed')[row];
    return failed / (failed + this.#series.numbers('requests_completed')[row]);
  }

  #rows({ from, to }: Stretch): number[] {
    const inside = (end: number): boolean => end - this.#half >= from && end - this.#half < to;
    return [...this.#times.keys()].filter((row) => inside(this.#times[row]));
  }

  #sum(column: string, rows: readonly number[]): number {
    const values = this.#series.numbers(column);
    return rows.reduce((sum, row) => sum + values[row], 0);
  }

  #most(rows: readonly number[], valueOf: (row: number) => number): At | undefined {
    let most: At | undefined;
    for (const row of rows) {
      const value = valueOf(row);
      if (!Number.isNaN(value) && (most === undefined || value > most.value)) most = { value, time: this.#times[row] };
    }
    return most;
  }
}

function middle(values: readonly number[]): number | undefined {
  const known = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  return known.length === 0 ? undefined : known[known.length >> 1];
}
