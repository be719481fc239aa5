// The latency of requests from outside: percentiles over time.
import { timeChart } from '../drawing.ts';
import { formatSeconds } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, linesOf, middles, scaleOf, subtitle } from './chart.ts';

const QUANTILES = [
  { column: 'request_duration_seconds_p999', name: 'p99.9', color: hue.red },
  { column: 'request_duration_seconds_p99', name: 'p99', color: hue.orange },
  { column: 'request_duration_seconds_p90', name: 'p90', color: hue.blue },
  { column: 'request_duration_seconds_p50', name: 'p50 (median)', color: hue.sky },
] as const;

export const latency = chart(
  'latency',
  'Percentiles of the latency of requests, per interval (series.csv).',
  (job, marks) => {
    const table = job.table('series.csv');
    const common = { times: middles(job, table), sampling: 'max' as const };
    const lines = linesOf(QUANTILES, (column) => table.numbers(column), common);
    if (lines.length === 0) return undefined;
    const scale = scaleOf(lines.map(({ values }) => values));
    return timeChart({
      title: 'Latency of requests, by percentile',
      subtitle: subtitle(job, 'completed requests'),
      duration: job.run.duration_seconds,
      marks,
      legend: lines.map(({ name, color }) => ({ name, color })),
      panels: [{ name: `latency${scale === 'log' ? ', logarithmic' : ''}`, lines, format: formatSeconds, scale }],
    });
  },
);
