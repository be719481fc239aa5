// One figure out of the rows of a job: a column over the run, or over a window of it.
import { max, mean, min, sum } from 'd3-array';
import { InputError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { catalogue } from './catalogue.ts';
import type { Row } from './catalogue.ts';
import type { HistogramSeries } from './histogram-series.ts';

/** A part of the run, in seconds: the intervals that end after `fromSeconds` and not after `toSeconds`. */
export interface Window {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** What figures are taken from. `durations` holds the histogram of request durations of each row of `series`. */
export interface FigureSource {
  readonly summary: Row<'summary'>;
  readonly series: readonly Row<'series'>[];
  readonly durations: HistogramSeries;
}

type SeriesColumn = keyof Row<'series'>;

const QUANTILES = new Map<string, number>([
  ['request_duration_seconds_p50', 0.5],
  ['request_duration_seconds_p90', 0.9],
  ['request_duration_seconds_p99', 0.99],
  ['request_duration_seconds_p999', 0.999],
]);

/** Columns of series.csv that count what happened during an interval; over a window they add up. */
const COUNTED: ReadonlySet<string> = new Set<SeriesColumn>([
  'requests',
  'requests_completed',
  'requests_failed',
  'requests_timeout',
  'requests_refused',
  'requests_overload',
  'requests_error',
]);

const AGGREGATES = {
  min: (values: readonly number[]) => min(values),
  max: (values: readonly number[]) => max(values),
  mean: (values: readonly number[]) => mean(values),
  last: (values: readonly number[]) => values.at(-1),
} as const;

type Aggregate = keyof typeof AGGREGATES;

const summaryColumns: readonly string[] = Object.entries(catalogue.summary.columns)
  .filter(([, column]) => column.type !== 'text')
  .map(([name]) => name);
const seriesColumns: readonly string[] = Object.keys(catalogue.series.columns).filter(
  (name) => name !== 'time_seconds',
);

/** The names that `figure` takes; those of series.csv may end in `.min`, `.max`, `.mean` or `.last`. */
export const figureNames: readonly string[] = [...new Set([...summaryColumns, ...seriesColumns])];

/**
 * A figure by name, dots and underscores being the same (`requests.error_ratio`): a column of summary.csv over the run, or
 * a column of series.csv over the run or the window, where counts are added up, ratios and quantiles are taken over all
 * requests of the window, and everything else is averaged unless the name ends in `.min`, `.max`, `.mean` or `.last`.
 * Undefined when there was nothing to measure. Throws an InputError for an unknown name.
 */
export function figure(source: FigureSource, name: string, window?: Window): number | undefined {
  const { column, aggregate } = parseName(name);
  if (window === undefined && aggregate === undefined && summaryColumns.includes(column)) {
    return (source.summary[column as keyof Row<'summary'>] as number | null) ?? undefined;
  }
  const inSeries = column.replace(/_total$/, '');
  if (!seriesColumns.includes(inSeries)) {
    throw new InputError(`the figure "${name}" is one of the whole run and has no value during a part of it`);
  }
  return overWindow(source, inSeries as SeriesColumn, aggregate, window);
}

function overWindow(
  source: FigureSource,
  column: SeriesColumn,
  aggregate: Aggregate | undefined,
  window: Window | undefined,
): number | undefined {
  const { series } = source;
  const from = window === undefined ? 0 : series.findIndex((row) => row.time_seconds > window.fromSeconds);
  if (from === -1) return undefined;
  const after = window === undefined ? -1 : series.findIndex((row) => row.time_seconds > window.toSeconds);
  const to = after === -1 ? series.length : after;
  const rows = series.slice(from, to);
  const values = rows.map((row) => row[column]).filter((value) => value !== null);
  if (aggregate !== undefined) return AGGREGATES[aggregate](values);
  if (COUNTED.has(column)) return sum(values);
  if (column === 'requests_error_ratio') {
    const failed = sum(rows, (row) => row.requests_failed);
    const ended = failed + sum(rows, (row) => row.requests_completed);
    return ended === 0 ? undefined : failed / ended;
  }
  if (column === 'request_duration_seconds_mean') return source.durations.merged(from, to).meanSeconds() ?? undefined;
  const quantile = QUANTILES.get(column);
  if (quantile !== undefined) return source.durations.merged(from, to).quantileSeconds(quantile) ?? undefined;
  return mean(values);
}

function parseName(name: string): { column: string; aggregate: Aggregate | undefined } {
  const match = /^(.+)\.(min|max|mean|last)$/.exec(name);
  const [column, aggregate] = match === null ? [name, undefined] : [match[1], match[2] as Aggregate];
  const plain = column.replaceAll('.', '_');
  if (figureNames.includes(plain)) return { column: plain, aggregate };
  // `request_duration_seconds.mean` is a column of its own.
  const whole = name.replaceAll('.', '_');
  if (figureNames.includes(whole)) return { column: whole, aggregate: undefined };
  throw new InputError(`unknown figure "${name}"${didYouMean(whole, figureNames)}`);
}
