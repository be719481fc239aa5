// Ports: what a monitoring system answers, and the figures of the simulation.
import type { WavetankQuery } from '../analysis/metric.ts';
import type { CompiledQuery } from '../analysis/promql-plan.ts';

/** What a monitoring system answers about this cluster. The metrics-apis part implements it. */
export interface Monitoring {
  /** From now on what the query asks for is kept; before, there is nothing to answer with. */
  watchQuery(query: CompiledQuery): void;
  watchFigure(query: WavetankQuery): void;
  /** A number, or a vector with one or none. */
  ask(query: CompiledQuery): number | readonly number[];
  /** Undefined where there was nothing to measure. Durations in seconds. */
  figure(namespace: string, query: WavetankQuery): number | undefined;
}

/** Figures of the whole simulation by name, as expectations have them, over the last time. The world implements it. */
export interface FigureValues {
  read(name: string, windowUs: number): number | undefined;
}
