// Which of several systems has the least mean: values one after the other, until all others are screened out.
import { spreadOf } from './moments.ts';

export interface SelectionOptions {
  /** The least difference worth detecting: systems closer to the best than this are as good. Above 0. */
  readonly indifference: number;
  /** The probability of a wrong selection: 0.05 for 95 % confidence. */
  readonly alpha: number;
  /** Values of each system before the first is screened out, at least 2. */
  readonly first: number;
}

/**
 * Which systems are still in contention for the least mean, by KN (S.-H. Kim and B. L. Nelson, ACM TOMACS 11(3), 2001; with c = 1).
 * `values` has a row of the same number of values for each system still in it, as many as `first` or more, value by value with
 * common random numbers or without. If the values are normal and the best is better by `indifference` at least, it is the one that remains
 * with probability 1 − alpha or more. `systems` is the number at the beginning. Returns indices into `values`, of one or more.
 */
export function inContention(
  values: readonly (readonly number[])[],
  systems: number,
  { indifference, alpha, first }: SelectionOptions,
): number[] {
  const count = values[0].length;
  const freedom = first - 1;
  const eta = ((2 * alpha) / (systems - 1)) ** (-2 / freedom) / 2 - 1 / 2;
  const sums = values.map((own) => own.reduce((sum, value) => sum + value, 0));
  const slack = (a: number, b: number): number => {
    const { variance } = spreadOf(values[a].slice(0, first).map((value, at) => value - values[b][at]));
    return Math.max(0, (eta * freedom * variance) / indifference - (indifference * count) / 2);
  };
  const left = values.flatMap((_, at) =>
    values.every((_other, other) => other === at || sums[at] <= sums[other] + slack(at, other)) ? [at] : [],
  );
  // Sums that are equal to the last bit and no slack: as good as each other, so the first one.
  return left.length > 1 && left.every((at) => left.every((other) => slack(at, other) === 0)) ? left.slice(0, 1) : left;
}
