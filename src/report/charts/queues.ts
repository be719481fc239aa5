// Queues of Jobs: how many wait in each, and how much of its quota each holds.
import { timeChart } from '../drawing.ts';
import { formatCount, formatRatio } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, subtitle } from './chart.ts';

const COLORS = [hue.blue, hue.orange, hue.green, hue.pink, hue.sky, hue.yellow];
/** More queues than these are left out. */
const MOST = COLORS.length;

export const queues = chart(
  'queues',
  'Jobs that wait in each queue, and the share of its quota that it holds (queues.csv).',
  (job, marks) => {
    if (!job.has('queues.csv')) return undefined;
    const table = job.table('queues.csv');
    const groups = [...groupRows(table.text('queue'))];
    if (groups.length === 0) return undefined;
    const [times, pending, used] = ['time_seconds', 'pending', 'used_ratio'].map((name) => table.numbers(name));
    const lines = (values: Float64Array) =>
      groups.slice(0, MOST).map(([name, rows], at) => ({
        name,
        color: COLORS[at],
        times: Float64Array.from(rows, (row) => times[row]),
        values: Float64Array.from(rows, (row) => values[row]),
      }));
    const more = groups.length > MOST ? [`the first ${MOST} of ${groups.length}`] : [];
    return timeChart({
      title: 'Jobs in queues',
      subtitle: subtitle(job, ...more),
      duration: job.run.duration_seconds,
      marks,
      legend: lines(pending).map(({ name, color }) => ({ name, color })),
      panels: [
        { name: 'Jobs that wait', lines: lines(pending), format: formatCount, whole: true },
        { name: 'share of its quota that it holds', lines: lines(used), format: formatRatio },
      ],
    });
  },
);
