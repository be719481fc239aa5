// Charts of the seeds of one scenario: how it develops over time, the mean of the seeds with its 95 % confidence band.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { clockUnit, formatCount, formatRatio, formatSeconds } from '../format.ts';
import { commonMarks, type Mark, readMarks } from '../marks.ts';
import { readJob } from '../read.ts';
import { hue } from '../theme.ts';
import { MeansOverTime } from './means-over-time.ts';
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
/** Marks are what so many seeds have in common. */
const MOST_MARKED = 50;

/** Those charts that have something to show; none for fewer than two jobs, or for jobs of which the summary alone was kept. */
export function seedCharts(sweep: Sweep): NamedDrawing[] {
  const failed = new Set(sweep.failures.map(({ job }) => job));
  const folders = sweep.cells
    .flatMap((cell) => cell.jobs)
    .filter((job) => !failed.has(job))
    .map((job) => join(sweep.folder, sweep.jobs_folder, job))
    .filter((folder) => existsSync(folder));
  if (folders.length < 2) return [];
  const { duration, times, means: over, marks } = readSeeds(folders);
  return CHARTS.flatMap(({ name, title, format, whole, columns }) => {
    const curves = columns.map(({ column, name: curve, color }): Curve => {
      const points = over.get(column)?.intervals() ?? [];
      return { name: curve, color, points };
    });
    const means = curves.flatMap(({ points }) => points.flatMap((point) => point?.mean ?? []));
    const least = Math.min(...means);
    if (means.length === 0 || Math.max(...means) === 0) return [];
    const wide = !whole && least > 0 && Math.max(...means) / least >= WIDE;
    const drawing = plot({
      title,
      subtitle: `${sweep.scenario} · mean of ${folders.length} seeds with its 95 % confidence interval${wide ? ' · logarithmic' : ''}`,
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

interface Seeds {
  /** Of a run, in seconds. */
  readonly duration: number;
  readonly times: Float64Array;
  readonly means: ReadonlyMap<string, MeansOverTime>;
  readonly marks: readonly Mark[];
}

/** Reads one seed after the other, and keeps none. */
function readSeeds(folders: readonly string[]): Seeds {
  const first = readJob(folders[0]);
  const times = first.table('series.csv').numbers('time_seconds');
  const names = CHARTS.flatMap(({ columns }) => columns.map(({ column }) => column));
  const means = new Map(names.map((name) => [name, new MeansOverTime(times.length)]));
  const marks: Mark[][] = [];
  for (const folder of folders) {
    const job = readJob(folder);
    const series = job.table('series.csv');
    for (const [name, over] of means) over.add(series.numbers(name));
    if (marks.length < MOST_MARKED) marks.push(readMarks(job));
  }
  return { duration: first.run.duration_seconds, times, means, marks: commonMarks(marks) };
}
