// The winner among equals is the element that Go's heap.Init brings to the root.
import { expect, it } from 'vitest';
import { CounterRandom } from '../engine/counter.ts';
import { choose } from './choose.ts';

/** container/heap's Init with Less(i, j) = total i > total j, as schedule_one.go has it; gives the position that ends at the root. */
function rootOf(totals: readonly number[]): number {
  const heap = totals.map((_, position) => position);
  const less = (i: number, j: number): boolean => totals[heap[i]] > totals[heap[j]];
  for (let start = Math.floor(heap.length / 2) - 1; start >= 0; start -= 1) {
    for (let i = start; ; ) {
      const left = 2 * i + 1;
      if (left >= heap.length) break;
      const child = left + 1 < heap.length && less(left + 1, left) ? left + 1 : left;
      if (!less(child, i)) break;
      [heap[i], heap[child]] = [heap[child], heap[i]];
      i = child;
    }
  }
  return heap[0];
}

it('is the root of the heap for any number of nodes and ties', () => {
  const random = new CounterRandom(1, 'ties');
  for (let count = 1; count <= 300; count += 1) {
    for (const kinds of [1, 2, 3, 20, 1000]) {
      const totals = Array.from({ length: count }, () => random.int(kinds));
      expect(choose(Float64Array.from(totals), count, 'heap', random), totals.join()).toBe(rootOf(totals));
    }
  }
});

it('is the only best node wherever that is', () => {
  for (let best = 0; best < 70; best += 1) {
    const totals = new Float64Array(70);
    totals[best] = 1;
    expect(choose(totals, 70, 'heap', new CounterRandom(1, 'unused'))).toBe(best);
  }
});
