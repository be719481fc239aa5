// Confidence intervals against printed tables and worked examples.
import { describe, expect, it } from 'vitest';
import { meanInterval } from './confidence.ts';

describe('meanInterval', () => {
  it.each([
    // t(0.975) of Student's table: 12.706 for 1 degree of freedom, 4.303 for 2, 2.262 for 9, 1.984 for 99.
    [2, 12.706],
    [3, 4.303],
    [10, 2.262],
    [100, 1.984],
  ])('of %d values uses the quantile %d', (count, t) => {
    const values = Array.from({ length: count }, (_, index) => index);
    const mean = (count - 1) / 2;
    // The variance of 0, 1, …, n-1 with n-1 below is n(n+1)/12.
    const error = Math.sqrt((count * (count + 1)) / 12 / count);
    const interval = meanInterval(values);
    expect(interval.mean).toBeCloseTo(mean, 12);
    expect((interval.half ?? 0) / error).toBeCloseTo(t, 3);
  });

  it('agrees with R on extra hours of sleep (Student 1908): t.test(extra[11:20] - extra[1:10])', () => {
    const differences = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];
    const { mean, half = 0 } = meanInterval(differences);
    expect(mean).toBeCloseTo(1.58, 12);
    expect(mean - half).toBeCloseTo(0.7001142, 6);
    expect(mean + half).toBeCloseTo(2.4598858, 6);
  });

  it('knows nothing of the spread of one value, and of none nothing', () => {
    expect(meanInterval([3])).toEqual({ count: 1, mean: 3, half: undefined });
    expect(meanInterval([])).toEqual({ count: 0, mean: Number.NaN, half: undefined });
  });

  it('is of no width where all values are equal', () => {
    expect(meanInterval([0.1, 0.1, 0.1]).half).toBe(0);
  });
});
