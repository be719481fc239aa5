// Two sets of runs, seed by seed: differences with confidence intervals, and what they show.
import { deviation } from 'd3-array';
import { meanInterval } from '../lib/confidence.ts';
import type { Better } from '../metrics/tables/column.ts';
import { holm } from '../statistics/holm.ts';
import { pairedTest } from '../statistics/paired-test.ts';

/** What a difference shows. `higher` and `lower` are for figures of which neither is better. */
export type Shown = 'better' | 'worse' | 'higher' | 'lower' | 'no difference shown' | 'equal' | 'too few seeds';

export interface Difference {
  readonly pairs: number;
  readonly meanA: number;
  readonly meanB: number;
  /** Mean of B − A. */
  readonly difference: number;
  /** Half the 95 % confidence interval of the mean difference; undefined for one pair. */
  readonly half: number | undefined;
  /** Mean difference in standard deviations of the differences (Cohen's d of pairs); undefined for one pair, and where no difference varies. */
  readonly effectSize: number | undefined;
  /** Of the test that the mean difference is 0; undefined for one pair. */
  readonly p: number | undefined;
  /** The same for all comparisons of a table together (Holm): a verdict needs 0.05 at most. As `p` until they are judged together. */
  readonly adjustedP: number | undefined;
  readonly shown: Shown;
}

const ALPHA = 0.05;

/** Compares values of the same seeds, in the same order, at least one; the paired t-test at 5 %. */
export function paired(a: readonly number[], b: readonly number[], better: Better): Difference {
  const differences = a.map((value, at) => b[at] - value);
  const { count: pairs, mean: difference, half } = meanInterval(differences);
  const p = half === undefined ? undefined : pairedTest(differences);
  const spread = deviation(differences) ?? 0;
  // What rounding leaves of equal differences is no spread.
  const effectSize = spread <= 1e-9 * Math.abs(difference) ? undefined : difference / spread;
  const means = { meanA: meanInterval(a).mean, meanB: meanInterval(b).mean };
  const sides = { pairs, ...means, difference, half, effectSize, p, adjustedP: p };
  if (differences.every((one) => one === 0)) return { ...sides, shown: 'equal' };
  if (half === undefined) return { ...sides, shown: 'too few seeds' };
  if (Math.abs(difference) <= half) return { ...sides, shown: 'no difference shown' };
  const way = difference > 0 ? 'higher' : 'lower';
  if (better === 'neither') return { ...sides, shown: way };
  return { ...sides, shown: better === way ? 'better' : 'worse' };
}

/**
 * Judges comparisons that are read together: the chance that any of the differences shown is none is 5 % at most. Those that are equal seed by
 * seed are no tests, and do not count.
 */
export function judgedTogether<One extends Difference>(rows: readonly One[]): One[] {
  const adjusted = holm(rows.map(({ p, shown }) => (p === undefined || shown === 'equal' ? NaN : p)));
  return rows.map((row, at): One => {
    if (Number.isNaN(adjusted[at])) return row;
    const different = adjusted[at] <= ALPHA;
    return { ...row, adjustedP: adjusted[at], shown: different ? row.shown : 'no difference shown' };
  });
}
