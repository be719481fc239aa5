// When JSON says the same of two values.
import { expect, it } from 'vitest';
import { equalAsJson } from './equal.ts';

it('takes a field that is undefined for none, and keys in any order', () => {
  expect(equalAsJson({ a: 1, b: [{ c: 2 }], d: undefined }, { b: [{ c: 2, e: undefined }], a: 1 })).toBe(true);
  expect(equalAsJson({ a: undefined }, {})).toBe(true);
  expect(equalAsJson({}, { a: undefined })).toBe(true);
});

it('sees another value, another length, another type and a null', () => {
  const pairs: [unknown, unknown][] = [
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { b: 1 }],
    [{}, { a: 1 }],
    [[1], [1, 1]],
    [[1, 1], [1]],
    [[], {}],
    [{ a: null }, {}],
    [{}, { a: null }],
    ['1', 1],
    [{ a: [{ b: 1 }] }, { a: [{ b: 1, c: 0 }] }],
  ];
  for (const [one, other] of pairs) expect(equalAsJson(one, other)).toBe(false);
});
