// The mean of a sample and how far from it the true mean may be: Student's confidence intervals.
import quantile from '@stdlib/stats-base-dists-t-quantile';

export interface Interval {
  readonly count: number;
  readonly mean: number;
  /** Half the width of the 95 % confidence interval; undefined for fewer than two values, of which nothing can be said. */
  readonly half: number | undefined;
}

/** Mean and 95 % confidence interval of values that are independent and roughly normal; NaN of none (W. Gosset, 1908). */
export function meanInterval(values: readonly number[]): Interval {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { count, mean, half: undefined };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // Equal values may differ from their computed mean in the last bit: that is no spread.
  const spread = values.every((value) => value === values[0]) ? 0 : squares;
  return { count, mean, half: halfWidth(count, spread) };
}

/** Half the width of the 95 % confidence interval of the mean of `count` values whose squared distances from it add up to `squares`; undefined for fewer than two. */
export function halfWidth(count: number, squares: number): number | undefined {
  if (count < 2) return undefined;
  return (quantile(0.975, count - 1) * Math.sqrt(squares / (count - 1))) / Math.sqrt(count);
}
