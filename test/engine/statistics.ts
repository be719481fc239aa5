// What a sample must satisfy to be called a distribution's: moments and quantiles within four standard errors.
import { expect } from 'vitest';

const LIMIT = 4;

export function sample(count: number, draw: () => number): Float64Array {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = draw();
  return values;
}

/** How many standard errors the sample's mean and variance are from what they should be. */
export function momentErrors(values: Float64Array, mean: number, variance: number): { mean: number; variance: number } {
  let sum = 0;
  for (const value of values) sum += value - mean;
  const actualMean = sum / values.length;
  let second = 0;
  let fourth = 0;
  for (const value of values) {
    const square = (value - mean - actualMean) ** 2;
    second += square;
    fourth += square * square;
  }
  second /= values.length;
  fourth /= values.length;
  const errorOfVariance = Math.sqrt((fourth - second * second) / values.length);
  return {
    mean: variance === 0 ? actualMean : actualMean / Math.sqrt(variance / values.length),
    variance: errorOfVariance === 0 ? second - variance : (second - variance) / errorOfVariance,
  };
}

export function expectMoments(values: Float64Array, mean: number, variance: number): void {
  const errors = momentErrors(values, mean, variance);
  expect(Math.abs(errors.mean), `mean ${mean}`).toBeLessThan(LIMIT);
  expect(Math.abs(errors.variance), `variance ${variance}`).toBeLessThan(LIMIT);
}

/** The share of the sample at or below `x` must be `share`, for each pair. */
export function expectShares(values: Float64Array, pairs: readonly (readonly [x: number, share: number])[]): void {
  for (const [x, share] of pairs) {
    let below = 0;
    for (const value of values) if (value <= x) below++;
    const error = Math.sqrt((share * (1 - share)) / values.length);
    expect(Math.abs(below / values.length - share) / error, `share ${share} below ${x}`).toBeLessThan(LIMIT);
  }
}

/** (chi-square - degrees of freedom) in standard deviations, for counts that should all be equal. */
export function chiSquareScore(counts: Int32Array): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const expected = total / counts.length;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return (chiSquare - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1));
}

/** The correlation of two equally long samples, in standard errors of independent ones. */
export function correlationScore(left: Float64Array, right: Float64Array): number {
  const count = left.length;
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / count;
  const [meanLeft, meanRight] = [mean(left), mean(right)];
  let [both, one, other] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    both += (left[i] - meanLeft) * (right[i] - meanRight);
    one += (left[i] - meanLeft) ** 2;
    other += (right[i] - meanRight) ** 2;
  }
  return (both / Math.sqrt(one * other)) * Math.sqrt(count);
}
