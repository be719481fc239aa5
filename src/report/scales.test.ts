// Round ticks that hold the data.
import { describe, expect, it } from 'vitest';
import { linearTicks, logTicks, timeTicks } from './scales.ts';

it.each([
  [1200, 10, [0, 120, 240, 360, 480, 600, 720, 840, 960, 1080, 1200]], // 20 min every 2 min
  [1200, 3, [0, 600, 1200]],
  [90, 10, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]],
  [0.5, 10, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5]],
  [2, 4, [0, 0.5, 1, 1.5, 2]],
  [1e-3, 5, [0, 2e-4, 4e-4, 6e-4, 8e-4, 1e-3]],
  [86_400, 9, [0, 10_800, 21_600, 32_400, 43_200, 54_000, 64_800, 75_600, 86_400]], // a day every 3 h
])('%i seconds with at most %i steps', (duration, most, expected) => {
  expect(timeTicks(duration, most)).toEqual(expected);
});

it.each([
  [118, 4, false, [0, 30, 60, 90, 120]],
  [0.22, 2, false, [0, 0.15, 0.3]],
  [100, 5, false, [0, 20, 40, 60, 80, 100]],
  [1, 5, true, [0, 1]],
  [11, 5, true, [0, 3, 6, 9, 12]],
  [0, 5, true, [0, 1]],
])('0 to %d in at most %i steps, whole: %s', (max, most, whole, expected) => {
  expect(linearTicks(max, most, whole)).toEqual(expected);
});

describe('linearTicks', () => {
  it('always reaches the greatest value in the steps allowed', () => {
    for (let max = 0.001; max < 1e6; max *= 1.37) {
      for (const most of [2, 3, 5]) {
        const ticks = linearTicks(max, most, false);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-9));
        expect(ticks.length).toBeLessThanOrEqual(most + 1);
        expect(ticks.at(-1)).toBeLessThanOrEqual(max * 2);
      }
    }
  });
});

it.each([
  [0.042, 1.9, [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2]],
  [0.1, 0.1, [0.1, 0.2]],
  [1e-4, 0.15, [1e-4, 1e-3, 1e-2, 0.2]], // 0.1 would lie on 0.2
  [1e-6, 100, [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100]], // too many: powers of ten alone
])('logarithmic from %d to %d', (min, max, expected) => {
  expect(logTicks(min, max)).toEqual(expected);
});
