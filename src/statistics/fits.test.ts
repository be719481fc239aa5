// Scores, lines, distributions and least squares, against formulas, tables and worked examples.
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { describe, expect, it } from 'vitest';
import { chiSquareQuantile, lognormalOf, straightLine } from './fits.ts';
import { leastSquares } from './least-squares.ts';
import { rankedScore } from './ranked-score.ts';

const equally = (values: readonly number[]) => ({ values, weights: values.map(() => 1) });

describe('the continuous ranked probability score', () => {
  it('is E|X − y| − ½ E|X − X′|, also with weights and ties', () => {
    // X = 1, 2, 4 alike; y = 2, 2, 5. E|X − 2| = 1, E|X − 5| = 8/3, ½ E|X − X′| = ½ · 2 · (1 + 3 + 2) / 9 = 2/3.
    expect(rankedScore(equally([1, 2, 4]), { values: [2, 5], weights: [2, 1] })).toBeCloseTo(
      (1 + 1 + 8 / 3) / 3 - 2 / 3,
      12,
    );
    expect(rankedScore(equally([3]), equally([1, 3, 7]))).toBeCloseTo((2 + 0 + 4) / 3, 12);
    expect(rankedScore(equally([3]), equally([3]))).toBe(0);
    expect(rankedScore(equally([]), equally([3]))).toBeNaN();
  });

  it('is the closed form for a normal prediction (Gneiting and Raftery, section 4.2)', () => {
    const normal = equally(Array.from({ length: 4000 }, (_, at) => normalQuantile((at + 0.5) / 4000, 0, 1)));
    for (const y of [-1.5, 0, 0.7]) {
      const density = Math.exp((-y * y) / 2) / Math.sqrt(2 * Math.PI);
      const closed = y * (2 * normalCdf(y, 0, 1) - 1) + 2 * density - 1 / Math.sqrt(Math.PI);
      expect(rankedScore(normal, equally([y]))).toBeCloseTo(closed, 3);
    }
  });

  it('is least for the distribution that the observations come from', () => {
    const of = equally([1, 2, 3, 4, 5]);
    const least = rankedScore(of, of);
    for (const other of [[1, 2, 3, 4, 6], [3], [1, 5], [2, 3, 4]])
      expect(rankedScore(equally(other), of)).toBeGreaterThan(least);
  });
});

describe('a straight line', () => {
  it('is that of Anscombe’s first data, with its standard errors', () => {
    const xs = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    const ys = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    const line = straightLine(xs.map((x, at) => ({ x, y: ys[at] })));
    // R: 3.0001 (1.1247), 0.5001 (0.1179); the 97.5 % quantile of t with 9 degrees is 2.262157.
    expect(line?.intercept.value).toBeCloseTo(3.0001, 4);
    expect(line?.slope.value).toBeCloseTo(0.5001, 4);
    expect((line?.intercept.high ?? 0) - (line?.intercept.low ?? 0)).toBeCloseTo(2 * 2.262157 * 1.1247, 3);
    expect((line?.slope.high ?? 0) - (line?.slope.low ?? 0)).toBeCloseTo(2 * 2.262157 * 0.1179, 3);
  });

  it('says what points do not', () => {
    expect(straightLine([{ x: 2, y: 1 }])).toBeUndefined();
    expect(
      straightLine([
        { x: 2, y: 1 },
        { x: 2, y: 5 },
      ]),
    ).toBeUndefined();
    expect(
      straightLine([
        { x: 0, y: 1 },
        { x: 2, y: 5 },
      ]),
    ).toMatchObject({ slope: { value: 2, low: undefined } });
  });
});

it('has χ² quantiles as the tables do', () => {
  for (const [p, degrees, value, within] of [
    [0.025, 3, 0.2158, 0.17],
    [0.975, 3, 9.348, 0.01],
    [0.025, 10, 3.247, 0.01],
    [0.975, 10, 20.483, 0.01],
    [0.975, 100, 129.561, 0.001],
  ])
    expect(Math.abs(chiSquareQuantile(p, degrees) / value - 1)).toBeLessThan(within);
});

it('has a lognormal distribution by the moments of logarithms', () => {
  const { median, sigma } = lognormalOf([1, 2, 4, 8, 16].map((one) => one * 0.5));
  // Logarithms to base 2: -1 … 3, mean 1, deviation √2.5.
  expect(median.value).toBeCloseTo(2, 12);
  expect(sigma.value).toBeCloseTo(Math.LN2 * Math.sqrt(2.5), 12);
  // t with four degrees: 2.776445.
  expect(median.high).toBeCloseTo(2 * Math.exp((2.776445 * Math.LN2 * Math.sqrt(2.5)) / Math.sqrt(5)), 4);
  expect(lognormalOf([3, 3, 3, 3])).toMatchObject({ sigma: { value: 0, low: undefined } });
  expect(lognormalOf([3])).toMatchObject({ median: { low: undefined }, sigma: { value: 0 } });
});

describe('least squares', () => {
  const times = [0, 1, 2, 3, 4];
  const model = ([scale, rate]: readonly number[]) => times.map((t) => scale * Math.exp(-rate * t));

  it('finds the parameters of a curve from afar', () => {
    const { parameters, misfit } = leastSquares(
      model,
      model([2, 0.5]),
      times.map(() => 1),
      [1, 0.1],
      { precision: 1e-7, rounds: 60 },
    );
    expect(parameters[0]).toBeCloseTo(2, 4);
    expect(parameters[1]).toBeCloseTo(0.5, 4);
    expect(misfit).toBeLessThan(1e-9);
  });

  it('stays where nothing depends on the parameters', () => {
    expect(leastSquares(() => [1, 1], [2, 2], [1, 1], [0.3])).toEqual({ parameters: [0.3], values: [1, 1], misfit: 2 });
  });
});
