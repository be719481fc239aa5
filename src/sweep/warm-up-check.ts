// Whether the beginning of the runs, which is not like what follows, is in their means: MSER-5 on the mean latency by interval.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { mean } from 'd3-array';
import { writeDuration } from '../lib/units.ts';
import { catalogue } from '../metrics/catalogue.ts';
import { warmUpOf } from '../statistics/warm-up.ts';
import type { Cell } from './index-files.ts';

const COLUMN = 'request_duration_seconds_mean';

/** One sentence for each cell whose warm-up is too short, or that has no steady state; none for one of fewer than fifty intervals. */
export function warmUpWarnings(cells: readonly Cell[]): string[] {
  return cells.flatMap((cell) => {
    const points = meanSeries(cell);
    const found = warmUpOf(points.map(({ value }) => value));
    if (found === undefined) return [];
    const { scenario } = cell.ends[0].job.loaded;
    const where = cell.values.length === 0 ? '' : `${cell.values.join(', ')}: `;
    if (!found.settled)
      return [`${where}no steady state of the mean latency is in sight (MSER-5): means depend on how long the run is`];
    const endUs = found.leaveOut === 0 ? 0 : Math.round(points[found.leaveOut - 1].seconds * 1e6);
    if (endUs <= scenario.warmupUs) return [];
    const now =
      scenario.warmupUs === 0 ? 'there is no spec.warmup' : `spec.warmup is ${writeDuration(scenario.warmupUs)}`;
    return [`${where}the mean latency settles after ${writeDuration(endUs)} (MSER-5), and ${now}`];
  });
}

/** Means over the seeds, from the first interval in which all of them have a value. */
function meanSeries({ results }: Cell): { readonly seconds: number; readonly value: number }[] {
  const runs = results.map(({ folder }) =>
    parse<Record<string, string>>(readFileSync(join(folder, catalogue.series.file), 'utf8'), { columns: true }),
  );
  return (runs[0] ?? []).flatMap((row, at) => {
    const values = runs.map((run) => run[at]?.[COLUMN] ?? '');
    return values.includes('')
      ? []
      : [{ seconds: Number(row['time_seconds']), value: mean(values.map(Number)) ?? NaN }];
  });
}
