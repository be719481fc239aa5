// How much of the GPUs is held by pods, and how much of the rest is too fragmented for a typical pod.
import { timeChart } from '../drawing.ts';
import { formatRatio } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, ends, linesOf, subtitle } from './chart.ts';

const SHARES = [
  { column: 'gpu_allocated_ratio', name: 'held by pods, of all GPUs', color: hue.green },
  { column: 'gpu_fragmented_ratio', name: 'of no use to a typical pod, of the idle ones', color: hue.red },
] as const;

export const gpus = chart(
  'gpus',
  'Share of the GPUs held by pods, and of the idle ones that a typical pod cannot use (series.csv).',
  (job, marks) => {
    const table = job.table('series.csv');
    if (!table.has('gpu_allocated_ratio')) return undefined;
    const lines = linesOf(SHARES, (column) => table.numbers(column), { times: ends(table) });
    if (lines.length === 0) return undefined;
    return timeChart({
      title: 'GPUs held by pods, and fragmentation of the rest',
      subtitle: subtitle(job),
      duration: job.run.duration_seconds,
      marks,
      legend: lines.map(({ name, color }) => ({ name, color })),
      panels: [{ name: 'share of GPUs', lines, format: formatRatio }],
    });
  },
);
