// Two sets of runs, seed by seed: differences with confidence intervals, and what they show.
import { meanInterval } from '../lib/confidence.ts';
import type { Better } from '../metrics/tables/column.ts';

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
  readonly shown: Shown;
}

/** Compares values of the same seeds, in the same order, at least one; the paired t-test at 5 %. */
export function paired(a: readonly number[], b: readonly number[], better: Better): Difference {
  const differences = a.map((value, at) => b[at] - value);
  const { count: pairs, mean: difference, half } = meanInterval(differences);
  const sides = { pairs, meanA: meanInterval(a).mean, meanB: meanInterval(b).mean, difference, half };
  if (differences.every((one) => one === 0)) return { ...sides, shown: 'equal' };
  if (half === undefined) return { ...sides, shown: 'too few seeds' };
  if (Math.abs(difference) <= half) return { ...sides, shown: 'no difference shown' };
  const way = difference > 0 ? 'higher' : 'lower';
  if (better === 'neither') return { ...sides, shown: way };
  return { ...sides, shown: better === way ? 'better' : 'worse' };
}
