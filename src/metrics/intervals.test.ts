// Large clusters are sampled less often.
import { expect, it } from 'vitest';
import { thinning } from './intervals.ts';

it.each([
  [60, 120, 1], // 7,200 rows
  [5000, 40, 1], // 200,000 rows, just enough
  [5000, 120, 3], // 600,000
  [5000, 150, 5], // 750,000 need at least every 4th
  [100_000, 120, 60], // 12,000,000
  [100_000, 240, 120], // 24,000,000
])('%i nodes over %i intervals are sampled every %i', (nodes, intervals, every) => {
  expect(thinning(nodes, intervals)).toBe(every);
});
