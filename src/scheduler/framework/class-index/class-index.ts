// Hot dialect: the best node of any stretch of the nodes for one class of pods, found by blocks.
import { grown, nextCapacity } from '../../../model/columns.ts';
import type { SchedulerCache } from '../../cache/cache.ts';
import {
  BLOCK,
  ClassBlocks,
  CROWDED,
  ENTRY,
  FIRST_ENTRY,
  MOST_GROUPS,
  SHIFT,
  STRIDE,
  UNKNOWN,
} from './class-blocks.ts';
import type { NodeGroups } from '../interface.ts';
import type { LocalPlugins } from './local-plugins.ts';
import type { PodInfo } from '../pod-info.ts';
import type { NodeRow } from '../../../model/rows.ts';

/** What one search went over: the groups that its feasible nodes are in, and the parts of the order. One for all classes. */
export class SearchScratch {
  /** The groups that occur. */
  readonly present = new Int32Array(MOST_GROUPS);
  groups = 0;
  /** By group: the best sum of local scores, the first part that has it, and the score of the group. */
  readonly best = new Float64Array(MOST_GROUPS);
  readonly firstPart = new Int32Array(MOST_GROUPS);
  readonly scores = new Float64Array(MOST_GROUPS);
  /** A part is a block or some nodes of one: where it starts, how long it is, how many feasible nodes are before it. */
  start = new Int32Array(0);
  length = new Int32Array(0);
  before = new Int32Array(0);
  parts = 0;
  /** By group: the last search in which it occurred. */
  readonly #seenIn = new Int32Array(MOST_GROUPS);
  #search = 0;

  begin(): void {
    this.#search += 1;
    this.groups = 0;
    this.parts = 0;
  }

  /** Nodes of the last part are in the group, one of them with that sum and none with a better one. */
  take(group: number, sum: number): void {
    if (this.#seenIn[group] !== this.#search) {
      this.#seenIn[group] = this.#search;
      this.present[this.groups] = group;
      this.groups += 1;
    } else if (sum <= this.best[group]) {
      return;
    }
    this.best[group] = sum;
    this.firstPart[group] = this.parts - 1;
  }

  addPart(start: number, length: number, before: number): void {
    const { parts } = this;
    if (parts === this.start.length) {
      const capacity = nextCapacity(parts);
      this.start = grown(this.start, capacity);
      this.length = grown(this.length, capacity);
      this.before = grown(this.before, capacity);
    }
    this.start[parts] = start;
    this.length[parts] = length;
    this.before[parts] = before;
    this.parts = parts + 1;
  }
}

/**
 * A node's total is the sum of its local scores plus a score that all nodes of its group share and that depends on which
 * groups the feasible nodes are in. So the best of a stretch is the best of its blocks' groups, and of equals the same node wins as
 * without an index, since the heap's order among them is that of their ranks among the feasible nodes.
 */
export class ClassIndex {
  /** Of the last search: nodes looked at, feasible ones, the winner (-1 for none) and its total. */
  examined = 0;
  found = 0;
  node: NodeRow = -1;
  best = 0;
  readonly #cache: SchedulerCache;
  readonly #blocks: ClassBlocks;
  readonly #scratch: SearchScratch;
  /** Feasible nodes of the last scan. */
  #taken = 0;
  /** The last of the best that was found, and its rank among the feasible nodes. */
  #at = 0;
  #rank = 0;

  constructor(cache: SchedulerCache, local: LocalPlugins, scratch: SearchScratch) {
    this.#cache = cache;
    this.#blocks = new ClassBlocks(cache, local);
    this.#scratch = scratch;
  }

  /**
   * Walks the order from position `from` to the end of the `enough`-th feasible node and what is rejected after it, as a
   * decision without an index does. False when some node has no group: then nothing is known.
   */
  search(pod: PodInfo, groups: NodeGroups | undefined, weight: number, from: number, enough: number): boolean {
    const blocks = this.#blocks;
    blocks.catchUp(pod, groups);
    // So many nodes at least will be gone over.
    if (!blocks.know(pod, from, Math.min(enough, blocks.count))) return false;
    if (!this.#walk(pod, from, enough)) return false;
    this.node = -1;
    if (this.found === 0) return true;
    const scratch = this.#scratch;
    const { present, scores } = scratch;
    if (groups === undefined) scores[0] = 0;
    else groups.score(present, scratch.groups, this.found, scores);
    let best = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < scratch.groups; k += 1) {
      const group = present[k];
      scores[group] *= weight;
      const total = scratch.best[group] + scores[group];
      if (total > best) best = total;
    }
    this.best = best;
    this.node = this.#cache.order.list[this.#winner()];
    return true;
  }

