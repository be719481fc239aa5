// Go durations beyond the golden records: limits of the range.
import { expect, test } from 'vitest';
import { formatGoDuration, parseGoDuration, tryParseGoDuration } from './go-duration.ts';

test.each([
  ['9223372036854775807ns', 9223372036854775807n],
  ['-9223372036854775808ns', -9223372036854775808n],
  ['0000000000000000000000000000000000000000000000001s', 1_000_000_000n],
  ['1.00000000000000000000000000000000000000000000001s', 1_000_000_000n],
])('%s is %d ns', (text, nanoseconds) => {
  expect(parseGoDuration(text)).toBe(nanoseconds);
});

test.each(['9223372036854775808ns', '1', '-', '1.5', `${'9'.repeat(100_000)}h`])('%s is refused', (text) => {
  expect(tryParseGoDuration(text)).toHaveProperty('error');
});

test('prints as Go does', () => {
  expect(formatGoDuration(0n)).toBe('0s');
  expect(formatGoDuration(-1_500_000n)).toBe('-1.5ms');
  expect(formatGoDuration(3_600_000_000_000n)).toBe('1h0m0s');
});
