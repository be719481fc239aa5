// Quantiles of a sample with confidence intervals, by the bootstrap whose distribution is known exactly.
import betainc from '@stdlib/math-base-special-betainc';
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';

const CONFIDENCE = 0.95;
const TAIL = (1 - CONFIDENCE) / 2;

export interface QuantileEstimate {
  readonly value: number;
  /** Ends of the 95 % interval; undefined where there are too few values. */
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/**
 * How many values an interval of a quantile takes, `share` between 0 and 1: with fewer it is likelier than half of 5 % that all of them are on
 * one side of the true quantile, and no interval that is made of them can reach it. 6 for the median, 36 for the 90th percentile.
 */
export function leastValues(share: number): number {
  return Math.ceil(Math.log(TAIL) / Math.log(Math.max(share, 1 - share)));
}

/**
 * The least of the values that at least `share` of them do not exceed (R. J. Hyndman and Y. Fan, American Statistician 50(4), 1996, their first
 * definition), with its BCa interval (B. Efron, Journal of the American Statistical Association 82(397), 1987). Nothing is drawn: a sample drawn out
 * of n values has at least k of them among the c lowest with probability I(c/n; k, n − k + 1), the regularised incomplete beta function
 * (J. S. Maritz and R. G. Jarrett, JASA 73(361), 1978). `values`: one or more, independent, in any order.
 */
export function quantileEstimate(values: readonly number[], share: number): QuantileEstimate {
  const count = values.length;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = rankOf(count, share);
  const value = sorted[rank - 1];
  if (count < leastValues(share)) return { value, low: undefined, high: undefined };
  if (sorted[0] === sorted[count - 1]) return { value, low: value, high: value };
  /** The chance that the quantile of a drawn sample is among the so many lowest values. */
  const chance = (lowest: number): number =>
    lowest === 0 ? 0 : lowest === count ? 1 : betainc(lowest / count, rank, count - rank + 1);
  const below = sorted.indexOf(value);
  const upTo = sorted.lastIndexOf(value) + 1;
  const bias = normalQuantile((chance(below) + chance(upTo)) / 2, 0, 1);
  const acceleration = accelerationOf(sorted, share);
  const bound = (tail: number): number => {
    const shift = bias + normalQuantile(tail, 0, 1);
    const level = normalCdf(bias + shift / (1 - acceleration * shift), 0, 1);
    let [least, most] = [1, count];
    while (least < most) {
      const middle = Math.floor((least + most) / 2);
      if (chance(middle) >= level) most = middle;
      else least = middle + 1;
    }
    return sorted[least - 1];
  };
  return { value, low: bound(TAIL), high: bound(1 - TAIL) };
}

/** Of the value that is the quantile, counted from 1. */
function rankOf(count: number, share: number): number {
  // 0.9 · 10 is 9, whatever its last bit says.
  return Math.max(1, Math.ceil(count * share - 1e-9));
}

/** A sixth of the skewness of the quantile with each value left out in turn: it is one of two neighbours. */
function accelerationOf(sorted: readonly number[], share: number): number {
  const count = sorted.length;
  const rank = rankOf(count - 1, share);
  const [lower, upper] = [sorted[rank - 1], sorted[rank]];
  // Without one of the `rank` lowest values it is the upper one.
  const uppers = rank / count;
  const mean = lower + (upper - lower) * uppers;
  const [low, high] = [mean - lower, mean - upper];
  const squares = count * ((1 - uppers) * low ** 2 + uppers * high ** 2);
  const cubes = count * ((1 - uppers) * low ** 3 + uppers * high ** 3);
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}
