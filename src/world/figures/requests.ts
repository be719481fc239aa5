// Figures of requests from outside, and of the calls to a Service.
import { sum } from 'd3-array';
import type { Better } from '../../metrics/tables/column.ts';
import type { Histogram } from '../../metrics/histogram.ts';
import type { FigureUnit } from '../../scenario/expect.ts';
import type { RequestRow } from '../request-history.ts';
import { type Figure, type FigureSources, qualified, type Question, rowsWithin } from './figure.ts';

export const over = (
  pattern: string,
  title: string,
  unit: FigureUnit,
  better: Better,
  meaning: string,
  measure: Figure['measure'],
): Figure => ({ pattern, title, unit, better, meaning, measure, gauge: false, wholeRun: false, anytime: true });

/** A sum of a column of series.csv over the window. */
const requests = (
  name: string,
  title: string,
  better: Better,
  meaning: string,
  count: (row: RequestRow) => number,
): Figure =>
  over(`requests.${name}`, title, 'count', better, meaning, ({ span }, { requests: history }) =>
    sum(history.series.slice(span.from, span.to), count),
  );

/** Mean and percentiles of the latencies that `histogramOf` finds in the window. */
export const latencies = (
  prefix: string,
  short: string,
  what: string,
  histogramOf: (question: Question, sources: FigureSources) => Histogram | undefined,
): Figure[] =>
  [
    ['mean', 'Mean', (histogram: Histogram) => histogram.mean] as const,
    ['p50', 'Median', (histogram: Histogram) => histogram.quantile(0.5)] as const,
    ['p90', '90th percentile of the', (histogram: Histogram) => histogram.quantile(0.9)] as const,
    ['p99', '99th percentile of the', (histogram: Histogram) => histogram.quantile(0.99)] as const,
    ['p999', '99.9th percentile of the', (histogram: Histogram) => histogram.quantile(0.999)] as const,
  ].map(([name, words, value]) =>
    over(
      `${prefix}.${name}`,
      `Latency of ${short}, ${name === 'p50' ? 'median' : name === 'p999' ? 'p99.9' : name}`,
      'us',
      'lower',
      `${words} latency of ${what}.`,
      (question, sources) => {
        const histogram = histogramOf(question, sources);
        return histogram === undefined || histogram.count === 0 ? undefined : value(histogram);
      },
    ),
  );

export function ratio(failed: number, completed: number): number | undefined {
  return failed + completed === 0 ? undefined : failed / (failed + completed);
}

export const requestFigures: readonly Figure[] = [
  requests('count', 'Requests', 'neither', 'Requests from outside that arrived.', (row) => row.requests),
  over(
    'requests.rate',
    'Requests per second',
    'rate',
    'neither',
    'Requests from outside per second.',
    ({ span: { from, to, seconds }, window }, { requests: history, summary }) => {
      if (window === undefined) return summary.requests_per_second;
      return seconds === 0 ? undefined : sum(history.series.slice(from, to), (row) => row.requests) / seconds;
    },
  ),
  requests(
    'completed',
    'Requests completed',
    'higher',
    'Requests from outside that were answered successfully.',
    (row) => row.requests_completed,
  ),
  requests(
    'failed',
    'Requests failed',
    'lower',
    'Requests from outside that failed after their last attempt.',
    (row) => row.requests_failed,
  ),
  requests('timeout', 'Requests timed out', 'lower', 'Of these, those that timed out.', (row) => row.requests_timeout),
  requests(
    'refused',
    'Requests refused',
    'lower',
    'Of these, those whose connection was refused.',
    (row) => row.requests_refused,
  ),
  requests(
    'overload',
    'Requests rejected',
    'lower',
    'Of these, those that a full queue rejected.',
    (row) => row.requests_overload,
  ),
  over(
    'requests.error_ratio',
    'Failed requests',
    'ratio',
    'lower',
    'Share of requests that failed, of those that ended.',
    ({ span: { from, to } }, { requests: history }) => {
      const rows = history.series.slice(from, to);
      return ratio(
        sum(rows, (row) => row.requests_failed),
        sum(rows, (row) => row.requests_completed),
      );
    },
  ),
  ...latencies(
    'requests',
    'requests',
    'completed requests from outside',
    ({ span: { from, to } }, { requests: history }) => history.durations.merged(from, to),
  ),
];

/** Calls to a Service in the window, and those that failed. */
function callsOf({ span, names }: Question, { requests: history }: FigureSources) {
  const key = qualified(names['service']);
  const within = rowsWithin(history.services, span, history);
  const rows = within.filter(({ namespace, service }) => `${namespace}/${service}` === key);
  return { count: sum(rows, (row) => row.requests), errors: sum(rows, (row) => row.errors) };
}

export const serviceFigures: readonly Figure[] = [
  over(
    'service.<service>.count',
    'Calls to <service>',
    'count',
    'neither',
    'Finished attempts at calls to the Service; each retry counts.',
    (question, sources) => callsOf(question, sources).count,
  ),
  over(
    'service.<service>.rate',
    'Calls to <service> per second',
    'rate',
    'neither',
    'Calls to the Service per second.',
    (question, sources) =>
      question.span.seconds === 0 ? undefined : callsOf(question, sources).count / question.span.seconds,
  ),
  over(
    'service.<service>.error_ratio',
    'Failed calls to <service>',
    'ratio',
    'lower',
    'Share of failed calls among the calls to the Service that ended.',
    (question, sources) => {
      const { count, errors } = callsOf(question, sources);
      return ratio(errors, count - errors);
    },
  ),
  ...latencies(
    'service.<service>',
    'calls to <service>',
    'calls to the Service',
    ({ span: { from, to }, names }, { requests: history }) => {
      const durations = history.serviceDurations.get(qualified(names['service']));
      return durations?.merged(from, Math.min(to, durations.length));
    },
  ),
];
