// Hot dialect: which of the nodes with the best total wins.
import type { Random } from '../engine/random.ts';

/** `heap`: kube-scheduler 1.35 and newer; `random`: uniform among the best, the rule before. */
export type TieBreak = 'heap' | 'random';

/**
 * True when position `a` (from 0) is visited before `b` by a walk of a binary heap's tree: a node, its left subtree, its right one.
 * Of several largest elements, Go's heap.Init brings the first in this order to the root: a parent yields only to a strictly
 * larger child, and the left child wins a draw between children.
 */
function earlierInHeap(a: number, b: number): boolean {
  let x = a + 1;
  let y = b + 1;
  const depthX = 31 - Math.clz32(x);
  const depthY = 31 - Math.clz32(y);
  if (depthX > depthY) x >>>= depthX - depthY;
  else y >>>= depthY - depthX;
  return x === y ? depthX < depthY : x < y;
}

/** Position of the winner among `totals[0] … totals[count - 1]`. `random` is drawn from only for that rule. */
export function choose(totals: Float64Array, count: number, rule: TieBreak, random: Random): number {
  let best = 0;
  let ties = 1;
  for (let i = 1; i < count; i += 1) {
    if (totals[i] < totals[best]) continue;
    if (totals[i] > totals[best]) {
      best = i;
      ties = 1;
    } else if (rule === 'heap') {
      if (earlierInHeap(i, best)) best = i;
    } else {
      ties += 1;
      if (random.int(ties) === 0) best = i;
    }
  }
  return best;
}
