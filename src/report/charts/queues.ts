// Queues of Jobs: how many wait in each, and how much of its quota each holds.
import { timeChart } from '../drawing.ts';
import { formatCount, formatRatio } from '../format.ts';
import { chart, subtitle } from './chart.ts';
import { groupLines } from './group-lines.ts';

export const queues = chart(
  'queues',
  'Jobs that wait in each queue, and the share of its quota that it holds (queues.csv).',
  (job, marks) => {
    if (!job.has('queues.csv')) return undefined;
    const table = job.table('queues.csv');
    const [times, pending, used] = ['time_seconds', 'pending', 'used_ratio'].map((name) => table.numbers(name));
    const groups = groupLines(table.text('queue'), times);
    if (groups === undefined) return undefined;
    return timeChart({
      title: 'Jobs in queues',
      subtitle: subtitle(job, ...groups.more),
      duration: job.run.duration_seconds,
      marks,
      legend: groups.legend,
      panels: [
        { name: 'Jobs that wait', lines: groups.of(pending), format: formatCount, whole: true },
        { name: 'share of its quota that it holds', lines: groups.of(used), format: formatRatio },
      ],
    });
  },
);
