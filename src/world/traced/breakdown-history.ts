// Where the latency goes over time: the rows of breakdown.csv.
import type { Row } from '../../metrics/catalogue.ts';
import { addSums, NO_SUM, type PhaseSum } from '../../traffic/traces/latency-sums.ts';
import type { Tracer } from '../../traffic/traces/tracer.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { phaseColumns } from './phase-columns.ts';

export interface BreakdownInterval {
  /** 1, 2, … */
  readonly interval: number;
  /** Of the source or Service. */
  readonly meter: number;
  readonly sum: PhaseSum;
  readonly row: Row<'breakdown'>;
}

export class BreakdownHistory {
  readonly intervals: BreakdownInterval[] = [];
  readonly #traffic: Traffic;
  readonly #tracer: Tracer;

  constructor(traffic: Traffic, tracer: Tracer) {
    this.#traffic = traffic;
    this.#tracer = tracer;
  }

  /** The interval of that number (1, 2, …) ends now; `edges` is what traced calls took in it, by edge. */
  sample(time_seconds: number, interval: number, edges: readonly PhaseSum[]): void {
    const { sources, services, meters } = this.#traffic;
    for (const [meter, { name }] of sources.entries()) {
      const sum = this.#tracer.sums.takeSource(meter);
      const failed = this.#tracer.sums.takeFailedSource(meter);
      this.#add(interval, meter, sum, { time_seconds, scope: 'source', namespace: '', name });
      this.#add(interval, meter, failed, { time_seconds, scope: 'failed-source', namespace: '', name });
    }
    const { callees } = this.#tracer.edges;
    const sums = new Map<number, PhaseSum>();
    const failedSums = new Map<number, PhaseSum>();
    for (const [edge, sum] of edges.entries()) {
      const callee = callees[edge];
      sums.set(callee, addSums(sums.get(callee) ?? NO_SUM, sum));
      const failed = this.#tracer.sums.takeFailedEdge(edge);
      failedSums.set(callee, addSums(failedSums.get(callee) ?? NO_SUM, failed));
    }
    for (const meter of services.meter) {
      const [namespace = '', name = ''] = meters.names[meter].split('/');
      const [ok, failed] = [sums, failedSums].map((all) => all.get(meter) ?? NO_SUM);
      this.#add(interval, meter, ok, { time_seconds, scope: 'service', namespace, name });
      this.#add(interval, meter, failed, { time_seconds, scope: 'failed-service', namespace, name });
    }
  }

  *rows(): Generator<Row<'breakdown'>> {
    for (const { row } of this.intervals) yield row;
  }

  #add(
    interval: number,
    meter: number,
    sum: PhaseSum,
    of: Pick<Row<'breakdown'>, 'time_seconds' | 'scope' | 'namespace' | 'name'>,
  ): void {
    if (sum.count === 0) return;
    const latency = sum.us.reduce((all, us) => all + us, 0) / sum.count / 1e6;
    const row = { ...of, sampled: sum.count, latency_seconds: latency, ...phaseColumns(sum) };
    this.intervals.push({ interval, meter, sum, row });
  }
}
