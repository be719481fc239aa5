// Charts of the seeds of one scenario: how it develops over time, the mean of the seeds with its 95 % confidence band.
import { meanInterval } from '../../lib/confidence.ts';
import { clockUnit, formatCount, formatRatio, formatSeconds } from '../format.ts';
import { commonMarks, readMarks } from '../marks.ts';
import { readJob } from '../read.ts';
import { hue } from '../theme.ts';
import { type Curve, plot } from './plot.ts';
import type { Sweep } from './read-sweep.ts';
import type { NamedDrawing } from './sweep-charts.ts';

const CHARTS = [
  {
    name: 'latency-over-seeds',
    title: 'Latency of requests, by percentile',
    format: formatSeconds,
    whole: false,
    columns: [
      { column: 'request_duration_seconds_p99', name: 'p99', color: hue.orange },
      { column: 'request_duration_seconds_p50', name: 'p50 (median)', color: hue.sky },
    ],
  },
  {
    name: 'errors-over-seeds',
    title: 'Share of failed requests',
    format: formatRatio,
    whole: false,
    columns: [{ column: 'requests_error_ratio', name: 'failed requests', color: hue.red }],
  },
  {
    name: 'pods-over-seeds',
    title: 'Pods ready, and pending',
    format: formatCount,
    whole: true,
    columns: [
      { column: 'kube_pod_status_ready', name: 'ready', color: hue.green },
      { column: 'kube_pod_status_phase_pending', name: 'pending', color: hue.orange },
    ],
  },
] as const;

/** A logarithmic axis is used when the greatest mean is this many times the least. */
const WIDE = 8;

/** Those charts that have something to show; none for fewer than two jobs. */
export function seedCharts(sweep: Sweep): NamedDrawing[] {
  const failed = new Set(sweep.failures.map(({ job }) => job));
  const jobs = sweep.cells.flatMap((cell) => cell.jobs).filter((job) => !failed.has(job));
  if (jobs.length < 2) return [];
  const runs = jobs.map((job) => readJob(`${sweep.folder}/${sweep.jobs_folder}/${job}`));
  const tables = runs.map((run) => run.table('series.csv'));
  const { duration_seconds: duration } = runs[0].run;
  const times = tables[0].numbers('time_seconds');
  const marks = commonMarks(runs.map(readMarks));
  return CHARTS.flatMap(({ name, title, format, whole, columns }) => {
    const curves = columns.map(({ column, name: curve, color }): Curve => {
      const series = tables.map((table) => table.numbers(column));
      const points = Array.from(times, (_, at) => {
        const values = series.map((one) => one[at]).filter((value) => !Number.isNaN(value));
        if (values.length === 0) return undefined;
        const { mean, half = 0 } = meanInterval(values);
        return { mean, low: Math.max(0, mean - half), high: mean + half };
      });
      return { name: curve, color, points };
    });
    const means = curves.flatMap(({ points }) => points.flatMap((point) => point?.mean ?? []));
    const least = Math.min(...means);
    if (means.length === 0 || Math.max(...means) === 0) return [];
    const wide = !whole && least > 0 && Math.max(...means) / least >= WIDE;
    const drawing = plot({
      title,
      subtitle: `${sweep.scenario} · mean of ${jobs.length} seeds with its 95 % confidence interval${wide ? ' · logarithmic' : ''}`,
      legend: curves,
      time: { duration, marks },
      xName: `simulated time (${clockUnit(duration)})`,
      ticks: Array.from(times, (time) => ({ at: time / duration, label: '' })),
      values: [...times],
      numeric: true,
      dots: false,
      panels: [{ name: '', curves }],
      format,
      whole,
      scale: wide ? 'log' : 'linear',
    });
    return [{ name, drawing }];
  });
}
