// Timestamps against the platform's calendar.
import { describe, expect, it } from 'vitest';
import { timestamp, timestampUs } from './timestamp.ts';

describe('timestamp', () => {
  it('agrees with the calendar over ninety years, leap days included', () => {
    const start = Date.UTC(2026, 0, 1);
    for (let seconds = 0; seconds < 90 * 365 * 86_400; seconds += 86_400 * 3 + 4217) {
      const expected = new Date(start + seconds * 1000).toISOString().replace('.000Z', 'Z');
      expect(timestamp(seconds * 1e6)).toBe(expected);
    }
  });

  it('is read back', () => {
    for (let seconds = 0; seconds < 90 * 365 * 86_400; seconds += 86_400 * 5 + 3217) {
      expect(timestampUs(timestamp(seconds * 1e6))).toBe(seconds * 1e6);
    }
    expect(timestampUs('yesterday')).toBeNaN();
  });

  it('rounds down to whole seconds', () => {
    expect(timestamp(0)).toBe('2026-01-01T00:00:00Z');
    expect(timestamp(1_999_999)).toBe('2026-01-01T00:00:01Z');
  });
});
