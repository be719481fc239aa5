// When a mean is known well enough: intervals of a fixed width, with as many values as that takes.
import { meanInterval } from '../lib/confidence.ts';

/** Half the width of a 95 % confidence interval that is wanted: of the mean's absolute value, or in the unit of the values. */
export type Precision = { readonly relative: number } | { readonly absolute: number };

export interface Look {
  readonly mean: number;
  /** Half the 95 % confidence interval; undefined for one value. */
  readonly half: number | undefined;
  /** Half the width that is wanted. */
  readonly wanted: number;
  readonly reached: boolean;
  /** How many values to look at next: more than there are. */
  readonly next: number;
}

/** A tenth of the mean by the number of values is added to the half width: with few values nothing is precise. */
const CAUTION = 0.1;
const GROWTH = 1.25;

/**
 * Whether the mean of values that are independent is known to a precision. It is when half the interval, and on top of it a term that
 * falls as 1/n, are at most what is wanted: then the number of values grows without bound as the precision does, and the interval covers
 * the mean as often as it says (Y. S. Chow and H. Robbins, Annals of Mathematical Statistics 36(2), 1965, for an absolute width;
 * P. W. Glynn and W. Whitt, Annals of Applied Probability 2(1), 1992, theorems 1 and 3, for both, with the term a(t) = O(1/t)).
 * What is promised is a limit: with few values it is missed a little more often than 1 in 20 times, and more so the more
 * often one looks. Hence `next`: a quarter more values at least, at most twice as many, as many as their variance asks for in between.
 */
export function look(values: readonly number[], precision: Precision, least: number): Look {
  const { count, mean, half } = meanInterval(values);
  const wanted = 'relative' in precision ? precision.relative * Math.abs(mean) : precision.absolute;
  const caution = (CAUTION * Math.abs(mean)) / count;
  const reached = half !== undefined && count >= least && half + caution <= wanted;
  const needed = half === undefined || wanted === 0 ? Infinity : count * ((half + caution) / wanted) ** 2;
  const next = Math.max(least, Math.ceil(GROWTH * count), Math.min(2 * count, Math.ceil(needed)));
  return { mean, half, wanted, reached, next };
}
