// Mean ranks by hand.
import { expect, it } from 'vitest';
import { meanRanks } from './ranks.ts';

it.each<[string, number[][], 'higher' | 'lower', number[]]>([
  ['the least is the first', [[10, 20, 30]], 'lower', [1, 2, 3]],
  ['the most is the first', [[10, 20, 30]], 'higher', [3, 2, 1]],
  ['equals share', [[5, 5, 9, 1]], 'lower', [2.5, 2.5, 4, 1]],
  ['all are equal', [[0, 0, 0]], 'higher', [2, 2, 2]],
  [
    'the mean over rows',
    [
      [1, 2, 3],
      [3, 2, 1],
      [1, 3, 2],
    ],
    'lower',
    [5 / 3, 7 / 3, 2],
  ],
  ['no rows', [], 'lower', []],
])('%s', (_, values, better, expected) => {
  expect(meanRanks(values, better)).toEqual(expected);
});
