// Numbers as people read them.
import { expect, it } from 'vitest';
import { formatClock, formatCount, formatInterval, formatPoints, formatRatio, formatSeconds } from './format.ts';

it.each([
  [0, '0'],
  [0.000_25, '250 µs'],
  [0.012_345, '12.3 ms'],
  [1.5, '1.5 s'],
  [90, '90 s'],
  [1200, '20 min'],
  [7200, '2 h'],
])('%d seconds is %s', (value, expected) => {
  expect(formatSeconds(value)).toBe(expected);
});

it.each([
  [0.5, 2, '0.5 s'],
  [0.002, 2, '0.002 s'],
  [0.000_2, 0.5, '0.2 ms'],
  [300, 1200, '5 min'],
  [1800, 36_000, '0.5 h'],
])('%d seconds on an axis up to %d are %s', (value, greatest, expected) => {
  expect(formatSeconds(value, greatest)).toBe(expected);
});

it.each([
  [9.961, 0.8438, formatSeconds, '9.96 ± 0.84 s'],
  [0.208, 0.0011, formatSeconds, '208 ± 1.1 ms'],
  [0, 0.02, formatSeconds, '0 ± 20 ms'],
  [-1300, 61, formatSeconds, '-21.7 ± 1.02 min'],
  [0.000_648, 0.000_81, formatRatio, '0.0648 ± 0.081 %'],
  [12, 3.25, formatCount, '12 ± 3.3'],
])('mean %d with half an interval of %d', (mean, half, format, expected) => {
  expect(formatInterval(format, mean, half)).toBe(expected);
});

it('says differences of ratios in percentage points', () => {
  expect(formatPoints(-0.0123)).toBe('-1.23 pp');
});

it.each([
  [0, '0 %'],
  [0.000_493, '0.0493 %'],
  [0.171_2, '17.1 %'],
  [1, '100 %'],
])('ratio %d is %s', (value, expected) => {
  expect(formatRatio(value)).toBe(expected);
});

it.each([
  [0, '0'],
  [999, '999'],
  [1234, '1,234'],
  [88_000_123, '88,000,123'],
  [12.345, '12.3'],
  [12_345.6, '12,346'],
  [-1234, '-1,234'],
])('count %d is %s', (value, expected) => {
  expect(formatCount(value)).toBe(expected);
});

it.each([
  [0, 1200, '0:00'],
  [425, 1200, '7:05'],
  [3600, 5400, '60:00'],
  [3600, 7200, '1:00'],
  [90_000, 172_800, '25:00'],
  [0.25, 0.5, '0.25'],
  [3, 9, '3'],
])('%d of %d seconds is %s', (seconds, duration, expected) => {
  expect(formatClock(seconds, duration)).toBe(expected);
});
