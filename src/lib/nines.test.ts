// Nines by hand, and over several runs.
import { describe, expect, it } from 'vitest';
import { ninesInterval } from './nines-interval.ts';
import { nines } from './nines.ts';

describe('nines', () => {
  it.each([
    [1, 1000, 3],
    [0, 1000, 3],
    [5, 10_000, 3.30103],
    [1000, 1000, 0],
    [0, 1, 0],
    [500, 1000, 0.30103],
  ])('of %d failures in %d: %d', (failed, all, expected) => {
    expect(nines(failed, all)).toBeCloseTo(expected, 5);
  });

  it('over runs are those of the mean unavailability: 2 and 4 nines are 2.30 and not 3', () => {
    // Mean of 0.01 and 0.0001.
    expect(ninesInterval([2, 4]).mean).toBeCloseTo(-Math.log10(0.00505), 9);
  });

  it('have an interval that is open above where no failure at all is within it', () => {
    const { mean, low, high } = ninesInterval([2, 4]);
    expect(high).toBe(Infinity);
    expect(low).toBeLessThan(mean);
    const close = ninesInterval([3, 3.01, 2.99, 3.005]);
    expect(close.low).toBeLessThan(close.mean);
    expect(close.high).toBeGreaterThan(close.mean);
    expect(close.high).toBeLessThan(3.1);
    expect(ninesInterval([3])).toEqual({ mean: 3, low: 3, high: 3 });
    expect(ninesInterval([0, 0])).toEqual({ mean: 0, low: 0, high: 0 });
  });
});
