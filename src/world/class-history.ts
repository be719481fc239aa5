// Classes of requests over time: the rows of classes.csv, and how long requests took.
import type { Row } from '../metrics/catalogue.ts';
import { Histogram } from '../metrics/histogram.ts';
import { HistogramSeries } from '../metrics/histogram-series.ts';
import { Outcome } from '../traffic/calls.ts';
import type { Traffic } from '../traffic/traffic.ts';
import { FAILURES, quantiles } from './request-columns.ts';

export class ClassHistory {
  readonly rows: Row<'classes'>[] = [];
  readonly #traffic: Traffic;
  /** By class: a histogram for each interval. */
  readonly #durations: HistogramSeries[];

  constructor(traffic: Traffic) {
    this.#traffic = traffic;
    this.#durations = (traffic.classes?.names ?? []).map(() => new HistogramSeries());
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    const { classes, meters, sources } = this.#traffic;
    if (classes === undefined) return;
    for (const [index, name] of classes.names.entries()) {
      const meter = classes.meter[index];
      const histogram = meters.interval(meter);
      this.#durations[index].push(histogram);
      let errors = 0;
      for (const outcome of FAILURES) errors += meters.take(meter, outcome);
      this.rows.push({
        time_seconds,
        source: sources[classes.source[index]].name,
        class: name,
        requests: errors + meters.take(meter, Outcome.Ok),
        errors,
        ...quantiles(histogram),
      });
      meters.roll(meter);
    }
  }

  /** Durations of requests of the classes of that name in the intervals from (included) to (excluded). */
  durations(name: string, from: number, to: number): Histogram {
    const all = new Histogram();
    for (const [index, one] of this.#traffic.classes?.names.entries() ?? []) {
      if (one === name) all.merge(this.#durations[index].merged(from, to));
    }
    return all;
  }
}
