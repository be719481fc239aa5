// Hot dialect: which of the nodes with the best total wins.
import type { Random } from '../engine/random.ts';
import { grown } from '../model/columns.ts';
import type { TieBreak } from '../model/settings/scheduler.ts';
import type { NodeRow, RowColumn } from '../model/rows.ts';

/** Position of the winner among `totals[0] … totals[count - 1]`. `random` is drawn from only for that rule. */
export function choose(totals: Float64Array, count: number, rule: TieBreak, random: Random): number {
  let best = 0;
  let most = totals[0];
  let ties = 1;
  for (let i = 1; i < count; i += 1) {
    const total = totals[i];
    if (total < most) continue;
    if (total > most) {
      most = total;
      best = i;
      ties = 1;
    } else {
      ties += 1;
      if (rule === 'random' && random.int(ties) === 0) best = i;
    }
  }
  if (rule !== 'heap' || ties === 1) return best;
  return firstInHeap(totals, count, most);
}

/**
 * Which of several largest elements Go's heap.Init brings to the root: a parent yields only to a strictly larger child, and the left
 * child wins a draw between children. So it is the first in a walk of the tree: a node, its left subtree, its right one. On
 * one level that is the leftmost; one of a lower level comes first when it is to the left of the other's descendants.
 */
function firstInHeap(totals: Float64Array, count: number, most: number): number {
  let first = -1;
  let below = count;
  for (let level = 0; level < count; level = 2 * level + 1) {
    const end = Math.min(count, 2 * level + 1, below);
    if (end <= level) break;
    for (let at = level; at < end; at += 1) {
      if (totals[at] !== most) continue;
      first = at;
      below = at;
      break;
    }
    // The leftmost descendant on the next level.
    below = 2 * below + 1;
  }
  return first;
}

/** Ranks of nodes, drawn as nodes come. */
export class NodeRanks {
  #ranks = new Float64Array(0);
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Position of the winner: of the nodes with the best total the one with the smallest rank. */
  choose(totals: Float64Array, rows: RowColumn<NodeRow>, count: number): number {
    let best = -1;
    for (let i = 0; i < count; i += 1) {
      if (best >= 0 && totals[i] < totals[best]) continue;
      if (best < 0 || totals[i] > totals[best] || this.#of(rows[i]) < this.#of(rows[best])) best = i;
    }
    return best;
  }

  #of(node: NodeRow): number {
    const drawn = this.#ranks.length;
    if (node >= drawn) {
      this.#ranks = grown(this.#ranks, Math.max(64, node + 1, drawn * 2));
      for (let i = drawn; i < this.#ranks.length; i += 1) this.#ranks[i] = this.#random.uniform();
    }
    return this.#ranks[node];
  }
}
