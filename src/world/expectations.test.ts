// Durations and verdicts as a person reads them.
import { describe, expect, it } from 'vitest';
import { showDuration } from './expectations.ts';

describe('showDuration', () => {
  it.each([
    [999, '999us'],
    [1500, '1.5ms'],
    [59.94e6, '59.94s'],
    [60e6, '1m0s'],
    // Rounded up to whole minutes, never to 60 seconds.
    [119.7e6, '2m0s'],
    [745e6, '12m25s'],
    [3599.6e6, '1h0m0s'],
    [90_061e6, '25h1m1s'],
  ])('%i µs is %s', (us, text) => {
    expect(showDuration(us)).toBe(text);
  });
});
