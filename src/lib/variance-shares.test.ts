// Shares of a variance that are none.
import { expect, it } from 'vitest';
import { areNoShares } from './variance-shares.ts';

it.each([
  [{ value: 0.3 }, { value: 0.5 }, false],
  // Rounding and a little noise.
  [{ value: -0.05 }, { value: 0 }, false],
  [{ value: 0.52, low: 0.2, high: 0.8 }, { value: 0.5, low: 0.2, high: 0.9 }, false],
  [{ value: -0.2 }, { value: 0.1 }, true],
  [{ value: 0.9 }, { value: 1.2 }, true],
  [{ value: 0.3, low: -0.5, high: 0.9 }, { value: 0.5 }, true],
  [{ value: 0.577 }, { value: 0.101 }, true],
])('%j alone and %j together with others: %j', (alone, together, none) => {
  expect(areNoShares(alone, together)).toBe(none);
});
