// How long a supervisor waits: a fixed time, or at once and then twice as long each time, up to a limit, until a process was stable.
import { expect, it } from 'vitest';
import { restartDelays } from './restart-delays.ts';

const backOff = { initialUs: 10e6, maxUs: 300e6 };

it('is the same each time where a time is given', () => {
  const delays = restartDelays(2e6, backOff);
  expect([1, 2, 3].map((at) => delays({ endedUs: at * 1e6, startedUs: 0 }))).toEqual([2e6, 2e6, 2e6]);
  expect(restartDelays(0, backOff)({ endedUs: 5, startedUs: 0 })).toBe(0);
});

it('backs off as a kubelet does: at once, 10 s, 20 s … 300 s', () => {
  const delays = restartDelays(-1, backOff);
  const seconds = Array.from({ length: 8 }, () => delays({ endedUs: 1e6, startedUs: 0 }) / 1e6);
  expect(seconds).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
});

it('starts over after a run of more than ten minutes, and not after one of ten', () => {
  const delays = restartDelays(-1, backOff);
  delays({ endedUs: 1, startedUs: 0 });
  expect(delays({ endedUs: 2, startedUs: 1 })).toBe(10e6);
  expect(delays({ endedUs: 600e6, startedUs: 0 })).toBe(20e6);
  expect(delays({ endedUs: 600e6 + 1, startedUs: 0 })).toBe(0);
  expect(delays({ endedUs: 3, startedUs: 2 })).toBe(10e6);
});

it('never waits where the back-off is nothing', () => {
  const delays = restartDelays(-1, { initialUs: 0, maxUs: 0 });
  expect([1, 2, 3].map(() => delays({ endedUs: 1, startedUs: 0 }))).toEqual([0, 0, 0]);
});
