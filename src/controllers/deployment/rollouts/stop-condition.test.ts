// Conditions on which rollouts stop: what they mean, and what is refused.
import { expect, it } from 'vitest';
import { stopCondition } from './stop-condition.ts';

it('compares with a bound in the unit of the figure, or with a multiple of the old revision', () => {
  const holds = (text: string, value: number, old?: number): boolean => stopCondition.parse(text).holds(value, old);
  expect([holds('error_ratio > 2%', 0.021), holds('error_ratio > 2%', 0.02)]).toEqual([true, false]);
  expect([holds('error_ratio>0.02', 0.021), holds('error_ratio >= 0.02', 0.02)]).toEqual([true, true]);
  expect([holds('p99 > 500ms', 500_001), holds('p99 > 500ms', 500_000)]).toEqual([true, false]);
  expect([holds('p99 > 1.2x', 121, 100), holds('p99 > 1.2x', 120, 100)]).toEqual([true, false]);
  expect([holds('rate < 10/s', 9), holds('count < 3', 2), holds('restarts > 0', 1)]).toEqual([true, true, true]);
  // Without a value of the old one there is nothing to compare with.
  expect(holds('mean > 1x', 1e9)).toBe(false);
});

it.each(['', 'p98 > 1s', 'p99 > 5', 'p99 = 1s', 'error_ratio > 1s', 'restarts > 1.5.1', 'p99 >', '> 2x', 'count > x'])(
  'refuses %j',
  (text) => {
    expect(stopCondition.safeParse(text).success).toBe(false);
  },
);
