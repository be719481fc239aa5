// How long requests take in each cell of a sweep, whole distributions: the counts of histograms.csv added up over the seeds of a cell.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatRatio, formatSeconds } from '../format.ts';
import { readTable } from '../read.ts';
import { logTicks } from '../scales.ts';
import { hue } from '../theme.ts';
import { plot } from './plot.ts';
import type { Sweep } from './read-sweep.ts';
import { axesOf } from './roles.ts';
import type { NamedDrawing } from './sweep-charts.ts';

const COLORS = [hue.blue, hue.orange, hue.green, hue.red, hue.pink, hue.sky, hue.yellow, hue.grey] as const;
/** More curves cannot be told apart. */
const MOST_CURVES = COLORS.length;
/** Places at which the curves are worked out, evenly apart on a logarithmic axis. */
const POINTS = 240;
/** What is left out at both ends: single requests would stretch the axis. */
const TAIL = 0.0005;

/** Counts of a cell's requests by the upper bounds of their buckets, in seconds, ascending. */
interface Distribution {
  readonly name: string;
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly total: number;
}

/** The share of requests that took at most so long, a curve for each cell; none where there are no requests, or more cells than colours. */
export function distributionCharts(sweep: Sweep): NamedDrawing[] {
  if (sweep.cells.length > MOST_CURVES) return [];
  const cells = sweep.cells.flatMap((cell) => distributionOf(sweep, cell) ?? []);
  if (cells.length === 0) return [];
  const from = Math.min(...cells.map((one) => quantile(one, TAIL)));
  const to = Math.max(...cells.map((one) => quantile(one, 1 - TAIL)));
  if (!(from > 0 && to > from)) return [];
  const placeOf = (seconds: number) => Math.log(seconds / from) / Math.log(to / from);
  const values = Array.from({ length: POINTS }, (_, at) => from * (to / from) ** (at / (POINTS - 1)));
  const labelled = logTicks(from, to)
    .filter((seconds) => seconds >= from && seconds <= to)
    .map((seconds) => ({ at: placeOf(seconds), label: formatSeconds(seconds) }));
  const curves = cells.map((one, at) => {
    const shares = sharesAt(one, values);
    const points = shares.map((share) => ({ mean: share, low: share, high: share }));
    return { name: one.name, color: COLORS[at % COLORS.length], points };
  });
  const drawing = plot({
    title: 'Latency of requests, distribution',
    subtitle: `${sweep.scenario} · share of requests that took at most so long · ${sweep.seeds === 1 ? 'one seed' : `${sweep.seeds} seeds added up`} · logarithmic`,
    legend: curves.some(({ name }) => name !== '') ? curves : [],
    xName: 'latency',
    ticks: values.map((seconds) => ({ at: placeOf(seconds), label: '' })),
    labelled,
    values,
    numeric: true,
    dots: false,
    panels: [{ name: '', curves }],
    format: formatRatio,
    whole: false,
    scale: 'linear',
  });
  return [{ name: 'latency-distribution', drawing }];
}

function distributionOf(sweep: Sweep, cell: Sweep['cells'][number]): Distribution | undefined {
  const { folder, jobs_folder: below, failures } = sweep;
  const failed = new Set(failures.map(({ job }) => job));
  const counts = new Map<number, number>();
  for (const job of cell.jobs) {
    const file = join(folder, below, job, 'histograms.csv');
    if (failed.has(job) || !existsSync(file)) continue;
    const table = readTable(file);
    const scopes = table.text('scope');
    const [bounds, count] = [table.numbers('le_seconds'), table.numbers('count')];
    for (const [row, scope] of scopes.entries()) {
      if (scope === 'requests') counts.set(bounds[row], (counts.get(bounds[row]) ?? 0) + count[row]);
    }
  }
  const sorted = [...counts].toSorted(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return undefined;
  return {
    name: nameOf(sweep, cell),
    bounds: sorted.map(([bound]) => bound),
    counts: sorted.map(([, count]) => count),
    total,
  };
}

/** Its choices; numbers say of what they are. */
function nameOf(sweep: Sweep, { values }: Sweep['cells'][number]): string {
  const numeric = new Set(axesOf(sweep).flatMap(({ path, numbers }) => (numbers === undefined ? [] : [path])));
  const said = sweep.axes.map(({ path, label }, at) => (numeric.has(path) ? `${label} ${values[at]}` : values[at]));
  return said.filter((_, at) => sweep.axes[at].values.length > 1).join(', ');
}

/** The bound of the bucket in which a share of the requests ends. */
function quantile({ bounds, counts, total }: Distribution, share: number): number {
  let seen = 0;
  const at = counts.findIndex((count) => (seen += count) >= share * total);
  return bounds[at === -1 ? bounds.length - 1 : at];
}

/** Of each of the ascending values the share of requests whose bucket ends at it or before. */
function sharesAt({ bounds, counts, total }: Distribution, values: readonly number[]): number[] {
  let at = 0;
  let seen = 0;
  return values.map((value) => {
    // A value that was worked out by powers may be below its bound by the last bit.
    for (; at < bounds.length && bounds[at] <= value * (1 + 1e-12); at += 1) seen += counts[at];
    return seen / total;
  });
}
