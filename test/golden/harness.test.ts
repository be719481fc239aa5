// The harness itself: a difference is found wherever it is, and one record that differs fails the test.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { agree, difference } from './harness.ts';

// The lines about planted differences would look like real ones.
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
});

test.each([
  [{ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }, undefined],
  [{ a: 1 }, { a: 2 }, '.a: expected 1, got 2'],
  [{ a: [{ b: 'x' }] }, { a: [{ b: 'y' }] }, '.a[0].b: expected "x", got "y"'],
  [{ a: [1] }, { a: [1, 2] }, '.a: expected [1], got [1,2]'],
  [{ a: 1 }, {}, '.a: expected 1, got nothing'],
  [{}, { a: null }, '.a: expected nothing, got null'],
  [{ a: undefined }, {}, undefined],
])('%j and %j: %s', (expected, actual, text) => {
  expect(difference(expected, actual)).toBe(text);
});

test('one planted difference in three records fails', () => {
  const records = [{ n: 1 }, { n: 2 }, { n: 3 }];
  expect(() => agree('harness/planted', records, ({ n }) => difference(n, n === 2 ? 4 : n))).toThrow(
    '1 of 3 records differ',
  );
});

test('an error in the check is a difference', () => {
  const check = (): undefined => {
    throw new Error('broken');
  };
  expect(() => agree('harness/broken', [{}], check)).toThrow('broken');
});

test('no records at all is a failure', () => {
  expect(() => agree('harness/empty', [], () => undefined)).toThrow('no records');
});
