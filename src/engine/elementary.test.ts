// exp and log against the built-in functions (within one unit in the last place of theirs) and against pinned bits.
import { expect, test } from 'vitest';
import { exp, log } from './elementary.ts';
import { gamma } from './gamma.ts';
import { Stream } from './random.ts';

/** The distance in units of the last place of `expected`. */
function ulps(actual: number, expected: number): number {
  if (actual === expected) return 0;
  const exponent = Math.max(-1022, Math.floor(Math.log2(Math.abs(expected))));
  return Math.abs(actual - expected) / 2 ** Math.max(-1074, exponent - 52);
}

test('exp over its whole range', () => {
  const random = new Stream(1, 'exp');
  let worst = 0;
  for (let i = 0; i < 200_000; i++) {
    const x = i % 2 === 0 ? 1400 * (random.uniform() - 0.5) : 4 * (random.uniform() - 0.5);
    worst = Math.max(worst, ulps(exp(x), Math.exp(x)));
  }
  expect(worst).toBeLessThanOrEqual(1);
});

test('log over its whole range', () => {
  const random = new Stream(1, 'log');
  let worst = 0;
  for (let i = 0; i < 200_000; i++) {
    const x = i % 2 === 0 ? 2 ** (2000 * (random.uniform() - 0.5)) : 0.5 + random.uniform();
    worst = Math.max(worst, ulps(log(x), Math.log(x)));
  }
  expect(worst).toBeLessThanOrEqual(1);
});

test.each([
  ['exp 0', exp(0), 1],
  ['exp of much', exp(710), Number.POSITIVE_INFINITY],
  ['exp of little', exp(-746), 0],
  ['the least exp', exp(-745.1), 5e-324],
  ['log 1', log(1), 0],
  ['log 2', log(2), Math.LN2],
  ['log 10', log(10), Math.LN10],
  ['log 0', log(0), Number.NEGATIVE_INFINITY],
  ['log of a subnormal', log(5e-324), Math.log(5e-324)],
  ['log -1', log(-1), Number.NaN],
])('%s', (_, actual, expected) => expect(actual).toBe(expected));

test.each([
  [1, 1],
  [2, 1],
  [5, 24],
  [11, 3_628_800],
  [1.5, Math.sqrt(Math.PI) / 2],
  [2.5, (3 * Math.sqrt(Math.PI)) / 4],
])('gamma(%f)', (x, expected) => expect(gamma(x) / expected).toBeCloseTo(1, 12));
