// Users over time: how many think, how many wait for an answer, and how many come and give up.
import { timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, some, subtitle } from './chart.ts';

const COLORS = [hue.blue, hue.orange, hue.green, hue.pink, hue.sky, hue.yellow];
/** More sources than these are left out. */
const MOST = COLORS.length;

export const users = chart(
  'users',
  'Users of each source who think and who wait for an answer, and how many leave after a failure (users.csv).',
  (job, marks) => {
    if (!job.has('users.csv')) return undefined;
    const table = job.table('users.csv');
    const groups = [...groupRows(table.text('source'))].slice(0, MOST);
    if (groups.length === 0) return undefined;
    const columns = ['time_seconds', 'users_thinking', 'users_waiting', 'users_gave_up'];
    const [times, thinking, waiting, gaveUp] = columns.map((name) => table.numbers(name));
    const lines = (values: Float64Array) =>
      groups.map(([name, rows], at) => ({
        name,
        color: COLORS[at],
        times: Float64Array.from(rows, (row) => times[row]),
        values: Float64Array.from(rows, (row) => values[row]),
      }));
    const panel = (name: string, values: Float64Array) => ({
      name,
      lines: lines(values),
      format: formatCount,
      whole: true,
    });
    return timeChart({
      title: 'Users who wait and who think',
      subtitle: subtitle(job),
      duration: job.run.duration_seconds,
      marks,
      legend: lines(waiting).map(({ name, color }) => ({ name, color })),
      panels: [
        panel('wait for an answer', waiting),
        panel('think', thinking),
        ...(some(gaveUp) ? [panel('left after a failure, by interval', gaveUp)] : []),
      ],
    });
  },
);
