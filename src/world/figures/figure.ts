// What a figure is: one record with its name, unit, better direction, meaning and how it is measured.
import { max, mean, min } from 'd3-array';
import { type Better, type Column } from '../../metrics/tables/column.ts';
import { catalogue, type Row } from '../../metrics/catalogue.ts';
import type { ObjectRow } from '../../model/rows.ts';
import type { ClusterState } from '../../model/state.ts';
import type { Aggregate, Expectation, NamedFigure, FigurePattern, FigureUnit } from '../../scenario/expect.ts';
import type { Measure } from '../measure.ts';
import type { ObjectivesOutcome } from '../objectives/outcome.ts';
import type { RequestHistory } from '../request-history.ts';

/** A rollout that took place: its workload's object row, from when to when, and when it was given up, in µs (-1: never). */
export interface RolloutSpan {
  readonly workload: ObjectRow;
  readonly startUs: number;
  readonly endUs: number;
  readonly abortedUs: number;
}

/** What a finished run has to measure figures from. */
export interface FigureSources {
  readonly state: ClusterState;
  readonly measure: Measure;
  readonly summary: Row<'summary'>;
  /** Requests by row of the span. */
  readonly requests: RequestHistory;
  readonly rollouts: readonly RolloutSpan[];
  readonly durationUs: number;
  readonly warmupUs: number;
  readonly outcome: ObjectivesOutcome;
}

/** The rows of the series that a window covers: from (included) and to (excluded). */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
}

/** What is asked of a figure. */
export interface Question {
  readonly span: Span;
  /** The names in the figure's places: `{ deployment: 'default/web' }`. */
  readonly names: NamedFigure['names'];
  readonly window: Expectation['window'];
  readonly aggregate: Aggregate | undefined;
}

export interface Figure extends FigurePattern {
  /** What a chart of it is called: `Rollout of <deployment>, duration`. No two figures have the same. */
  readonly title: string;
  readonly better: Better;
  /** In the figure's unit (µs, a ratio, a count, per second); undefined when there was nothing to measure. */
  readonly measure: (question: Question, sources: FigureSources) => number | undefined;
  /** Its value at this instant, of a figure that changes only with what is stored in the API server; undefined while it is not known. */
  readonly now?: (names: NamedFigure['names'], sources: NowSources) => number | undefined;
  /** It can be measured over the last seconds, before the interval ends. */
  readonly anytime?: boolean;
}

/** What is there while the run goes on. */
export type NowSources = Pick<FigureSources, 'state' | 'measure' | 'rollouts'>;

const UNITS: Readonly<Partial<Record<Column['unit'], FigureUnit>>> = {
  seconds: 'us',
  ratio: 'ratio',
  'per second': 'rate',
};

/** A column's number in the unit of the figure: seconds become µs. */
function inUnitOf({ unit }: Column, value: string | number | null): number | undefined {
  if (value === null) return undefined;
  return unit === 'seconds' ? Number(value) * 1e6 : Number(value);
}

/** Columns that change only with pods and nodes. */
const NOW: ReadonlySet<string> = new Set<keyof ReturnType<Measure['gauges']>>([
  'kube_pod_status_phase_pending',
  'kube_pod_status_phase_running',
  'kube_pod_status_phase_succeeded',
  'kube_pod_status_phase_failed',
  'pods_terminating',
  'kube_pod_status_ready',
  'kube_node_status_ready',
  'cpu_requested_ratio',
  'memory_requested_ratio',
  'nodes_used',
]);

/** A figure that has a value at each instant: a column of series.csv, whose unit, direction and meaning it has. */
export function gaugeOf(pattern: string, title: string, name: keyof Row<'series'>): Figure {
  const column: Column = catalogue.series.columns[name];
  const now: Figure['now'] = (_names, { measure }) => {
    const gauges: Partial<Row<'series'>> = measure.gauges();
    return inUnitOf(column, gauges[name] ?? null);
  };
  return {
    pattern,
    title,
    unit: UNITS[column.unit] ?? 'count',
    gauge: true,
    ...(NOW.has(name) ? { now } : {}),
    wholeRun: false,
    better: column.better,
    meaning: column.help,
    measure: ({ span, aggregate }, { measure }) =>
      aggregated(
        measure.series
          .slice(span.from, span.to)
          .map((row) => inUnitOf(column, row[name]))
          .filter((value) => value !== undefined),
        aggregate,
      ),
  };
}

/** A figure of the whole run: a column of summary.csv, whose unit, direction and meaning it has. */
export function totalOf(pattern: string, title: string, name: keyof Row<'summary'>): Figure {
  const column: Column = catalogue.summary.columns[name];
  return {
    pattern,
    title,
    unit: UNITS[column.unit] ?? 'count',
    gauge: false,
    wholeRun: true,
    better: column.better,
    meaning: column.help,
    measure: (_question, { summary }) => inUnitOf(column, summary[name]),
  };
}

/** The rows of a table by interval that lie in the span. */
export function rowsWithin<T extends { readonly time_seconds: number }>(
  rows: readonly T[],
  { from, to }: Span,
  { series }: { readonly series: readonly { readonly time_seconds: number }[] },
): readonly T[] {
  const start = series[from]?.time_seconds ?? Infinity;
  const end = series[to - 1]?.time_seconds ?? -Infinity;
  return rows.filter(({ time_seconds }) => time_seconds >= start && time_seconds <= end);
}

/** Values of consecutive intervals as one: the last one unless `aggregate` says otherwise; undefined for none. */
export function aggregated(values: readonly number[], aggregate: Aggregate | undefined): number | undefined {
  if (aggregate === 'min') return min(values);
  if (aggregate === 'max') return max(values);
  if (aggregate === 'mean') return mean(values);
  return values.at(-1);
}

/** `namespace/name`; a plain name is one in the namespace default. */
export function qualified(name: string): string {
  return name.includes('/') ? name : `default/${name}`;
}
