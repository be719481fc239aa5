// What NetworkPolicies forbade over time, by who tried to reach whom.
import { groups } from 'd3-array';
import { timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, subtitle } from './chart.ts';

const COLORS = [hue.red, hue.orange, hue.blue, hue.pink, hue.green, hue.sky, hue.grey] as const;
const OUTSIDE = 'outside';

export const denials = chart(
  'denials',
  'Connections that NetworkPolicies forbade per second, by the namespaces of both ends (denials.csv).',
  (job, marks) => {
    if (!job.has('denials.csv')) return undefined;
    const table = job.table('denials.csv');
    const ends = table.numbers('time_seconds');
    if (ends.length === 0) return undefined;
    const interval = job.run.series_interval_seconds;
    const duration = job.run.duration_seconds;
    const counts = table.numbers('connections');
    const from = table.text('from_namespace');
    const to = table.text('to_namespace');
    const pairs = groups([...ends.keys()], (row) => `${from[row] || OUTSIDE} → ${to[row] || OUTSIDE}`)
      .map(([name, rows]) => ({ name, rows, sum: rows.reduce((sum, row) => sum + (counts[row] ?? 0), 0) }))
      .sort((a, b) => b.sum - a.sum)
      .slice(0, COLORS.length);
    // An interval without a row had none.
    const times = Float64Array.from({ length: Math.ceil(duration / interval) }, (_, i) => (i + 0.5) * interval);
    const lines = pairs.map(({ name, rows }, at) => {
      const values = new Float64Array(times.length);
      for (const row of rows) {
        const index = Math.min(times.length, Math.ceil(ends[row] / interval)) - 1;
        values[index] += (counts[row] ?? 0) / interval;
      }
      return { name, color: COLORS[at], times, values };
    });
    return timeChart({
      title: 'Connections that NetworkPolicies forbade',
      subtitle: subtitle(job),
      duration,
      marks,
      legend: lines.map(({ name, color }) => ({ name, color })),
      panels: [{ name: 'per second', lines, format: formatCount }],
    });
  },
);
