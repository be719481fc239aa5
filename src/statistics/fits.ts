// Distributions and lines by moments and least squares, with 95 % confidence intervals.
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { spreadOf } from './moments.ts';

export interface Estimate {
  readonly value: number;
  /** Undefined where the data do not say. */
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** The χ² quantile by E. B. Wilson and M. M. Hilferty, PNAS 17(12), 1931: within 1 % from ten degrees of freedom on, within a sixth from three. */
export function chiSquareQuantile(p: number, degrees: number): number {
  const part = 2 / (9 * degrees);
  return degrees * Math.max(0, 1 - part + normalQuantile(p, 0, 1) * Math.sqrt(part)) ** 3;
}

/** A lognormal distribution with the mean and the deviation of the logarithms of the values, all above 0: Student's interval of the one, that of χ² of the other. */
export function lognormalOf(values: readonly number[]): { readonly median: Estimate; readonly sigma: Estimate } {
  const { mean, variance } = spreadOf(values.map(Math.log));
  const count = values.length;
  const known = count >= 4 && variance > 0;
  const sigma = Math.sqrt(count < 2 ? 0 : variance);
  const half = known ? (tQuantile(0.975, count - 1) * sigma) / Math.sqrt(count) : undefined;
  const bound = (p: number): number | undefined =>
    known ? sigma * Math.sqrt((count - 1) / chiSquareQuantile(p, count - 1)) : undefined;
  return {
    median: {
      value: Math.exp(mean),
      low: half === undefined ? undefined : Math.exp(mean - half),
      high: half === undefined ? undefined : Math.exp(mean + half),
    },
    sigma: { value: sigma, low: bound(0.975), high: bound(0.025) },
  };
}

/** y = intercept + slope · x by least squares, with Student's intervals from three points on; undefined where all x are equal. */
export function straightLine(
  points: readonly { readonly x: number; readonly y: number }[],
): { readonly intercept: Estimate; readonly slope: Estimate } | undefined {
  const count = points.length;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / count;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / count;
  const squares = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (!(squares > 0)) return undefined;
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / squares;
  const intercept = meanY - slope * meanX;
  const rest = points.reduce((sum, { x, y }) => sum + (y - intercept - slope * x) ** 2, 0);
  const deviation = count > 2 ? Math.sqrt(rest / (count - 2)) : undefined;
  const around = (value: number, error: number): Estimate => {
    const half = deviation === undefined ? undefined : tQuantile(0.975, count - 2) * deviation * error;
    return {
      value,
      low: half === undefined ? undefined : value - half,
      high: half === undefined ? undefined : value + half,
    };
  };
  return {
    intercept: around(intercept, Math.sqrt(1 / count + meanX ** 2 / squares)),
    slope: around(slope, Math.sqrt(1 / squares)),
  };
}
