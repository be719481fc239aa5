// Priority levels of the API server: how many seats each has in use, how many requests wait for one, and how many are rejected.
import { timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, subtitle } from './chart.ts';

const COLORS = [hue.blue, hue.orange, hue.green, hue.pink, hue.sky, hue.yellow];
/** More levels than these are left out: those with the fewest requests. */
const MOST = COLORS.length;

export const priorityLevels = chart(
  'priority-levels',
  'Seats of the API server by priority level, requests that wait for them and those answered with 429 (apiserver.csv).',
  (job, marks) => {
    if (!job.has('apiserver.csv')) return undefined;
    const table = job.table('apiserver.csv');
    const columns = ['time_seconds', 'seats_in_use_max', 'requests_waiting_max', 'requests_rejected', 'requests'];
    const [times, seats, waiting, rejected, requests] = columns.map((name) => table.numbers(name));
    const total = (rows: readonly number[]): number => rows.reduce((sum, row) => sum + requests[row], 0);
    const busy = [...groupRows(table.text('level'))].filter(([, rows]) => total(rows) > 0);
    if (busy.length === 0) return undefined;
    const shown = busy.toSorted((a, b) => total(b[1]) - total(a[1])).slice(0, MOST);
    const lines = (values: Float64Array) =>
      shown.map(([name, rows], at) => ({
        name,
        color: COLORS[at],
        times: Float64Array.from(rows, (row) => times[row]),
        values: Float64Array.from(rows, (row) => values[row]),
      }));
    const more = busy.length > MOST ? [`the ${MOST} busiest of ${busy.length}`] : [];
    return timeChart({
      title: 'Priority levels of the API server',
      subtitle: subtitle(job, ...more),
      duration: job.run.duration_seconds,
      marks,
      legend: lines(seats).map(({ name, color }) => ({ name, color })),
      panels: [
        { name: 'seats in use, most', lines: lines(seats), format: formatCount, whole: true },
        { name: 'requests that wait, most', lines: lines(waiting), format: formatCount, whole: true },
        { name: 'answers 429', lines: lines(rejected), format: formatCount, whole: true },
      ],
    });
  },
);
