// Message queues over time: how many messages wait, who consumes them, and how long they take.
import { timeChart } from '../drawing.ts';
import { formatCount, formatSeconds } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, subtitle } from './chart.ts';

/** Panels above each other; more of them stand side by side. */
const MOST_ROWS = 4;
const COLORS = [hue.blue, hue.orange, hue.green, hue.pink, hue.sky, hue.yellow];
/** More groups than these are left out. */
const MOST = COLORS.length;

export const messages = chart(
  'messages',
  'Messages that wait in each queue, the members of its groups, and how long messages take (messages.csv).',
  (job, marks) => {
    if (!job.has('messages.csv')) return undefined;
    const table = job.table('messages.csv');
    const names = table.text('group');
    const groups = [...groupRows(table.text('queue').map((queue, row) => `${queue}, ${names[row]}`))].slice(0, MOST);
    if (groups.length === 0) return undefined;
    const times = table.numbers('time_seconds');
    const lines = (values: Float64Array) =>
      groups.map(([name, rows], at) => ({
        name,
        color: COLORS[at],
        times: Float64Array.from(rows, (row) => times[row]),
        values: Float64Array.from(rows, (row) => values[row]),
      }));
    const counts = (name: string, column: string) => ({
      name,
      lines: lines(table.numbers(column)),
      format: formatCount,
      whole: true,
    });
    const lags = table.numbers('lag');
    // Of a queue without partitions it would be the same again.
    const spreads = table.numbers('partition_lag').some((most, row) => most < lags[row]);
    const happens = (column: string) => table.numbers(column).some((value) => value > 0);
    const panels = [
      counts('published and not acknowledged', 'lag'),
      ...(spreads ? [counts('of these, in the partition that has most', 'partition_lag')] : []),
      ...(happens('leaderless') ? [counts('partitions that no broker leads', 'leaderless')] : []),
      ...(happens('buffered') ? [counts('kept by publishers, as no broker takes them', 'buffered')] : []),
      counts('members', 'members'),
      {
        name: 'from publishing to acknowledgement, 99th percentile',
        lines: lines(table.numbers('duration_p99_seconds')),
        format: formatSeconds,
      },
    ];
    return timeChart({
      title: 'Messages in queues',
      subtitle: subtitle(job),
      duration: job.run.duration_seconds,
      marks,
      legend: lines(times).map(({ name, color }) => ({ name, color })),
      panels,
      columns: panels.length > MOST_ROWS ? 2 : 1,
    });
  },
);
