// Whether the beginning of the runs, which is not like what follows, is in their means: MSER-5 on the mean latency by interval.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mean } from 'd3-array';
import { meanInterval } from '../lib/confidence.ts';
import { writeDuration } from '../lib/units.ts';
import { catalogue } from '../metrics/catalogue.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { BATCH, warmUpOf } from '../statistics/warm-up.ts';
import type { JobResult } from './job-results.ts';

const COLUMN = 'request_duration_seconds_mean';
/** So many seeds are averaged, so many cells looked at, so many warnings given. */
const MOST = { seeds: 10, cells: 40, warnings: 5 } as const;

/** Arrivals whose rate is the same all the time. */
const STEADY: ReadonlySet<string> = new Set(['constant', 'poisson', 'renewal', 'mmpp']);

/** The runs of one cell. */
export interface CheckedRuns {
  /** The choice on each axis. */
  readonly values: readonly string[];
  readonly scenario: Pick<Scenario, 'warmupUs' | 'timeline' | 'faults' | 'traffic'>;
  readonly results: readonly Pick<JobResult, 'folder'>[];
}

interface Point {
  /** End of the interval. */
  readonly us: number;
  readonly value: number;
}

/**
 * One sentence for each cell in whose means the beginning is, because its warm-up is too short; none for one with fewer than fifty
 * intervals before something is made to happen. Where a steady state is `promised`, as by `--until`, also for cells without a warm-up, and for those that have no steady state;
 * else those are left out whose load or nodes change on purpose.
 */
export function warmUpWarnings(cells: readonly CheckedRuns[], promised: boolean): string[] {
  const found = cells
    .filter(({ scenario }) => promised || (scenario.warmupUs > 0 && isSteady(scenario)))
    .slice(0, MOST.cells)
    .flatMap((cell) => warningOf(cell, promised) ?? []);
  const more = found.length - MOST.warnings;
  return more <= 0
    ? found
    : [...found.slice(0, MOST.warnings), `so it is in ${more} more ${more === 1 ? 'cell' : 'cells'}`];
}

function isSteady({ faults, traffic }: CheckedRuns['scenario']): boolean {
  return faults.length === 0 && traffic.every(({ arrivals }) => arrivals === undefined || STEADY.has(arrivals.name));
}

function warningOf({ values, scenario, results }: CheckedRuns, promised: boolean): string | undefined {
  const changesUs = Math.min(...scenario.timeline.map(({ atUs }) => atUs));
  const points = meanSeries(results).filter(({ us }) => us <= changesUs);
  const found = warmUpOf(points.map(({ value }) => value));
  if (found === undefined) return undefined;
  const where = values.length === 0 ? '' : `${values.join(', ')}: `;
  if (!found.settled) {
    return promised
      ? `${where}no steady state of the mean latency is in sight (MSER-5): means depend on how long the run is`
      : undefined;
  }
  const endUs = found.leaveOut === 0 ? 0 : points[found.leaveOut - 1].us;
  const { warmupUs } = scenario;
  if (endUs <= warmupUs) return undefined;
  const settled = points.slice(found.leaveOut).map(({ value }) => value);
  const counted = points.filter(({ us }) => us > warmupUs).map(({ value }) => value);
  const { mean: steady, half = 0 } = meanInterval(batchMeans(settled));
  const shift = (mean(counted) ?? steady) - steady;
  // What cannot be told from noise is no reason to leave anything out.
  if (Math.abs(shift) <= half) return undefined;
  const now = warmupUs === 0 ? 'there is no spec.warmup' : `spec.warmup is ${writeDuration(warmupUs)}`;
  const change = `${shift > 0 ? 'raises' : 'lowers'} the mean by ${Number(((100 * Math.abs(shift)) / steady).toPrecision(2))} %`;
  return `${where}the mean latency settles after ${writeDuration(endUs)} (MSER-5), and ${now}: what comes before ${change}`;
}

/** Neighbours are alike, means of several of them less so. */
function batchMeans(values: readonly number[]): number[] {
  return Array.from(
    { length: Math.floor(values.length / BATCH) },
    (_, at) => mean(values.slice(at * BATCH, (at + 1) * BATCH)) ?? NaN,
  );
}

/** Means over seeds, from the first interval in which all of them have a value. Nothing of jobs that keep their summary only. */
function meanSeries(results: CheckedRuns['results']): Point[] {
  const runs = results
    .map(({ folder }) => join(folder, catalogue.series.file))
    .filter((path) => existsSync(path))
    .slice(0, MOST.seeds)
    .map(latencies);
  return (runs[0] ?? []).flatMap(({ us }, at) => {
    const values = runs.flatMap((run) => run[at]?.value ?? []);
    return values.length < runs.length ? [] : [{ us, value: mean(values) ?? NaN }];
  });
}

/** Of series.csv, all of whose cells are numbers or empty. */
function latencies(path: string): { readonly us: number; readonly value: number | undefined }[] {
  const [heads = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const columns = heads.split(',');
  const [time, latency] = ['time_seconds', COLUMN].map((name) => columns.indexOf(name));
  return lines.map((line) => {
    const cells = line.split(',');
    const value = cells[latency];
    return { us: Math.round(Number(cells[time]) * 1e6), value: value === '' ? undefined : Number(value) };
  });
}
