// How much of the requests was simulated, and within which bounds the full run lies.
import type { SampledRecord } from '../metrics/sampled-record.ts';
import { sampledSentence } from '../world/sampled-report.ts';
import { wrap } from './lines.ts';

const FIGURES = [
  ['requests_error_ratio', 'failed', 100, ' %'],
  ['request_duration_seconds_mean', 'mean', 1e3, 'ms'],
  ['request_duration_seconds_p50', 'median', 1e3, 'ms'],
  ['request_duration_seconds_p99', 'p99', 1e3, 'ms'],
] as const;

/** Ends with an empty line when there is something to say. */
export function sampledLines(record: SampledRecord | undefined): string[] {
  if (record === undefined) return [];
  const width = process.stdout.columns ?? 120;
  const bounds = FIGURES.flatMap(([column, name, factor, unit]) => {
    const interval = record.intervals[column];
    if (interval === undefined) return [];
    const [low, high] = interval.map((bound) => Number((bound * factor).toPrecision(4)));
    return [`${name} ${low} to ${high}${unit}`];
  });
  const sentence = bounds.length === 0 ? '' : ` 95 times of 100 the full run has: ${bounds.join(', ')}.`;
  return [wrap(`${sampledSentence(record)}${sentence}`, width), ''];
}
