// Paired differences against a textbook's example.
import { describe, expect, it } from 'vitest';
import { paired } from './paired.ts';

/** Student 1908, the hours of sleep that two drugs added, of ten people; R's data set `sleep`. */
const DRUG_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
const DRUG_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

describe('paired', () => {
  it('agrees with t.test(sleep, paired = TRUE) of R', () => {
    const { pairs, meanA, meanB, difference, half = 0, effectSize, shown } = paired(DRUG_1, DRUG_2, 'higher');
    expect([pairs, shown]).toEqual([10, 'better']);
    expect(meanA).toBeCloseTo(0.75, 12);
    expect(meanB).toBeCloseTo(2.33, 12);
    expect(difference).toBeCloseTo(1.58, 12);
    expect(difference - half).toBeCloseTo(0.7001142, 6);
    expect(difference + half).toBeCloseTo(2.4598858, 6);
    // t = 4.0621 there, and the effect size is t / √10.
    expect(effectSize).toBeCloseTo(4.0621277 / Math.sqrt(10), 6);
  });

  it('needs the pairing: with the people in another order nothing would be shown', () => {
    // 1.58 ± 2.262 · s/√10 = 1.58 ± 2.56.
    const { difference, half = 0, shown } = paired(DRUG_1, DRUG_2.toReversed(), 'higher');
    expect(difference).toBeCloseTo(1.58, 12);
    expect(half).toBeCloseTo(2.558183, 5);
    expect(shown).toBe('no difference shown');
  });

  it('has no effect size where no difference varies, or where there is one pair', () => {
    expect(paired([1, 2, 3], [2, 3, 4], 'lower').effectSize).toBeUndefined();
    expect(paired([1], [2], 'lower').effectSize).toBeUndefined();
  });

  it.each([
    [[1, 2, 3], [2, 3.1, 4], 'lower', 'worse'],
    [[1, 2, 3], [2, 3.1, 4], 'higher', 'better'],
    [[1, 2, 3], [2, 3.1, 4], 'neither', 'higher'],
    [[2, 3.1, 4], [1, 2, 3], 'neither', 'lower'],
    [[1, 2, 3], [1, 2, 3], 'lower', 'equal'],
    [[1, 2, 3], [2, 1, 3], 'lower', 'no difference shown'],
    [[1, 2, 3], [2, 3, 4], 'lower', 'worse'],
    [[1], [2], 'lower', 'too few seeds'],
    [[1], [1], 'lower', 'equal'],
  ] as const)('%j against %j, where %s is better, is %s', (a, b, better, shown) => {
    expect(paired(a, b, better).shown).toBe(shown);
  });
});
