// The queue of a zone: one at once, then at the rate; a new rate begins drained when the old bucket was empty.
import { describe, expect, it } from 'vitest';
import { ZoneQueue } from './zone-queue.ts';
import type { NodeRow } from '../../model/rows.ts';

/** Seconds at which nodes come through when asked every 100 ms until `until`. */
function times(queue: ZoneQueue, from: number, until: number): string[] {
  const passed: string[] = [];
  for (let tenth = from * 10; tenth <= until * 10; tenth += 1) {
    const node = queue.head(tenth * 1e5);
    if (node === undefined) continue;
    queue.done(node);
    passed.push(`${node}@${tenth / 10}`);
  }
  return passed;
}

describe('ZoneQueue', () => {
  it('lets the first through at once and the others ten seconds apart at 0.1/s', () => {
    const queue = new ZoneQueue(0.1, 0);
    for (const node of [4, 2, 9]) queue.add(node as NodeRow);
    expect(times(queue, 100, 150)).toEqual(['4@100', '2@110', '9@120']);
  });

  it('does not take a node in again before it was removed', () => {
    const queue = new ZoneQueue(0.1, 0);
    queue.add(1 as NodeRow);
    expect(times(queue, 0, 1)).toEqual(['1@0']);
    queue.add(1 as NodeRow);
    expect(times(queue, 20, 30)).toEqual([]);
    queue.remove(1 as NodeRow);
    queue.add(1 as NodeRow);
    expect(times(queue, 40, 50)).toEqual(['1@40']);
  });

  it('begins drained after a rate of 0: the next comes ten seconds after the change', () => {
    const queue = new ZoneQueue(0.1, 0);
    queue.setRate(0, 50e6);
    for (const node of [1, 2]) queue.add(node as NodeRow);
    expect(queue.moves).toBe(false);
    expect(times(queue, 50, 60)).toEqual([]);
    queue.setRate(0.1, 60e6);
    expect(times(queue, 60, 90)).toEqual(['1@70', '2@80']);
  });
});
