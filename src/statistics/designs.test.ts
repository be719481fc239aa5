// Designs and what they say, against textbooks and functions whose answers are known.
import { describe, expect, it } from 'vitest';
import { Stream } from '../engine/random.ts';
import { factorial, fractionsOf, latinHypercube, twoLevel } from './designs.ts';
import { effectsOf } from './effects.ts';
import { elementary, trajectories } from './morris.ts';
import { sobolIndices, sobolIntervals, sobolSample } from './sobol.ts';

const uniform = (name: string) => {
  const stream = new Stream(1, name);
  return () => stream.uniform();
};

it('a factorial design has every combination once, the last axis fastest', () => {
  expect(factorial([2, 3])).toEqual([
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 1],
    [1, 2],
  ]);
  expect(factorial([])).toEqual([[]]);
});

describe('two-level designs', () => {
  // Montgomery, Design and Analysis of Experiments, table 8.14: factors, runs, resolution.
  const published = [
    [3, 4, 3],
    [4, 8, 4],
    [5, 8, 3],
    [6, 8, 3],
    [7, 8, 3],
    [5, 16, 5],
    [6, 16, 4],
    [7, 16, 4],
    [8, 16, 4],
    [9, 16, 3],
    [10, 16, 3],
    [11, 16, 3],
    [6, 32, 6],
    [7, 32, 4],
    [8, 32, 4],
    [9, 32, 4],
    [10, 32, 4],
    [11, 32, 4],
    [3, 8, Infinity],
  ] as const;

  it.each(published)(
    '%d factors in %d runs are of resolution %d, balanced, and orthogonal',
    (factors, runs, expected) => {
      const { rows, resolution } = twoLevel(factors, runs);
      expect(fractionsOf(factors)).toContain(runs);
      expect([rows.length, resolution]).toEqual([runs, expected]);
      expect(new Set(rows.map((row) => row.join(''))).size).toBe(runs);
      const signs = (factor: number) => rows.map((row) => 2 * row[factor] - 1);
      for (let a = 0; a < factors; a += 1) {
        expect(signs(a).reduce((sum, one) => sum + one, 0)).toBe(0);
        for (let b = 0; b < a; b += 1) expect(signs(a).reduce((sum, one, run) => sum + one * signs(b)[run], 0)).toBe(0);
      }
    },
  );

  it('give the effects of Box, Hunter and Hunter’s pilot plant: T 23, C −5, K 1.5, TC 1.5, TK 10, CK 0', () => {
    const yields = [60, 72, 54, 68, 52, 83, 45, 80];
    const effects = effectsOf(
      twoLevel(3).rows,
      yields.map((one) => [one, one]),
    );
    expect(effects.map(({ factors, mean, aliases }) => [factors.join(), mean, aliases.length])).toEqual([
      ['0', 23, 0],
      ['1', -5, 0],
      ['2', 1.5, 0],
      ['0,1', 1.5, 0],
      ['0,2', 10, 0],
      ['1,2', 0, 0],
    ]);
    expect(effects.map(({ p }) => p)).toEqual([0, 0, 0, 0, 0, 1]);
  });

  it('say what cannot be told apart: in half of 2³ each factor and the interaction of the others', () => {
    const effects = effectsOf(twoLevel(3, 4).rows, [[1], [2], [3], [4]]);
    expect(effects.map(({ factors, aliases }) => [factors, aliases])).toEqual([
      [[0], [[1, 2]]],
      [[1], [[0, 2]]],
      [[2], [[0, 1]]],
    ]);
  });
});

it('a Latin hypercube has one point in each slice of each axis', () => {
  const points = latinHypercube(3, 20, uniform('latin'));
  for (let axis = 0; axis < 3; axis += 1) {
    const slices = points.map((point) => Math.floor(point[axis] * 20)).sort((a, b) => a - b);
    expect(slices).toEqual(Array.from({ length: 20 }, (_, at) => at));
  }
});

describe('Morris', () => {
  it('finds the coefficients of a linear function, and of a product the spread', () => {
    const f = ([a, b, _c, d]: readonly number[]) => 3 * a - 2 * b + 4 * a * d;
    const effects: number[][] = [[], [], [], []];
    for (const { points, order } of trajectories(4, 200, uniform('morris'))) {
      for (const [step, axis] of order.entries()) {
        const by = points[step + 1][axis] - points[step][axis];
        expect(Math.abs(by)).toBeCloseTo(2 / 3, 12);
        effects[axis].push((f(points[step + 1]) - f(points[step])) / by);
      }
    }
    const [a, b, c, d] = effects.map(elementary);
    expect(b).toMatchObject({
      mu: expect.closeTo(-2, 9) as number,
      muStar: expect.closeTo(2, 9) as number,
      sigma: expect.closeTo(0, 9) as number,
    });
    expect(c.muStar).toBeCloseTo(0, 9);
    // Means over the grid: 3 + 4 E[d] = 5 and 4 E[a] = 2; the deviation of four levels, 4 · √(5/36) = 1.49.
    expect(a.muStar).toBeCloseTo(5, 0);
    expect(d.muStar).toBeCloseTo(2, 0);
    expect(Math.abs(d.sigma - 1.49)).toBeLessThan(0.15);
  });
});

describe('Sobol', () => {
  const ishigami = (point: readonly number[]) => {
    const [x, y, z] = point.map((share) => (2 * share - 1) * Math.PI);
    return Math.sin(x) + 7 * Math.sin(y) ** 2 + 0.1 * z ** 4 * Math.sin(x);
  };

  it('finds the indices of the function of Ishigami and Homma: 0.314, 0.442, 0 and 0.558, 0.442, 0.244', () => {
    const { a, b, mixed } = sobolSample(3, 2048, uniform('sobol'));
    const results = { a: a.map(ishigami), b: b.map(ishigami), mixed: mixed.map((points) => points.map(ishigami)) };
    const indices = sobolIndices(results);
    for (const [axis, [first, total]] of [
      [0.3139, 0.5576],
      [0.4424, 0.4424],
      [0, 0.2437],
    ].entries()) {
      expect(Math.abs(indices[axis].first - first)).toBeLessThan(0.04);
      expect(Math.abs(indices[axis].total - total)).toBeLessThan(0.04);
    }
    const [{ low, high }] = sobolIntervals(results, uniform('again'), 100);
    expect(low.total).toBeLessThan(0.5576);
    expect(high.total).toBeGreaterThan(0.5576);
    expect(high.total - low.total).toBeLessThan(0.15);
  });

  it('has none where nothing varies', () => {
    expect(sobolIndices({ a: [1, 1], b: [1, 1], mixed: [[1, 1]] })).toEqual([{ first: NaN, total: NaN }]);
  });
});
