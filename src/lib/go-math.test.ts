// Powers in Go's way: exact where the result is, close to JavaScript's elsewhere.
import { expect, it } from 'vitest';
import { exp2, power } from './go-math.ts';

it('is exact for powers of two', () => {
  for (const k of [-1022, -100, -3, 0, 1, 10, 1000]) expect(exp2(k)).toBe(2 ** k);
});

it('is within an ulp or two of JavaScript’s', () => {
  for (const x of [-99.9, -1.5, -0.3, 0.1, 0.49, 0.5, 33.3]) expect(exp2(x) / 2 ** x).toBeCloseTo(1, 14);
  for (const n of [-7, -2, 2, 3, 300]) expect(power(1.05, n) / 1.05 ** n).toBeCloseTo(1, 12);
});

it('knows the ends', () => {
  expect([power(3, 0), power(3, 1), power(Infinity, -2), power(Infinity, 2), power(0.25, 3), power(2, -2)]).toEqual([
    1,
    3,
    0,
    Infinity,
    0.015625,
    0.25,
  ]);
});
