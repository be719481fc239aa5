// Calls by who makes them over time: the rows of edges.csv, and their latencies.
import type { Row } from '../../metrics/catalogue.ts';
import { Histogram } from '../../metrics/histogram.ts';
import { HistogramSeries } from '../../metrics/histogram-series.ts';
import { Outcome } from '../../traffic/calls.ts';
import { Tally } from '../../traffic/meters.ts';
import type { PhaseSum } from '../../traffic/traces/latency-sums.ts';
import type { Tracer } from '../../traffic/traces/tracer.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { FAILURES, quantiles } from '../request-columns.ts';
import { phaseColumns } from './phase-columns.ts';

type EdgeRow = Row<'edges'>;
type Names = Pick<EdgeRow, 'caller_kind' | 'caller_namespace' | 'caller' | 'namespace' | 'service'>;

/** What figures need of a row beside its columns. */
export interface EdgeInterval {
  /** 1, 2, … */
  readonly interval: number;
  readonly edge: number;
  readonly begun: number;
  readonly sum: PhaseSum;
  readonly row: EdgeRow;
}

export class EdgeHistory {
  readonly intervals: EdgeInterval[] = [];
  /** By edge, a histogram for each interval. */
  readonly #durations: HistogramSeries[] = [];
  readonly #traffic: Traffic;
  readonly #tracer: Tracer;

  constructor(traffic: Traffic, tracer: Tracer) {
    this.#traffic = traffic;
    this.#tracer = tracer;
  }

  /** The interval of that number (1, 2, …) ends now. Gives what traced calls took, by edge. */
  sample(time_seconds: number, seconds: number, interval: number): PhaseSum[] {
    const { meters, length } = this.#tracer.edges;
    const sums: PhaseSum[] = [];
    for (let edge = 0; edge < length; edge += 1) {
      const durations = this.#seriesOf(edge, interval);
      const histogram = meters.interval(edge);
      durations.push(histogram);
      const sum = this.#tracer.sums.takeEdge(edge);
      sums.push(sum);
      const ok = meters.take(edge, Outcome.Ok);
      let errors = 0;
      for (const outcome of FAILURES) errors += meters.take(edge, outcome);
      const begun = meters.take(edge, Tally.Begun);
      const attempts = meters.take(edge, Tally.Attempts);
      if (ok + errors + begun + attempts > 0) {
        const row = {
          time_seconds,
          ...this.#namesOf(edge),
          calls: ok + errors,
          errors,
          attempts,
          amplification: begun === 0 ? null : attempts / begun,
          calls_per_second: begun / seconds,
          error_ratio: ok + errors === 0 ? null : errors / (ok + errors),
          ...quantiles(histogram),
          sampled: sum.count,
          ...phaseColumns(sum),
        };
        this.intervals.push({ interval, edge, begun, sum, row });
      }
      meters.roll(edge);
    }
    return sums;
  }

  *rows(): Generator<EdgeRow> {
    for (const { row } of this.intervals) yield row;
  }

  durations(edge: number): HistogramSeries {
    return this.#durations[edge];
  }

  /** The meter of the Service that is called. */
  calleeOf(edge: number): number {
    return this.#tracer.edges.callees[edge];
  }

  #namesOf(edge: number): Names {
    const { callers, callees } = this.#tracer.edges;
    const { sources, meters } = this.#traffic;
    const [namespace = '', service = ''] = meters.names[callees[edge]].split('/');
    const caller = callers[edge];
    const of = { namespace, service, caller_namespace: '' };
    if (caller < 0) return { ...of, caller_kind: 'mirror', caller: '' };
    if (caller < sources.length) return { ...of, caller_kind: 'source', caller: sources[caller].name };
    const [caller_namespace = '', name = ''] = meters.names[caller].split('/');
    return { ...of, caller_kind: 'service', caller_namespace, caller: name };
  }

  /** An edge that is first seen now had no calls in the intervals before. */
  #seriesOf(edge: number, interval: number): HistogramSeries {
    let series = this.#durations[edge];
    if (series === undefined) {
      series = new HistogramSeries();
      for (let before = 1; before < interval; before += 1) series.push(EMPTY);
      this.#durations.push(series);
    }
    return series;
  }
}

const EMPTY = new Histogram();
