// Caches over time: how often something is there, and what goes on to the Service behind them.
import { timeChart } from '../drawing.ts';
import { formatCount, formatRatio } from '../format.ts';
import { chart, middles, some, subtitle } from './chart.ts';
import { groupLines } from './group-lines.ts';

export const caches = chart(
  'caches',
  'Hit ratio of caches before calls, and the calls that miss or wait for the fetch of another one (caches.csv).',
  (job, marks) => {
    if (!job.has('caches.csv')) return undefined;
    const table = job.table('caches.csv');
    const groups = groupLines(table.text('place'), middles(job, table));
    if (groups === undefined) return undefined;
    const interval = job.run.series_interval_seconds;
    const rate = (column: string) => table.numbers(column).map((count) => count / interval);
    const optional = [
      { name: 'waited for the fetch of another one, per second', values: rate('shared') },
      { name: 'took what was too old, per second', values: rate('stale') },
    ].filter(({ values }) => some(values));
    return timeChart({
      title: 'Caches before calls',
      subtitle: subtitle(job, ...groups.more),
      duration: job.run.duration_seconds,
      marks,
      legend: groups.legend,
      panels: [
        { name: 'found their answer', lines: groups.of(table.numbers('hit_ratio')), format: formatRatio },
        { name: 'went on to the Service, per second', lines: groups.of(rate('misses')), format: formatCount },
        ...optional.map(({ name, values }) => ({ name, lines: groups.of(values), format: formatCount })),
      ],
    });
  },
);
