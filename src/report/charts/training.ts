// Progress of training over time: how far each gang is, how many work together, and what a step takes.
import { timeChart } from '../drawing.ts';
import { formatCount, formatRatio, formatSeconds } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, some, subtitle } from './chart.ts';

const COLORS = [hue.blue, hue.orange, hue.green, hue.pink, hue.sky, hue.yellow];
/** More gangs than these are left out. */
const MOST = COLORS.length;

export const training = chart(
  'training',
  'Progress, members and length of a step of each gang that trains (training.csv).',
  (job, marks) => {
    if (!job.has('training.csv')) return undefined;
    const table = job.table('training.csv');
    const names = table.text('name');
    const namespaces = table.text('namespace');
    const column = (name: string) => table.numbers(name);
    const [times, progress, members, step] = ['time_seconds', 'progress_ratio', 'members', 'step_seconds'].map(column);
    const groups = [...groupRows(names.map((name, row) => `${namespaces[row]}/${name}`))];
    if (groups.length === 0) return undefined;
    const gangs = groups.slice(0, MOST).map(([key, rows], at) => {
      const of = (values: Float64Array): Float64Array => Float64Array.from(rows, (row) => values[row]);
      const name = key.slice(key.indexOf('/') + 1);
      const line = { name, color: COLORS[at], times: of(times) };
      return { line, progress: of(progress), members: of(members), step: of(step) };
    });
    const panels = [
      {
        name: 'steps done',
        lines: gangs.map(({ line, progress: values }) => ({ ...line, values })),
        format: formatRatio,
        domain: [0, 1] as const,
      },
      {
        name: 'members that train together',
        lines: gangs.map(({ line, members: values }) => ({ ...line, values })),
        format: formatCount,
        whole: true,
      },
      {
        name: 'time of a step',
        lines: gangs.filter((gang) => some(gang.step)).map(({ line, step: values }) => ({ ...line, values })),
        format: formatSeconds,
      },
    ].filter(({ lines }) => lines.length > 0);
    const more = groups.length > MOST ? [`the first ${MOST} of ${groups.length}`] : [];
    return timeChart({
      title: 'Training',
      subtitle: subtitle(job, ...more),
      duration: job.run.duration_seconds,
      marks,
      legend: gangs.map(({ line: { name, color } }) => ({ name, color })),
      panels,
    });
  },
);
