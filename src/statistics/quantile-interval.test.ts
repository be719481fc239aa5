// Intervals of quantiles against drawn samples, and how often they cover what they are of.
import { describe, expect, it } from 'vitest';
import { Stream } from '../engine/random.ts';
import { bootstrapInterval } from './bootstrap.ts';
import { leastValues, quantileEstimate } from './quantile-interval.ts';

describe('a quantile', () => {
  it.each([
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 3, 2], 0.5, 2],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9, 9],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.1, 1],
    [[7], 0.9, 7],
  ])('of %j at %d is %d', (values, share, value) => {
    expect(quantileEstimate(values, share).value).toBe(value);
  });

  it('has an interval from as many values on as can be on both sides of it', () => {
    // 0.5^6 = 1.6 % and 0.9^36 = 2.3 % are below 2.5 %; one value fewer is above.
    expect([leastValues(0.5), leastValues(0.9), leastValues(0.1)]).toEqual([6, 36, 36]);
    expect(quantileEstimate([5, 1, 4, 2, 3], 0.5)).toEqual({ value: 3, low: undefined, high: undefined });
    // Of six drawn ones three or more are the lowest with probability 6 %, and three or more among the five lowest with 99 %; among the four with 90 %.
    expect(quantileEstimate([6, 5, 1, 4, 2, 3], 0.5)).toEqual({ value: 3, low: 1, high: 5 });
    expect(quantileEstimate(Array<number>(8).fill(2), 0.5)).toEqual({ value: 2, low: 2, high: 2 });
  });

  it.each([0.5, 0.9])('at %d has the interval that drawn samples have', (share) => {
    const stream = new Stream(1, 'quantile');
    const values = Array.from({ length: 61 }, () => stream.exponential());
    const exact = quantileEstimate(values, share);
    const statistic = (sample: readonly number[]) => quantileEstimate(sample, share).value;
    const drawn = bootstrapInterval(values, statistic, { random: () => stream.uniform(), resamples: 1500 });
    const sorted = values.toSorted((a, b) => a - b);
    // Ends are values of the sample: the same one, or its neighbour.
    for (const end of ['low', 'high'] as const)
      expect(Math.abs(sorted.indexOf(exact[end] ?? NaN) - sorted.indexOf(drawn?.[end] ?? NaN))).toBeLessThanOrEqual(1);
  });

  it.each([
    // Least coverage of 95 % intervals in 2,000 samples, whose standard error is half a percentage point.
    [0.5, 10, 0.92],
    [0.5, 40, 0.92],
    [0.9, 50, 0.9],
  ])('at %d of %d exponential values is covered nearly as often as it says', (share, count, least) => {
    const stream = new Stream(2, `coverage/${share}/${count}`);
    const true_ = -Math.log(1 - share);
    const runs = 2000;
    let covered = 0;
    for (let run = 0; run < runs; run += 1) {
      const { low = NaN, high = NaN } = quantileEstimate(
        Array.from({ length: count }, () => stream.exponential()),
        share,
      );
      if (low <= true_ && true_ <= high) covered += 1;
    }
    expect(covered / runs).toBeGreaterThan(least);
  });
});
