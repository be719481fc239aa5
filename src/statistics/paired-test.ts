// Whether differences have a mean other than 0: Student's test, and what is left of it when nothing varies.
import cdf from '@stdlib/stats-base-dists-t-cdf';
import { spreadOf } from './moments.ts';

/**
 * The two-sided p-value of the paired t-test, of differences that are independent and roughly normal (W. Gosset, Biometrika 6(1),
 * 1908). NaN for fewer than two; 1 when all are 0, and 0 when all are one other value.
 */
export function pairedTest(differences: readonly number[]): number {
  const count = differences.length;
  if (count < 2) return NaN;
  const { mean, variance } = spreadOf(differences);
  if (variance === 0) return mean === 0 ? 1 : 0;
  return 2 * cdf(-Math.abs(mean) / Math.sqrt(variance / count), count - 1);
}
