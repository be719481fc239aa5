// The values of an axis on the command line.
import { describe, expect, it } from 'vitest';
import { parseAxisValues } from './axis-values.ts';

const values = (text: string) => parseAxisValues(text, '--vary x');

describe('values of --vary', () => {
  it.each([
    ['1,25%', [1, '25%']],
    ['0,500ms', [0, '500ms']],
    ['34..46:2', [34, 36, 38, 40, 42, 44, 46]],
    ['1..3', [1, 2, 3]],
    ['5..5', [5]],
    ['0..10:4', [0, 4, 8]],
    ['-1..1', [-1, 0, 1]],
    ['0.1..0.5:0.1', [0.1, 0.2, 0.3, 0.4, 0.5]],
    ['1..2,10', [1, 2, 10]],
    ['{ PowerOfTwo: {} },Random', [{ PowerOfTwo: {} }, 'Random']],
    ['a..b', ['a..b']],
  ])('%s', (text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it.each([
    ['1..3:0', 'expected a step above 0'],
    ['3..1', 'from the smaller number to the larger'],
    ['0..1000000', 'more than 10000'],
    ['', 'expected values'],
  ])('%j is refused', (text, complaint) => {
    expect(() => values(text)).toThrow(complaint);
  });
});
