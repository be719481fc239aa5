// Lines of groups: which are shown, in which order and colour, and what is said of the others.
import { expect, it } from 'vitest';
import { groupLines } from './group-lines.ts';

const names = ['a', 'b', 'a', 'b'];
const times = Float64Array.of(0, 0, 10, 10);
const values = Float64Array.of(1, 2, 3, 4);

it('has a line of each group, as they come', () => {
  const groups = groupLines(names, times);
  expect(groups?.more).toEqual([]);
  expect(groups?.of(values).map(({ name, times: at, values: of }) => [name, [...at], [...of]])).toEqual([
    ['a', [0, 10], [1, 3]],
    ['b', [0, 10], [2, 4]],
  ]);
  const colors = groups?.legend.map(({ color }) => color);
  expect(groups?.of(values).map(({ color }) => color)).toEqual(colors);
  expect(new Set(colors).size).toBe(2);
});

it('shows six, and says of how many', () => {
  const many = Array.from({ length: 9 }, (_, i) => `g${i}`);
  const zeros = new Float64Array(9);
  expect(groupLines(many, zeros)?.more).toEqual(['the first 6 of 9']);
  const worth = ([row]: readonly number[]): number | undefined => (row === 8 ? undefined : row);
  const ranked = groupLines(many, zeros, { worth, words: 'busiest' });
  expect(ranked?.more).toEqual(['the 6 busiest of 8']);
  expect(ranked?.legend.map(({ name }) => name)).toEqual(['g7', 'g6', 'g5', 'g4', 'g3', 'g2']);
});

it('is nothing without a group', () => {
  expect(groupLines([], new Float64Array(0))).toBeUndefined();
  expect(groupLines(names, times, { worth: () => undefined, words: 'busiest' })).toBeUndefined();
});
