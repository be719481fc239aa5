// Bounds of the queue as numbers, in place of VegasLimit's functions of the limit, of which there are records.
import { expect, it } from 'vitest';
import { VegasLimit } from './vegas-limit.ts';

const settings = { initialLimit: 20, maxConcurrency: 1000, smoothing: 1, probeMultiplier: 30 };

it.each([
  // A queue of 20 (1 - 100/125) = 4: between 3 and 6, the functions of 20.
  [{}, 125, 20],
  [{ alpha: 2, beta: 3 }, 125, 19],
  [{ alpha: 5, beta: 9 }, 125, 21],
  // None: it grows by beta.
  [{ alpha: 5, beta: 9 }, 100, 29],
])('with %j and %i ns in place of 100 the limit is %i', (more, rttNs, limit) => {
  const vegas = new VegasLimit({ ...settings, ...more }, () => 0.5);
  vegas.sample(100, 20, false);
  vegas.sample(rttNs, 20, false);
  expect(vegas.limit).toBe(limit);
});
