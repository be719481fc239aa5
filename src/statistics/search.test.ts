// Guesses at functions, and where to look next, against formulas.
import { describe, expect, it } from 'vitest';
import { Stream } from '../engine/random.ts';
import { backward, cholesky, forward } from './cholesky.ts';
import { expectedImprovement, feasibility } from './expected-improvement.ts';
import { GaussianProcess } from './gaussian-process.ts';

const uniform = (name: string) => {
  const stream = new Stream(1, name);
  return () => stream.uniform();
};

it('solves equations, and refuses what is not positive definite', () => {
  // Wikipedia’s example: its factor is [[2], [6, 1], [−8, 5, 3]].
  const lower = cholesky([
    [4, 12, -16],
    [12, 37, -43],
    [-16, -43, 98],
  ]);
  expect(lower).toEqual([[2], [6, 1], [-8, 5, 3]]);
  // 4 + 24 − 48 = −20, 12 + 74 − 129 = −43, −16 − 86 + 294 = 192 for x = (1, 2, 3).
  expect(backward(lower ?? [], forward(lower ?? [], [-20, -43, 192]))).toEqual([1, 2, 3]);
  expect(
    cholesky([
      [1, 2],
      [2, 1],
    ]),
  ).toBeUndefined();
});

describe('a Gaussian process', () => {
  const points = [0, 0.2, 0.4, 0.6, 0.8, 1].map((x) => [x]);
  const process = new GaussianProcess(
    points,
    points.map(([x]) => Math.sin(6 * x)),
    uniform('process'),
  );

  it('knows the function at its points and guesses it well between them', () => {
    for (const [x] of points) expect(process.at([x]).mean).toBeCloseTo(Math.sin(6 * x), 2);
    for (const x of [0.1, 0.3, 0.5, 0.7, 0.9]) {
      const { mean, deviation } = process.at([x]);
      expect(Math.abs(mean - Math.sin(6 * x))).toBeLessThan(3 * deviation + 0.02);
      expect(deviation).toBeGreaterThan(process.at([0.4]).deviation);
    }
  });

  it('is Rasmussen and Williams’ equations 2.25 and 2.26 for two points', () => {
    // Values −1 and 1 have mean 0 and deviation √2. By hand with the inverse of a 2 × 2 matrix.
    const two = new GaussianProcess([[0], [1]], [-1, 1], uniform('two'));
    const { lengths, noise } = two.kernel;
    const k = (r: number) => (1 + Math.sqrt(5) * r + (5 * r * r) / 3) * Math.exp(-Math.sqrt(5) * r);
    const [near, far, across] = [0.25, 0.75, 1].map((distance) => k(distance / lengths[0]));
    const own = 1 + noise;
    const determinant = own * own - across * across;
    const value = 1 / Math.SQRT2;
    const mean = (near * (own * -value - across * value) + far * (own * value + across * value)) / determinant;
    const known = (near * (own * near - across * far) + far * (own * far - across * near)) / determinant;
    const guess = two.at([0.25]);
    expect(guess.mean).toBeCloseTo(Math.SQRT2 * mean, 9);
    expect(guess.deviation).toBeCloseTo(Math.SQRT2 * Math.sqrt(1 - known), 9);
  });

  it('finds out which axis matters', () => {
    const many = Array.from({ length: 25 }, (_, at) => [(at % 5) / 4, Math.floor(at / 5) / 4]);
    const { kernel } = new GaussianProcess(
      many,
      many.map(([x]) => Math.sin(5 * x)),
      uniform('axes'),
    );
    expect(kernel.lengths[1]).toBeGreaterThan(2 * kernel.lengths[0]);
  });
});

it('expects improvements as their integral says', () => {
  // ∫ max(0, best − y) φ(y) dy in small steps, for mean 1.2, deviation 0.5 and best 1.
  let integral = 0;
  for (let y = -3; y < 1; y += 1e-4) {
    const z = (y - 1.2) / 0.5;
    integral += ((1 - y) * Math.exp((-z * z) / 2) * 1e-4) / (0.5 * Math.sqrt(2 * Math.PI));
  }
  expect(expectedImprovement({ mean: 1.2, deviation: 0.5 }, 1)).toBeCloseTo(integral, 4);
  expect(expectedImprovement({ mean: 0.25, deviation: 0 }, 1)).toBe(0.75);
  expect(expectedImprovement({ mean: 2, deviation: 0 }, 1)).toBe(0);
  // Φ(1.96) · Φ(0).
  expect(
    feasibility([
      { mean: 1.96, deviation: 1 },
      { mean: 0, deviation: 1 },
    ]),
  ).toBeCloseTo(0.4875, 4);
  expect(feasibility([{ mean: -1, deviation: 0 }])).toBe(0);
  expect(feasibility([])).toBe(1);
});
