// Quantities beyond the golden records: the numbers that the simulator takes, hostile sizes, messages.
import { expect, test } from 'vitest';
import { InputError } from '../../lib/errors.ts';
import { cpuMilli, parseQuantity, tryParseQuantity, wholeUnits } from './quantity.ts';

test.each([
  ['250m', 250],
  ['1.5', 1500],
  ['0.1m', 1], // rounds up
  [2, 2000],
  [0.25, 250],
])('cpu %s is %d milli', (text, milli) => {
  expect(cpuMilli(text)).toBe(milli);
});

test.each([
  ['1Gi', 2 ** 30],
  ['1.5Gi', 1536 * 2 ** 20],
  ['128974848', 128974848],
  ['129e6', 129e6],
  ['500m', 1], // rounds up
])('%s is %d whole units', (text, units) => {
  expect(wholeUnits(text)).toBe(units);
});

test('equality is numeric', () => {
  expect(parseQuantity('1024Mi').compare(parseQuantity('1Gi'))).toBe(0);
  expect(parseQuantity('0.5').compare(parseQuantity('500m'))).toBe(0);
});

test.each([
  ['3', true],
  ['3000m', true],
  ['3001m', false],
  ['1Ki', true],
  ['0.5Ki', true],
])('%s is whole: %s', (text, whole) => {
  expect(parseQuantity(text).isWhole()).toBe(whole);
});

test('a wrong quantity is an input error that shows it', () => {
  expect(() => parseQuantity('12 Gi')).toThrow(InputError);
  expect(() => parseQuantity('12Gib')).toThrow('"12Gib" is not a quantity: quantities must match');
  expect(() => parseQuantity('')).toThrow(InputError);
});

test('far exponents and endless digits cost nothing', () => {
  const huge = parseQuantity('1e1000000000');
  expect(huge.canonical()).toBe('10e999999999');
  expect(huge.compare(parseQuantity('1e-1000000000'))).toBe(1);
  expect(() => huge.add(parseQuantity('1'))).toThrow(InputError);
  expect(tryParseQuantity('0'.repeat(100_000))).toEqual({
    error: 'quantities must be no longer than 1000 characters',
  });
});
