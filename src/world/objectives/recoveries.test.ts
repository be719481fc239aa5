// Which intervals a fault answers for, by hand: intervals of 10 s, 1 where the objectives hold.
import { describe, expect, it } from 'vitest';
import { recoveries } from './recoveries.ts';

const SECOND = 1e6;

/** Recovery times in seconds of faults that begin at these seconds; `held` is written as 1 and 0. */
function times(held: string, ...startsAt: number[]): number[] {
  const kept = Uint8Array.from(held, Number);
  const ends = Array.from(held, (_, at) => (at + 1) * 10 * SECOND);
  const faults = startsAt.map((seconds) => ({ atUs: seconds * SECOND, message: 'fault' }));
  return recoveries(faults, kept, ends).map(({ durationUs }) => durationUs / SECOND);
}

describe('the recovery of one fault', () => {
  it('is 0 where it breaks nothing, and where only the time before it is bad', () => {
    expect(times('1111', 15)).toEqual([0]);
    expect(times('0011', 25)).toEqual([0]);
    expect(times('1111', 0)).toEqual([0]);
  });

  it('ends with the last interval that does not hold, however late it begins', () => {
    expect(times('10011', 12)).toEqual([18]);
    // Nodes are given up after five minutes: the hurt may come later than the fault.
    expect(times('1110011', 10)).toEqual([40]);
    expect(times('1010111', 15)).toEqual([25]);
  });

  it('begins in the interval after it when it falls on the border', () => {
    expect(times('1011', 10)).toEqual([10]);
    expect(times('0111', 10)).toEqual([0]);
  });

  it('is without an end where the run ends before it', () => {
    expect(times('1100', 15)).toEqual([Infinity]);
    expect(times('0', 3)).toEqual([Infinity]);
    // After the end of the last interval there is nothing to answer for.
    expect(times('10', 20)).toEqual([0]);
    expect(times('', 5)).toEqual([0]);
  });
});

describe('several faults', () => {
  it('each answers up to the interval in which the next begins', () => {
    expect(times('10110111', 12, 45)).toEqual([8, 5]);
    expect(times('10100111', 12, 45)).toEqual([38, 5]);
    expect(times('1111', 5, 15, 25)).toEqual([0, 0, 0]);
  });

  it('one that still hurts when the next begins answers on, and the next as well', () => {
    expect(times('1000011', 12, 32)).toEqual([38, 18]);
    expect(times('1001011', 12, 32)).toEqual([18, 18]);
  });

  it('two at one instant answer for the same', () => {
    expect(times('1001', 10, 10)).toEqual([20, 20]);
    expect(times('100111', 10, 10, 50)).toEqual([20, 20, 0]);
  });

  it('are told in the order of their starts', () => {
    expect(times('1011101', 55, 12)).toEqual([8, 5]);
  });
});
