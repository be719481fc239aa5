// One setting of a search: its choice on each axis, what it costs, and how far its runs are from breaking an expectation.
import quantile from '@stdlib/stats-base-dists-t-quantile';
import type { Expectation } from '../../scenario/expect.ts';
import { spreadOf } from '../../statistics/moments.ts';
import { holds } from '../../world/expectations.ts';
import type { Cell } from '../index-files.ts';

export interface Setting {
  /** The index of its value on each axis. */
  readonly row: readonly number[];
  readonly cell: Cell;
  readonly cost: number;
  /** One for each expectation: at least 0 where it holds, as a share of its bound, −1 to 1. */
  readonly margins: readonly number[];
  /** Seeds with which all expectations hold that every seed must hold by itself. */
  readonly holding: number;
  /** Whether all expectations hold, over all seeds that were run. */
  readonly keeps: boolean;
}

/** At which confidence the mean of a verified setting holds. */
const CONFIDENCE = 0.95;

/** The expectations that every seed must hold, and those whose mean must. */
export function settingOf(row: readonly number[], cell: Cell, cost: number): Setting {
  const { results, ends, verdicts } = cell;
  const complete = results.length === ends.length;
  const margins = verdicts.map(({ expectation }) => {
    const own = marginsOf(cell, expectation);
    if (!complete) return -1;
    return expectation.overSeeds === 'mean' ? spreadOf(own).mean : Math.min(...own);
  });
  const single = verdicts.map(({ expectation }) => expectation).filter(({ overSeeds }) => overSeeds === 'all');
  const holding = results.filter((result) =>
    single.every(({ text }) => result.verdicts.some(({ expectation, pass }) => expectation.text === text && pass)),
  ).length;
  return { row, cell, cost, margins, holding, keeps: complete && verdicts.every(({ pass }) => pass) };
}

/** Whether the mean of each expectation that is about the mean is shown to hold, by the runs after the first `skipped` ones: one-sided, Student. */
export function meansShown({ cell }: Setting, skipped: number): boolean {
  return cell.verdicts.every(({ expectation }) => {
    if (expectation.overSeeds === 'all') return true;
    const values = marginsOf(cell, expectation).slice(skipped);
    const { mean, variance } = spreadOf(values);
    return mean - quantile(CONFIDENCE, values.length - 1) * Math.sqrt(variance / values.length) >= 0;
  });
}

/**
 * The share of runs of which it is shown with 95 % confidence that they hold, when all of `count` do: a smaller share would let so many hold
 * with probability 5 % at most (C. Clopper and E. Pearson, Biometrika 26(4), 1934).
 */
export function shareShown(count: number): number {
  return (1 - CONFIDENCE) ** (1 / count);
}

/** Seed by seed. */
function marginsOf({ results }: Cell, expectation: Expectation): number[] {
  return results.map(({ verdicts }) => {
    const actual = verdicts.find((one) => one.expectation.text === expectation.text)?.actual;
    return marginOf(expectation, actual);
  });
}

/** How far a value is from the bound, as a share of the bound (or, of the bound 0, as it is); below 0 where it does not hold. */
export function marginOf(expectation: Expectation, actual: number | undefined): number {
  const { operator, bound, upper = bound } = expectation;
  if (actual === undefined || Number.isNaN(actual)) return -1;
  const by = (distance: number, from: number) => Math.max(-1, Math.min(1, distance / (Math.abs(from) || 1)));
  switch (operator) {
    case '<':
    case '<=': {
      const margin = by(bound - actual, bound);
      return margin === 0 && !holds(expectation, actual) ? -Number.EPSILON : margin;
    }
    case '>':
    case '>=': {
      const margin = by(actual - bound, bound);
      return margin === 0 && !holds(expectation, actual) ? -Number.EPSILON : margin;
    }
    case 'between':
      return Math.min(by(actual - bound, bound), by(upper - actual, upper));
    case '==':
      return -Math.abs(by(actual - bound, bound)) + 0;
    case '!=':
      return holds(expectation, actual) ? 1 : -1;
  }
}
