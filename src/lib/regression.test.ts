// Least squares against a reference data set of NIST, and against arithmetic.
import { expect, it } from 'vitest';
import { lineThrough } from './regression.ts';

// Norris, of the Statistical Reference Datasets (www.itl.nist.gov/div898/strd/lls/data/Norris.shtml): y by x.
const Y = [
  0.1, 338.8, 118.1, 888, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3, 0.1, 778.1, 668.8, 339.3, 448.9, 10.8,
  557.7, 228.3, 998, 888.8, 119.6, 0.3, 0.6, 557.6, 339.3, 888, 998.5, 778.9, 10.2, 117.6, 228.9, 668.4, 449.2, 0.2,
];
const X = [
  0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777, 558.2, 0.4, 0.6, 775.5, 666.9, 338, 447.5, 11.6, 556,
  228.1, 995.8, 887.6, 120.2, 0.3, 0.3, 556.8, 339.1, 887.2, 999, 779, 11.1, 118.3, 229.2, 669.1, 448.9, 0.5,
];

it('comes to the certified values of Norris', () => {
  const line = lineThrough(X.map((x, at) => [x, Y[at]]))!;
  expect(line.slope).toBeCloseTo(1.00211681802045, 12);
  expect(line.intercept).toBeCloseTo(-0.262323073774029, 10);
  expect(line.determination).toBeCloseTo(0.999993745883712, 12);
  // At 0 the bounds are those of the intercept: its certified standard deviation, 0.232818234301152, times t(0.975, 34) = 2.0322445.
  const { mean, low, high } = line.at(0);
  expect(mean).toBeCloseTo(line.intercept, 12);
  expect((high - low) / 2).toBeCloseTo(0.232818234301152 * 2.0322445, 6);
});

it('is exact where nothing scatters, flat where nothing varies, and nothing of too few points', () => {
  const exact = lineThrough([
    [1, 5],
    [2, 7],
    [4, 11],
  ])!;
  expect([exact.slope, exact.intercept, exact.determination]).toEqual([2, 3, 1]);
  expect(exact.at(10)).toEqual({ mean: 23, low: 23, high: 23 });
  const flat = lineThrough([
    [1, 5],
    [2, 5],
    [4, 5],
  ])!;
  expect([flat.slope, flat.determination]).toEqual([0, 1]);
  expect(lineThrough([])).toBeUndefined();
  expect(
    lineThrough([
      [1, 1],
      [2, 2],
    ]),
  ).toBeUndefined();
  expect(
    lineThrough([
      [1, 1],
      [1, 2],
      [1, 3],
    ]),
  ).toBeUndefined();
});
