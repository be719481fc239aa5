// Completion indexes as the API server reads them (pkg/apis/batch/validation, validation_test.go).
import { expect, test } from 'vitest';
import { tryParseJobIndexes } from './job-indexes.ts';

test.each([
  ['', []],
  ['0', [[0, 0]]],
  [
    '1,3',
    [
      [1, 1],
      [3, 3],
    ],
  ],
  [
    '0-2,4,7-9',
    [
      [0, 2],
      [4, 4],
      [7, 9],
    ],
  ],
])('%j', (text, intervals) => {
  expect(tryParseJobIndexes(text, 10)).toEqual({ intervals });
});

test.each([
  ['1-x', 'cannot convert string to integer for index: "x"'],
  ['1,,2', 'cannot convert string to integer for index: ""'],
  ['-1', 'cannot convert string to integer for index: ""'],
  [
    '0-2-4',
    `the fragment "0-2-4" violates the requirement that an index interval can have at most two parts separated by '-'`,
  ],
  ['10', 'too large index: "10"'],
  ['2-12', 'too large index: "12"'],
  ['3-3', 'non-increasing order, previous: 3, current: 3'],
  ['4,2', 'non-increasing order, previous: 4, current: 2'],
  ['0-2,2', 'non-increasing order, previous: 2, current: 2'],
])('%j is refused', (text, error) => {
  expect(tryParseJobIndexes(text, 10)).toEqual({ error });
});
