// Databases over time: what is committed, what comes to the wrong pod or gets lost, and how long nobody can write.
import { timeChart } from '../drawing.ts';
import { formatCount, formatSeconds } from '../format.ts';
import { chart, middles, some, subtitle } from './chart.ts';
import { groupLines } from './group-lines.ts';

export const databases = chart(
  'databases',
  'Writes that databases commit and lose, the time without a primary, and waits for locks (databases.csv).',
  (job, marks) => {
    if (!job.has('databases.csv')) return undefined;
    const table = job.table('databases.csv');
    const groups = groupLines(table.text('database'), middles(job, table));
    if (groups === undefined) return undefined;
    const interval = job.run.series_interval_seconds;
    const rate = (column: string) => table.numbers(column).map((count) => count / interval);
    const writes = table.numbers('writes');
    const waits = table.numbers('lock_wait_seconds').map((seconds, at) => seconds / Math.max(1, writes[at]));
    const optional = [
      {
        name: 'refused by pods that are not the primary, per second',
        values: rate('read_only_errors'),
        format: formatCount,
      },
      {
        name: 'time without a primary, per interval',
        values: table.numbers('without_primary_seconds'),
        format: formatSeconds,
      },
      { name: 'committed but lost, per interval', values: table.numbers('lost_writes'), format: formatCount },
      { name: 'wait for other writes, mean', values: waits, format: formatSeconds },
    ].filter(({ values }) => some(values));
    return timeChart({
      title: 'Writes to databases',
      subtitle: subtitle(job, ...groups.more),
      duration: job.run.duration_seconds,
      marks,
      legend: groups.legend,
      columns: optional.length > 2 ? 2 : 1,
      panels: [
        { name: 'committed, per second', lines: groups.of(rate('writes')), format: formatCount },
        ...optional.map(({ name, values, format }) => ({ name, lines: groups.of(values), format })),
      ],
    });
  },
);
