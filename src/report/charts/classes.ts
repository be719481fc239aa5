// Classes of requests over time: how many there are of each, how many fail, and how long they take.
import { timeChart } from '../drawing.ts';
import { formatCount, formatSeconds } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, middles, some, subtitle } from './chart.ts';

const COLORS = [hue.blue, hue.orange, hue.green, hue.pink, hue.sky, hue.yellow];
/** More classes than these are left out. */
const MOST = COLORS.length;

export const classes = chart(
  'classes',
  'Requests of each class per second, those that failed, and their 99th percentile (classes.csv).',
  (job, marks) => {
    if (!job.has('classes.csv')) return undefined;
    const table = job.table('classes.csv');
    const sources = table.text('source');
    const several = new Set(sources).size > 1;
    const names = table.text('class').map((name, row) => (several ? `${sources[row]}: ${name}` : name));
    const groups = [...groupRows(names)];
    if (groups.length === 0) return undefined;
    const times = middles(job, table);
    const interval = job.run.series_interval_seconds;
    const lines = (values: Float64Array) =>
      groups.slice(0, MOST).map(([name, rows], at) => ({
        name,
        color: COLORS[at],
        times: Float64Array.from(rows, (row) => times[row]),
        values: Float64Array.from(rows, (row) => values[row]),
      }));
    const rate = (column: string) => table.numbers(column).map((count) => count / interval);
    const errors = rate('errors');
    const more = groups.length > MOST ? [`the first ${MOST} of ${groups.length}`] : [];
    return timeChart({
      title: 'Requests by class',
      subtitle: subtitle(job, ...more),
      duration: job.run.duration_seconds,
      marks,
      legend: lines(errors).map(({ name, color }) => ({ name, color })),
      panels: [
        { name: 'ended per second', lines: lines(rate('requests')), format: formatCount },
        ...(some(errors) ? [{ name: 'failed per second', lines: lines(errors), format: formatCount }] : []),
        { name: '99th percentile', lines: lines(table.numbers('request_duration_seconds_p99')), format: formatSeconds },
      ],
    });
  },
);
