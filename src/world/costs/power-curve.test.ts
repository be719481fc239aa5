// The curve of one published result, point by point and between them.
import { sum } from 'd3-array';
import { expect, it } from 'vitest';
import { XEON_8276L } from '../../../test/support/specpower.ts';
import { wattsAt } from './power-curve.ts';

const { watts, operations, score } = XEON_8276L;

it('goes through the measured points', () => {
  expect(watts.map((_, at) => wattsAt(watts, at / 10))).toEqual(watts);
});

it('comes to the published overall score: sum of ssj_ops by sum of watts', () => {
  const power = sum(operations, (_, at) => wattsAt(watts, at / (operations.length - 1)));
  expect(power).toBe(2165);
  expect(Math.floor(sum(operations) / power)).toBe(score);
});

it.each([
  // Halfway from 48 to 115, a quarter from 312 to 347.
  [0.05, 81.5],
  [0.925, 320.75],
  [-1, 48],
  [1.5, 347],
])('is straight between them, and flat beyond: %d', (utilisation, expected) => {
  expect(wattsAt(watts, utilisation)).toBeCloseTo(expected, 9);
});

it('may have two points: idle and busy', () => {
  expect([0, 0.25, 1].map((utilisation) => wattsAt([100, 300], utilisation))).toEqual([100, 150, 300]);
});
