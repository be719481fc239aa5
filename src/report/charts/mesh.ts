// Proxies of a service mesh over time: what passes them, what does not, and how long a passage takes.
import { groups } from 'd3-array';
import { timeChart } from '../drawing.ts';
import { formatCount, formatSeconds } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, middles, scaleOf, some, subtitle } from './chart.ts';

const COUNTS = [
  { column: 'requests_out', name: 'requests out', color: hue.blue },
  { column: 'requests_in', name: 'requests in', color: hue.green },
  { column: 'passages_failed', name: 'failed', color: hue.red },
] as const;
const DURATIONS = [
  { column: 'passage_duration_p50_seconds', name: 'p50 (median)', color: hue.sky },
  { column: 'passage_duration_p99_seconds', name: 'p99', color: hue.orange },
] as const;

export const mesh = chart(
  'mesh',
  'Requests through the proxies of a service mesh per second, passages that fail, and how long a passage takes (mesh.csv).',
  (job, marks) => {
    if (!job.has('mesh.csv')) return undefined;
    const table = job.table('mesh.csv');
    const times = Float64Array.from(new Set(middles(job, table)));
    if (times.length === 0) return undefined;
    const interval = job.run.series_interval_seconds;
    const ends = table.numbers('time_seconds');
    const byTime = groups([...ends.keys()], (row) => ends[row]).map(([, rows]) => rows);
    const counts = COUNTS.map(({ column, name, color }) => {
      const values = table.numbers(column);
      const rates = byTime.map((rows) => rows.reduce((sum, row) => sum + (values[row] ?? 0), 0) / interval);
      return { name, color, times, values: Float64Array.from(rates) };
    }).filter(({ values }) => some(values));
    // Of several images the slowest.
    const durations = DURATIONS.map(({ column, name, color }) => {
      const values = table.numbers(column);
      const most = byTime.map((rows) => {
        const known = rows.map((row) => values[row]).filter((value) => !Number.isNaN(value));
        return known.length === 0 ? Number.NaN : Math.max(...known);
      });
      return { name, color, times, values: Float64Array.from(most) };
    });
    const scale = scaleOf(durations.map(({ values }) => values));
    return timeChart({
      title: 'Proxies of the service mesh',
      subtitle: subtitle(job),
      duration: job.run.duration_seconds,
      marks,
      legend: [...counts, ...durations].map(({ name, color }) => ({ name, color })),
      panels: [
        { name: 'passages per second', lines: counts, format: formatCount },
        {
          name: `time at a proxy${scale === 'log' ? ', logarithmic' : ''}`,
          lines: durations,
          format: formatSeconds,
          scale,
        },
      ],
    });
  },
);
