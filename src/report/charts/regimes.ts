// Sampled requests over time: how many were simulated, and what Services that call each other were.
import { timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, subtitle } from './chart.ts';

const STATES = [
  { state: 'simulated', name: 'simulated until settled', color: hue.red },
  { state: 'measured', name: 'simulated and measured', color: hue.orange },
  { state: 'expected', name: 'not simulated: counted in expectation', color: hue.green },
] as const;

export const regimes = chart(
  'regimes',
  'Requests that were simulated, measured or counted in expectation, and how many groups of Services each (regimes.csv).',
  (job, marks) => {
    if (!job.has('regimes.csv')) return undefined;
    const table = job.table('regimes.csv');
    const states = table.text('state');
    if (states.length === 0) return undefined;
    const [from, to, rates] = ['from_seconds', 'to_seconds', 'requests_per_second'].map((name) => table.numbers(name));
    const interval = job.run.series_interval_seconds;
    const duration = job.run.duration_seconds;
    const length = Math.ceil(duration / interval);
    const times = Float64Array.from({ length }, (_, i) => (i + 0.5) * interval);
    /** By interval: the mean over time of what each of the rows in this state has. */
    const means = (wanted: string, of: (row: number) => number): Float64Array => {
      const values = new Float64Array(length);
      for (const [row, state] of states.entries()) {
        if (state !== wanted) continue;
        for (let i = Math.floor(from[row] / interval); i < length && i * interval < to[row]; i += 1) {
          const overlap = Math.min(to[row], (i + 1) * interval) - Math.max(from[row], i * interval);
          values[i] += (of(row) * overlap) / interval;
        }
      }
      return values;
    };
    const lines = (of: (row: number) => number) =>
      STATES.map(({ state, name, color }) => ({ name, color, times, values: means(state, of), stack: 'states' }));
    return timeChart({
      title: 'Which requests were simulated',
      subtitle: subtitle(job, 'sampled traffic'),
      duration,
      marks,
      legend: STATES.map(({ name, color }) => ({ name, color })),
      panels: [
        { name: 'requests per second', lines: lines((row) => rates[row]), format: formatCount },
        { name: 'groups of Services that call each other', lines: lines(() => 1), format: formatCount, whole: true },
      ],
    });
  },
);
