// Confidence intervals of any statistic, without a formula for its distribution: by drawing samples out of the sample.
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { quantileSorted } from 'd3-array';
import type { Uniform } from './uniform.ts';

export interface BootstrapOptions {
  readonly random: Uniform;
  /** Samples drawn; 2,000 if left out. */
  readonly resamples?: number;
  /** 0.95 if left out. */
  readonly confidence?: number;
}

/**
 * The interval of `statistic` of the values, bias-corrected and accelerated (BCa): B. Efron, "Better bootstrap confidence intervals",
 * Journal of the American Statistical Association 82(397), 1987; ties count half, as scipy.stats.bootstrap does. Undefined for fewer than
 * three values, of which drawing again shows nothing, and where every sample has the same statistic although the values differ.
 */
export function bootstrapInterval(
  values: readonly number[],
  statistic: (sample: readonly number[]) => number,
  { random, resamples = 2000, confidence = 0.95 }: BootstrapOptions,
): { readonly low: number; readonly high: number } | undefined {
  const count = values.length;
  if (count < 3) return undefined;
  const whole = statistic(values);
  if (values.every((value) => value === values[0])) return { low: whole, high: whole };
  const drawn = Array.from({ length: resamples }, () =>
    statistic(Array.from({ length: count }, () => values[Math.floor(random() * count)])),
  ).sort((a, b) => a - b);
  if (drawn[0] === drawn[resamples - 1]) return undefined;
  const below = drawn.filter((one) => one < whole).length;
  const equal = drawn.filter((one) => one === whole).length;
  // A statistic that no sample is below, or above, is as rare as half a sample.
  const share = Math.min(1 - 0.5 / resamples, Math.max(0.5 / resamples, (below + equal / 2) / resamples));
  const bias = normalQuantile(share, 0, 1);
  const acceleration = accelerationOf(values, statistic);
  const bound = (tail: number): number => {
    const shift = bias + normalQuantile(tail, 0, 1);
    return quantileSorted(drawn, normalCdf(bias + shift / (1 - acceleration * shift), 0, 1)) ?? whole;
  };
  return { low: bound((1 - confidence) / 2), high: bound((1 + confidence) / 2) };
}

/** A sixth of the skewness of the statistic with each value left out in turn (the jackknife). */
function accelerationOf(values: readonly number[], statistic: (sample: readonly number[]) => number): number {
  const without = values.map((_, at) => statistic(values.toSpliced(at, 1)));
  const mean = without.reduce((sum, one) => sum + one, 0) / without.length;
  const squares = without.reduce((sum, one) => sum + (mean - one) ** 2, 0);
  const cubes = without.reduce((sum, one) => sum + (mean - one) ** 3, 0);
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}
