// etcd: how large its database is, how much of that is used, and how many members run.
import { timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, subtitle } from './chart.ts';

const SIZES = [
  { column: 'database_size_bytes', name: 'size of the database', color: hue.blue },
  { column: 'database_in_use_bytes', name: 'in use', color: hue.green },
] as const;
const COUNTS = [
  { column: 'members_running', name: 'members that run', color: hue.orange },
  { column: 'quorum', name: 'quorum', color: hue.pink },
  { column: 'alarm_nospace', name: 'alarm NOSPACE', color: hue.red },
] as const;

export const etcd = chart(
  'etcd',
  'Size of the database of etcd, members that run, quorum and the alarm NOSPACE (etcd.csv).',
  (job, marks) => {
    if (!job.has('etcd.csv')) return undefined;
    const table = job.table('etcd.csv');
    const times = table.numbers('time_seconds');
    if (times.length === 0) return undefined;
    const lines = (columns: typeof SIZES | typeof COUNTS) =>
      columns.map(({ column, name, color }) => ({ name, color, times, values: table.numbers(column) }));
    const counts = lines(COUNTS);
    const sizes = lines(SIZES).map((line) => ({ ...line, values: line.values.map((bytes) => bytes / 1e6) }));
    return timeChart({
      title: 'etcd: database and members',
      subtitle: subtitle(job),
      duration: job.run.duration_seconds,
      marks,
      legend: [...sizes, ...counts].map(({ name, color }) => ({ name, color })),
      panels: [
        { name: 'database, MB', lines: sizes, format: formatCount },
        { name: 'members, quorum, alarm', lines: counts, format: formatCount, whole: true },
      ],
    });
  },
);
