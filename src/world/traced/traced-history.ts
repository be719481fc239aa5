// What is seen of traced requests over time: who calls whom, where the time goes, how busy each pod is.
import type { CpuUsage } from '../../model/ports/processors.ts';
import type { ClusterState } from '../../model/state.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import type { Tracer } from '../../traffic/traces/tracer.ts';
import type { TrafficTracing } from '../../traffic/traces/traffic-tracing.ts';
import { BreakdownHistory } from './breakdown-history.ts';
import { EdgeHistory } from './edge-history.ts';
import { SaturationHistory } from './saturation-history.ts';

export class TracedHistory {
  readonly edges: EdgeHistory;
  readonly breakdown: BreakdownHistory;
  readonly saturation: SaturationHistory;
  readonly #tracer: Tracer;
  #interval = 0;

  constructor(state: ClusterState, traffic: Traffic, tracing: TrafficTracing, cpu: CpuUsage, intervals: number) {
    this.#tracer = tracing.tracer;
    this.edges = new EdgeHistory(traffic, tracing.tracer);
    this.breakdown = new BreakdownHistory(traffic, tracing.tracer);
    this.saturation = new SaturationHistory(state, traffic, tracing, cpu, intervals);
  }

  /** An interval that lasted so long ends now. */
  sample(nowUs: number, seconds: number): void {
    this.#interval += 1;
    const sums = this.edges.sample(nowUs / 1e6, seconds, this.#interval);
    this.breakdown.sample(nowUs / 1e6, this.#interval, sums);
    this.saturation.sample(nowUs / 1e6, nowUs, this.#interval);
    this.#tracer.keeper.roll();
  }
}
