// How long requests took in each cell of a sweep: the counts of histograms.csv, added up over the seeds of a cell.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTable } from '../read.ts';
import type { Sweep } from './read-sweep.ts';
import { axesOf } from './roles.ts';

/** Counts of a cell's requests by the upper bounds of their buckets, in seconds, ascending. */
export interface Distribution {
  readonly name: string;
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly total: number;
}

/** Of the cells in which there are requests. */
export function distributionsOf(sweep: Sweep): Distribution[] {
  return sweep.cells.flatMap((cell) => distributionOf(sweep, cell) ?? []);
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
export function quantile({ bounds, counts, total }: Distribution, share: number): number {
  let seen = 0;
  const at = counts.findIndex((count) => (seen += count) >= share * total);
  return bounds[at === -1 ? bounds.length - 1 : at];
}

/** Of each of the ascending values the share of requests whose bucket ends at it or before. */
export function sharesAt({ bounds, counts, total }: Distribution, values: readonly number[]): number[] {
  let at = 0;
  let seen = 0;
  return values.map((value) => {
    // A value that was worked out by powers may be below its bound by the last bit.
    for (; at < bounds.length && bounds[at] <= value * (1 + 1e-12); at += 1) seen += counts[at];
    return seen / total;
  });
}
