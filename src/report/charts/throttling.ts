// CPU quotas over time: how often containers were throttled, how many processors stood still for it, and what requests took meanwhile.
import { timeChart } from '../drawing.ts';
import { formatCount, formatRatio, formatSeconds } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, middles, some, subtitle } from './chart.ts';

const COLORS = [hue.blue, hue.orange, hue.green, hue.pink, hue.sky, hue.yellow];
/** More containers than these are left out: those throttled least. */
const MOST = COLORS.length;

export const throttling = chart(
  'throttling',
  'Throttled CPU periods and processors throttled, by container, beside the latency of requests (throttling.csv, series.csv).',
  (job, marks) => {
    if (!job.has('throttling.csv')) return undefined;
    const table = job.table('throttling.csv');
    const [workloads, containers] = ['workload', 'container'].map((name) => table.text(name));
    const [times, ratios, seconds] = ['time_seconds', 'throttled_ratio', 'container_cpu_cfs_throttled_seconds'].map(
      (name) => table.numbers(name),
    );
    const total = (rows: readonly number[]): number => rows.reduce((sum, row) => sum + seconds[row], 0);
    const groups = [...groupRows(workloads.map((name, row) => [name, containers[row]].filter(Boolean).join('/')))];
    if (groups.length === 0) return undefined;
    const shown = groups.toSorted((a, b) => total(b[1]) - total(a[1])).slice(0, MOST);
    const interval = job.run.series_interval_seconds;
    const lines = (value: (row: number) => number) =>
      shown.map(([name, rows], at) => ({
        name,
        color: COLORS[at],
        times: Float64Array.from(rows, (row) => times[row] - interval / 2),
        values: Float64Array.from(rows, value),
      }));
    const series = job.table('series.csv');
    const p99 = series.numbers('request_duration_seconds_p99');
    const latency = { name: 'p99 of requests', color: hue.red, times: middles(job, series), values: p99 };
    const more = groups.length > MOST ? [`the ${MOST} throttled most of ${groups.length}`] : [];
    return timeChart({
      title: 'CPU throttling',
      subtitle: subtitle(job, ...more),
      duration: job.run.duration_seconds,
      marks,
      legend: [...lines(() => 0), ...(some(p99) ? [latency] : [])].map(({ name, color }) => ({ name, color })),
      panels: [
        { name: 'throttled periods', lines: lines((row) => ratios[row]), format: formatRatio },
        { name: 'processors throttled, mean', lines: lines((row) => seconds[row] / interval), format: formatCount },
        ...(some(p99) ? [{ name: 'latency, p99', lines: [latency], format: formatSeconds }] : []),
      ],
    });
  },
);
