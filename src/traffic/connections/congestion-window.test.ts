// Slow start in closed form: windows that double, ways of limited rate, and what idleness makes of a window.
import { describe, expect, it } from 'vitest';
import { afterIdle, sendingUs } from './congestion-window.ts';

const SEGMENT = 1460;
const WINDOW = 10 * SEGMENT;
const cold = (windowBytes = WINDOW) => ({ windowBytes, lastSentUs: 0 });

describe('slow start', () => {
  it.each([1, WINDOW, WINDOW + 1, 3 * WINDOW, 3 * WINDOW + 1, 7 * WINDOW, 1e6, 1e9])(
    'takes k - 1 round trips for %i bytes in k doubling windows',
    (bytes) => {
      // W, 2W, … 2^(k-1) W hold (2^k - 1) W.
      const k = Math.ceil(Math.log2(bytes / WINDOW + 1));
      expect(sendingUs(cold(), bytes, 50e3, Infinity)).toBe((k - 1) * 50e3);
    },
  );

  it('adds the time of the last window on a way of limited rate', () => {
    // 1 MB/s: a window of 14,600 bytes takes 14.6 ms, less than a round trip of 50; the next 29.2; the third, of 58.4 ms, fills the way.
    const bytes = WINDOW + 2 * WINDOW + 200e3;
    expect(sendingUs(cold(), bytes, 50e3, 1e6)).toBeCloseTo(50e3 + 50e3 + 200e3, 6);
  });

  it('is over where a window fills the way from the start', () => {
    expect(sendingUs(cold(), 1e6, 10e3, 1e6)).toBe(1e6);
    expect(sendingUs(cold(), 1e6, 0, Infinity)).toBe(0);
    expect(sendingUs(cold(), 0, 50e3, 1e6)).toBe(0);
  });

  it('goes on with the window that it has reached', () => {
    const direction = cold();
    sendingUs(direction, 7 * WINDOW, 50e3, Infinity);
    expect(direction.windowBytes).toBe(4 * WINDOW);
    expect(sendingUs(direction, 4 * WINDOW, 50e3, Infinity)).toBe(0);
  });
});

it.each([
  [199e3, 64],
  [200e3, 32],
  [399e3, 32],
  [600e3, 8],
  [10e6, 1],
])('after %i µs of idleness the window is %i times the first one', (idleUs, times) => {
  const direction = cold(64 * WINDOW);
  afterIdle(direction, WINDOW, idleUs, 10e3);
  expect(direction.windowBytes).toBe(times * WINDOW);
});
