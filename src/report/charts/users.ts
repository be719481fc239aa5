// Users over time: how many think, how many wait for an answer, and how many come and give up.
import { timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import { chart, some, subtitle } from './chart.ts';
import { groupLines } from './group-lines.ts';

export const users = chart(
  'users',
  'Users of each source who think and who wait for an answer, and how many leave after a failure (users.csv).',
  (job, marks) => {
    if (!job.has('users.csv')) return undefined;
    const table = job.table('users.csv');
    const columns = ['time_seconds', 'users_thinking', 'users_waiting', 'users_gave_up'];
    const [times, thinking, waiting, gaveUp] = columns.map((name) => table.numbers(name));
    const groups = groupLines(table.text('source'), times);
    if (groups === undefined) return undefined;
    const panel = (name: string, values: Float64Array) => ({
      name,
      lines: groups.of(values),
      format: formatCount,
      whole: true,
    });
    return timeChart({
      title: 'Users who wait and who think',
      subtitle: subtitle(job, ...groups.more),
      duration: job.run.duration_seconds,
      marks,
      legend: groups.legend,
      panels: [
        panel('wait for an answer', waiting),
        panel('think', thinking),
        ...(some(gaveUp) ? [panel('left after a failure, by interval', gaveUp)] : []),
      ],
    });
  },
);
