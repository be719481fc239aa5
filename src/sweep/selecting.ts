// The best of several cells, with a stated probability: seeds until all others are screened out.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../lib/errors.ts';
import { selectionColumns } from '../metrics/tables/experiments.ts';
import { headerOf, linesOf } from '../results/csv.ts';
import type { Job } from '../scenario/scenario.ts';
import { spreadOf } from '../statistics/moments.ts';
import { inContention } from '../statistics/selection.ts';
import { figureFacts } from './figure-facts.ts';
import { type Cell, cellsOf } from './index-files.ts';
import type { JobEnd } from './run-jobs.ts';
import { withSeed } from './seeds.ts';
import type { Goal, Limits } from './until.ts';

export interface Contender {
  readonly cell: Cell;
  /** In the figure's unit; NaN where a seed has nothing to measure. */
  readonly mean: number;
  /** Not screened out. */
  readonly left: boolean;
}

export interface Selection {
  readonly contenders: readonly Contender[];
  /** The one that is left; undefined while there are several. */
  readonly best: Contender | undefined;
  /** What is closer to the best than this is as good, in the figure's unit; undefined where there was nothing to tell apart. */
  readonly indifference: number | undefined;
}

const ALPHA = 0.05;
/** Seeds of a round after the first one. */
const ROUND = 5;

/** Throws an InputError for a figure of which neither more nor less is better. */
export function checkDirection({ expectation, text }: Goal, by: string): void {
  if (figureFacts(expectation.measured).better !== 'neither') return;
  throw new InputError({
    file: by,
    message: `${JSON.stringify(text)}: of this figure neither more nor less is better`,
  });
}

/** More seeds for the cells that are still in contention; none when one is left, or when there are as many as allowed. */
export function moreForBest(ends: readonly JobEnd[], goal: Goal, limits: Limits): Job[] {
  const left = screened(cellsOf(ends), goal, limits).contenders.filter((one) => one.left);
  if (left.length < 2) return [];
  return left.flatMap(({ cell: { ends: own } }) => {
    const [{ job }] = own;
    const count = Math.min(ROUND, limits.most - own.length);
    return Array.from({ length: Math.max(0, count) }, (_, at) => withSeed(job, job.seed + own.length + at));
  });
}

/**
 * Screens seed by seed, as all have the same seeds (common random numbers). Cells closer to the best than the goal's width, a percentage as
 * one of the first cell's mean over the seeds of the first round, count as good as it.
 */
export function screened(cells: readonly Cell[], goal: Goal, { least }: Limits): Selection {
  const sign = figureFacts(goal.expectation.measured).better === 'higher' ? -1 : 1;
  const measured = cells.map((cell) => {
    const values = valuesIn(cell, goal);
    return { cell, values: values.length < cell.ends.length ? undefined : values.map((value) => sign * value) };
  });
  let left = measured.flatMap(({ values }, at) => (values === undefined || values.length < least ? [] : [at]));
  const valuesOf = (at: number) => measured[at].values ?? [];
  let indifference: number | undefined;
  if (left.length > 1) {
    const { precision } = goal;
    const about = Math.abs(spreadOf(valuesOf(left[0]).slice(0, least)).mean);
    const zone = 'absolute' in precision ? precision.absolute : precision.relative * about;
    indifference = zone;
    for (let count = least; left.length > 1; count += 1) {
      const known = left.map((at) => valuesOf(at).slice(0, count));
      if (known.some(({ length }) => length < count)) break;
      const kept = inContention(known, cells.length, { indifference: zone, alpha: ALPHA, first: least });
      left = kept.map((one) => left[one]);
    }
  }
  const contenders = measured.map(({ cell, values = [] }, at) => ({
    cell,
    mean: sign * spreadOf(values).mean,
    left: left.includes(at),
  }));
  return { contenders, best: left.length === 1 ? contenders[left[0]] : undefined, indifference };
}

function valuesIn({ results }: Cell, { expectation }: Goal): number[] {
  return results.flatMap(({ verdicts }) => {
    const actual = verdicts.find(({ expectation: own }) => own.measured === expectation.measured)?.actual;
    return actual !== undefined && Number.isFinite(actual) ? [actual] : [];
  });
}

export function writeSelection(
  folder: string,
  { contenders, best, indifference }: Selection,
  { expectation }: Goal,
): void {
  const { unit } = figureFacts(expectation.measured);
  const scale = expectation.figure.unit === 'us' ? 1e6 : 1;
  const lines = contenders.map((one) => ({
    cell: one.cell.values.join(', '),
    figure: expectation.measured,
    unit,
    seeds: one.cell.ends.length,
    mean: Number.isNaN(one.mean) ? null : one.mean / scale,
    indifference: indifference === undefined ? null : indifference / scale,
    in_contention: one.left ? 'yes' : 'no',
    best: one === best ? 'yes' : 'no',
  }));
  writeFileSync(join(folder, 'best.csv'), headerOf(selectionColumns) + linesOf('best.csv', selectionColumns, lines));
}
