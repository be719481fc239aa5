// Priority levels of the API server: how many seats each has in use, how many requests wait for one, and how many are rejected.
import { sum } from 'd3-array';
import { timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import { chart, subtitle } from './chart.ts';
import { groupLines } from './group-lines.ts';

export const priorityLevels = chart(
  'priority-levels',
  'Seats of the API server by priority level, requests that wait for them and those answered with 429 (apiserver.csv).',
  (job, marks) => {
    if (!job.has('apiserver.csv')) return undefined;
    const table = job.table('apiserver.csv');
    const columns = ['time_seconds', 'seats_in_use_max', 'requests_waiting_max', 'requests_rejected', 'requests'];
    const [times, seats, waiting, rejected, requests] = columns.map((name) => table.numbers(name));
    const groups = groupLines(table.text('level'), times, {
      worth: (rows) => sum(rows, (row) => requests[row]) || undefined,
      words: 'busiest',
    });
    if (groups === undefined) return undefined;
    return timeChart({
      title: 'Priority levels of the API server',
      subtitle: subtitle(job, ...groups.more),
      duration: job.run.duration_seconds,
      marks,
      legend: groups.legend,
      panels: [
        { name: 'seats in use, most', lines: groups.of(seats), format: formatCount, whole: true },
        { name: 'requests that wait, most', lines: groups.of(waiting), format: formatCount, whole: true },
        { name: 'answers 429', lines: groups.of(rejected), format: formatCount, whole: true },
      ],
    });
  },
);
