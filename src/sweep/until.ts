// Seeds until figures are known well enough: cell by cell, until half the 95 % confidence interval is as narrow as asked for.
import { InputError } from '../lib/errors.ts';
import { type Expectation, readBound } from '../scenario/expect.ts';
import type { Job } from '../scenario/scenario.ts';
import { look, type Precision } from '../statistics/stopping.ts';
import { cellsOf, type Cell } from './index-files.ts';
import type { JobEnd } from './run-jobs.ts';
import { withSeed } from './seeds.ts';

/** As it was written: `requests.p99 ± 2%`. */
export interface Wish {
  readonly text: string;
  readonly figure: string;
  readonly width: string;
}

export interface Goal extends Wish {
  readonly expectation: Expectation;
  /** In the figure's unit. */
  readonly precision: Precision;
}

/** What became of a goal in a cell. */
export interface Reached {
  readonly goal: Goal;
  readonly values: readonly string[];
  readonly seeds: number;
  /** In the figure's unit; NaN where there was nothing to measure. */
  readonly mean: number;
  readonly half: number | undefined;
  readonly wanted: number;
  readonly reached: boolean;
  /** Why it was not reached, or what must be known when it was; empty otherwise. */
  readonly remark: string;
}

const SIGN = /^(.*?)\s*(?:±|\+\/-|\+-)\s*(\S+(?:\s*(?:%|pp))?)$/;
/** What 3 in n runs show is missed by n runs with probability 5 % (the rule of three). */
const RARE = 3;

/** `<figure> ± <half width>`; `+-` and `+/-` will do. Throws an InputError. */
export function parseWish(text: string, by: string): Wish {
  const [, figure = '', width = ''] = SIGN.exec(text.trim()) ?? [];
  if (figure === '') {
    throw new InputError({
      file: by,
      message: `${JSON.stringify(text)}: expected <figure> ± <half width>, such as "requests.p99 ± 2%"`,
    });
  }
  return { text, figure, width: width.replaceAll(/\s/g, '') };
}

/** A percentage is one of the mean; of a ratio `0.5pp` is half a percentage point. Throws an InputError. */
export function goalOf(wish: Wish, by: string, expectations: readonly Expectation[]): Goal {
  const fail = (message: string): never => {
    throw new InputError({ file: by, message: `${JSON.stringify(wish.text)}: ${message}` });
  };
  const name = wish.figure.replaceAll(/\s+/g, ' ');
  const expectation = expectations.find(({ measured }) => measured === name) ?? fail('is not a figure by itself');
  const { unit } = expectation.figure;
  if (unit === 'nines') fail('nines have no mean of their own; name the ratio that they are of');
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(wish.width)?.[1];
  const points = unit === 'ratio' ? /^(\d+(?:\.\d+)?)pp$/.exec(wish.width)?.[1] : undefined;
  const precision =
    percent !== undefined
      ? { relative: Number(percent) / 100 }
      : { absolute: points !== undefined ? Number(points) / 100 : readBound(wish.width, unit, fail) };
  if (Object.values(precision)[0] <= 0) fail('expected a half width above 0');
  return { ...wish, expectation, precision };
}

export interface Limits {
  /** Seeds of a cell before the first look, at least 2. */
  readonly least: number;
  readonly most: number;
}

/**
 * The jobs to run next: more seeds for each cell in which a goal is not reached, none when all are or cannot be. Which ones depends on
 * results and limits alone, not on threads or times.
 */
export function moreSeeds(ends: readonly JobEnd[], goals: readonly Goal[], { least, most }: Limits): Job[] {
  return cellsOf(ends).flatMap((cell) => {
    const looks = goals.map((goal) => lookAt(cell, goal, least));
    if (looks.includes(undefined) || cell.ends.length >= most) return [];
    const open = looks.flatMap((one) => (one === undefined || one.reached ? [] : [one.next]));
    if (open.length === 0) return [];
    const [{ job }] = cell.ends;
    const count = Math.min(most, Math.max(...open)) - cell.ends.length;
    return Array.from({ length: count }, (_, at) => withSeed(job, job.seed + cell.ends.length + at));
  });
}

/** Of each goal and cell, in the order of the cells. */
export function reachedOf(cells: readonly Cell[], goals: readonly Goal[], { least, most }: Limits): Reached[] {
  return cells.flatMap((cell) =>
    goals.map((goal): Reached => {
      const { values, ends } = cell;
      const known = lookAt(cell, goal, least);
      const about = { goal, values, seeds: ends.length };
      if (known === undefined) {
        const lost = ends.some(({ result }) => result === undefined);
        const remark = lost ? 'a job failed' : 'there is a seed with nothing to measure';
        return { ...about, mean: NaN, half: undefined, wanted: NaN, reached: false, remark };
      }
      const { mean, half, wanted, reached } = known;
      const remark = !reached
        ? ends.length >= most
          ? `not reached with ${most} seeds`
          : 'was ended before'
        : half === 0
          ? `all seeds are alike; what fewer than 1 in ${Math.floor(ends.length / RARE)} runs show can be missed`
          : '';
      return { ...about, mean, half, wanted, reached, remark };
    }),
  );
}

/** Undefined when a seed has no finite value. */
function lookAt({ ends, results }: Cell, { expectation, precision }: Goal, least: number) {
  const values = results.flatMap(({ verdicts }) => {
    const actual = verdicts.find(({ expectation: own }) => own.measured === expectation.measured)?.actual;
    return actual !== undefined && Number.isFinite(actual) ? [actual] : [];
  });
  return values.length < ends.length ? undefined : look(values, precision, least);
}
