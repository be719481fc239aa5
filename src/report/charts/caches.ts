// Caches over time: how often something is there, and what goes on to the Service behind them.
import { timeChart } from '../drawing.ts';
import { formatCount, formatRatio } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, middles, some, subtitle } from './chart.ts';

const COLORS = [hue.blue, hue.orange, hue.green, hue.pink, hue.sky, hue.yellow];
/** More caches than these are left out. */
const MOST = COLORS.length;

export const caches = chart(
  'caches',
  'Hit ratio of caches before calls, and the calls that miss or wait for the fetch of another one (caches.csv).',
  (job, marks) => {
    if (!job.has('caches.csv')) return undefined;
    const table = job.table('caches.csv');
    const groups = [...groupRows(table.text('place'))].slice(0, MOST);
    if (groups.length === 0) return undefined;
    const times = middles(job, table);
    const interval = job.run.series_interval_seconds;
    const lines = (values: Float64Array) =>
      groups.map(([name, rows], at) => ({
        name,
        color: COLORS[at],
        times: Float64Array.from(rows, (row) => times[row]),
        values: Float64Array.from(rows, (row) => values[row]),
      }));
    const rate = (column: string) => table.numbers(column).map((count) => count / interval);
    const optional = [
      { name: 'waited for the fetch of another one, per second', values: rate('shared') },
      { name: 'took what was too old, per second', values: rate('stale') },
    ].filter(({ values }) => some(values));
    return timeChart({
      title: 'Caches before calls',
      subtitle: subtitle(job),
      duration: job.run.duration_seconds,
      marks,
      legend: lines(times).map(({ name, color }) => ({ name, color })),
      panels: [
        { name: 'found their answer', lines: lines(table.numbers('hit_ratio')), format: formatRatio },
        { name: 'went on to the Service, per second', lines: lines(rate('misses')), format: formatCount },
        ...optional.map(({ name, values }) => ({ name, lines: lines(values), format: formatCount })),
      ],
    });
  },
);
