// Names over time: how many are looked up, how many in vain, and how long it takes.
import { timeChart } from '../drawing.ts';
import { formatCount, formatSeconds } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, middles, subtitle } from './chart.ts';

const COUNTS = [
  { column: 'lookups', name: 'lookups', color: hue.blue },
  { column: 'lookups_failed', name: 'without an address', color: hue.red },
  { column: 'queries', name: 'queries', color: hue.grey },
] as const;
const DURATIONS = [
  { column: 'lookup_duration_p50_seconds', name: 'p50', color: hue.sky },
  { column: 'lookup_duration_p99_seconds', name: 'p99', color: hue.orange },
] as const;

export const names = chart(
  'names',
  'Names looked up per second, those without an address, the queries for them, and how long lookups take (dns.csv).',
  (job, marks) => {
    if (!job.has('dns.csv')) return undefined;
    const table = job.table('dns.csv');
    const times = middles(job, table);
    if (times.length === 0) return undefined;
    const interval = job.run.series_interval_seconds;
    const lines = (columns: typeof COUNTS | typeof DURATIONS) =>
      columns.map(({ column, name, color }) => ({ name, color, times, values: table.numbers(column) }));
    const counts = lines(COUNTS).map((line) => ({ ...line, values: line.values.map((count) => count / interval) }));
    const durations = lines(DURATIONS);
    return timeChart({
      title: 'Names looked up',
      subtitle: subtitle(job),
      duration: job.run.duration_seconds,
      marks,
      legend: [...counts, ...durations].map(({ name, color }) => ({ name, color })),
      panels: [
        { name: 'per second', lines: counts, format: formatCount },
        { name: 'duration of lookups', lines: durations, format: formatSeconds },
      ],
    });
  },
);