  /** Finds the end of the search and the best sum of each group in it. */
  #walk(pod: PodInfo, from: number, enough: number): boolean {
    const { count, summaries } = this.#blocks;
    const scratch = this.#scratch;
    scratch.begin();
    let found = 0;
    let left = count;
    let at = from;
    while (left > 0) {
      const start = at & -BLOCK;
      const summary = (at >> SHIFT) * STRIDE;
      if (summaries[summary] === UNKNOWN && !this.#blocks.know(pod, at, 1)) return false;
      const end = Math.min(count, start + BLOCK);
      const length = Math.min(end - at, left);
      const feasible = summaries[summary];
      scratch.addPart(at, length, found);
      const groups = summaries[summary + 1];
      if (groups !== CROWDED && length === end - start && found + feasible <= enough) {
        found += feasible;
        const last = summary + FIRST_ENTRY + ENTRY * groups;
        for (let entry = summary + FIRST_ENTRY; entry < last; entry += ENTRY) {
          scratch.take(summaries[entry], summaries[entry + 1]);
        }
      } else {
        const stop = this.#scan(at, length, enough - found);
        found += this.#taken;
        if (stop < length) {
          scratch.length[scratch.parts - 1] = stop;
          left -= stop;
          break;
        }
      }
      left -= length;
      at = at + length === count ? 0 : at + length;
    }
    this.found = found;
    this.examined = count - left;
    return true;
  }

  /** Goes over nodes one by one; returns before how many of them it stopped, because one more than `most` was feasible. */
  #scan(at: number, length: number, most: number): number {
    const { sums, groupOf } = this.#blocks;
    const scratch = this.#scratch;
    let taken = 0;
    let k = 0;
    for (; k < length; k += 1) {
      const sum = sums[at + k];
      if (sum < 0) continue;
      if (taken === most) break;
      taken += 1;
      scratch.take(groupOf[at + k], sum);
    }
    this.#taken = taken;
    return k;
  }

  /** The position of the winner: of the nodes with the best total the first in the heap, whose levels are stretches of ranks. */
  #winner(): number {
    const { found } = this;
    const first = this.#firstPart();
    let winner = -1;
    // Whom the winner so far would have on the level as its leftmost descendant: what is to the left of that one wins.
    let below = found;
    for (let level = 0; level < found; level = 2 * level + 1) {
      const end = Math.min(found, 2 * level + 1, below);
      if (end <= level) break;
      if (this.#firstBest(level, end, first)) {
        winner = this.#at;
        below = this.#rank;
      }
      below = 2 * below + 1;
    }
    return winner;
  }

  /** The first part that has one of the best. */
  #firstPart(): number {
    const { present, groups, best, firstPart, scores, parts } = this.#scratch;
    let first = parts;
    for (let k = 0; k < groups; k += 1) {
      const group = present[k];
      if (best[group] + scores[group] === this.best && firstPart[group] < first) first = firstPart[group];
    }
    return first;
  }

  /** Looks for the first of the best among ranks `from … to - 1`; there is none before part `first`. */
  #firstBest(from: number, to: number, first: number): boolean {
    const { best } = this;
    const { sums, groupOf } = this.#blocks;
    const { scores, start, length, before, parts } = this.#scratch;
    for (let part = Math.max(first, this.#partOf(from)); part < parts && before[part] < to; part += 1) {
      if (!this.#hasBest(start[part], length[part])) continue;
      const feasible = (part + 1 < parts ? before[part + 1] : this.found) - before[part];
      // Where nobody is rejected the ranks go with the positions.
      const skip = feasible === length[part] ? Math.max(0, from - before[part]) : 0;
      let rank = before[part] + skip;
      const end = start[part] + length[part];
      for (let at = start[part] + skip; at < end && rank < to; at += 1) {
        if (sums[at] < 0) continue;
        if (rank >= from && sums[at] + scores[groupOf[at]] === best) {
          this.#at = at;
          this.#rank = rank;
          return true;
        }
        rank += 1;
      }
    }
    return false;
  }

  /** Whether one of the best may be in the part: of a whole block its groups tell. */
  #hasBest(start: number, length: number): boolean {
    const { count, summaries } = this.#blocks;
    if ((start & (BLOCK - 1)) !== 0 || (length < BLOCK && start + length < count)) return true;
    const { scores } = this.#scratch;
    const summary = (start >> SHIFT) * STRIDE;
    if (summaries[summary + 1] === CROWDED) return true;
    const end = summary + FIRST_ENTRY + ENTRY * summaries[summary + 1];
    for (let entry = summary + FIRST_ENTRY; entry < end; entry += ENTRY) {
      if (summaries[entry + 1] + scores[summaries[entry]] === this.best) return true;
    }
    return false;
  }

  /** The part in which the feasible node of that rank is. */
  #partOf(rank: number): number {
    const { before, parts } = this.#scratch;
    let low = 0;
    let high = parts - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (before[middle] <= rank) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
