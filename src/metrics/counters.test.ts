// Totals and the share of each interval.
import { expect, it } from 'vitest';
import { Counters } from './counters.ts';
import { thinning } from './intervals.ts';

it('counts in total and by interval', () => {
  const counters = new Counters(['writes', 'conflicts']);
  const { writes, conflicts } = counters.index;
  counters.add(writes, 2);
  expect(counters.take(writes)).toBe(2);
  counters.add(writes, 3);
  counters.add(conflicts, 1);
  expect([counters.take(writes), counters.take(writes), counters.take(conflicts)]).toEqual([3, 0, 1]);
  expect([counters.total(writes), counters.total(conflicts)]).toEqual([5, 1]);
  counters.reset();
  expect([counters.total(writes), counters.take(writes)]).toEqual([0, 0]);
  expect(() => new Counters(['a', 'a'])).toThrow('a counter is named twice: a, a');
});

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
