// Hot dialect: for one class of pods, which nodes are feasible and which is the best of any stretch of them, kept by blocks.
import { grown, nextCapacity } from '../model/columns.ts';
import { CHANGES_KEPT, type SchedulerCache } from './cache.ts';
import type { NodeGroups } from './framework.ts';
import type { LocalPlugins } from './local-plugins.ts';
import { NodeList } from './node-list.ts';
import type { PodInfo } from './pod-info.ts';

/** Neighbours in the order of nodes make a block of 2^SHIFT. */
const SHIFT = 6;
const BLOCK = 1 << SHIFT;
/** The summary of a block lies together: how many nodes are feasible, or `STALE`; how many groups they are in; each group with its best sum. */
const STRIDE = 2 + 2 * BLOCK;
const STALE = -1;
/** Groups are numbered below this. */
const MOST_GROUPS = 4096;

/** What one search went over: the groups that its feasible nodes are in, and the parts of the order. One for all classes. */
export class SearchScratch {
  /** The groups that occur. */
  readonly present = new Int32Array(MOST_GROUPS);
  groups = 0;
  /** By group: the best sum of local scores, the first part that has one, and the score of the group. */
  readonly best = new Float64Array(MOST_GROUPS);
  readonly firstPart = new Int32Array(MOST_GROUPS);
  readonly scores = new Float64Array(MOST_GROUPS);
  /** By group: where the block that is summed up has its entry, if it has one. */
  readonly entryOf = new Int32Array(MOST_GROUPS);
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
    } else if (sum <= this.best[group]) return;
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
 * A node's total is the sum of its local scores, which change with the node only, plus a score that all nodes of its group share
 * and that depends on which groups the feasible nodes are in. So a block need only know how many of its nodes are feasible and,
 * for each group, the best sum: the best of a stretch is the best of its blocks. Nodes are weighed by the very plugins that
 * weigh them without an index, and of equals the same one wins, since the heap's order among them is that of their ranks.
 */
export class ClassIndex {
  /** Of the last search: nodes looked at, feasible ones, the winner (-1 for none) and its total. */
  examined = 0;
  found = 0;
  node = -1;
  best = 0;
  readonly #cache: SchedulerCache;
  readonly #local: LocalPlugins;
  readonly #scratch: SearchScratch;
  #groups: NodeGroups | undefined;
  /** Nodes in the order, and the version of the order. */
  #count = 0;
  #version = -1;
  /** The changes of the cache that are taken note of. */
  #changes = 0;
  /** By position in the order: the sum of the local scores, -1 where a filter rejects; the group; 1 where neither is known. */
  #sums = new Float64Array(0);
  #groupOf = new Int16Array(0);
  #stale = new Uint8Array(0);
  /** By block: `STRIDE` numbers. */
  #summaries = new Float64Array(0);
  /** The nodes to be asked about, their positions, what is said of them, and the blocks that they are in. */
  readonly #list = new NodeList();
  #positions = new Int32Array(0);
  #answers = new Float64Array(0);
  #asked = 0;
  #dirtyBlocks = new Int32Array(0);
  #blocks = 0;

  constructor(cache: SchedulerCache, local: LocalPlugins, scratch: SearchScratch) {
    this.#cache = cache;
    this.#local = local;
    this.#scratch = scratch;
  }

  /**
   * Walks the order from position `from` to the end of the `enough`-th feasible node and what is rejected after it, as a
   * decision without an index does. False when some node has no group: then nothing is known.
   */
  search(pod: PodInfo, nodeGroups: NodeGroups | undefined, weight: number, from: number, enough: number): boolean {
    this.#catchUp(nodeGroups);
    // So many nodes at least will be gone over.
    if (!this.#refresh(pod, from, Math.min(enough, this.#count))) return false;
    if (!this.#walk(pod, from, enough)) return false;
    this.node = -1;
    if (this.found === 0) return true;
    const { present, groups, scores, best: sums } = this.#scratch;
    if (nodeGroups === undefined) scores[0] = 0;
    else nodeGroups.score(present, groups, this.found, scores);
    let best = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < groups; k += 1) {
      const group = present[k];
      scores[group] *= weight;
      const total = sums[group] + scores[group];
      if (total > best) best = total;
    }
    this.best = best;
    this.node = this.#cache.order.list[this.#winner()];
    return true;
  }

  /** Marks what changed since the last search. */
  #catchUp(nodeGroups: NodeGroups | undefined): void {
    const { order, changes, changedNodes } = this.#cache;
    const count = order.list.length;
    const since = this.#changes;
    this.#changes = changes;
    if (this.#version !== order.version || this.#groups !== nodeGroups || changes - since > CHANGES_KEPT) {
      this.#version = order.version;
      this.#groups = nodeGroups;
      this.#forget(count);
      return;
    }
    const { positions } = order;
    for (let change = since; change < changes; change += 1) {
      const node = changedNodes[change % CHANGES_KEPT];
      const at = node < positions.length ? positions[node] : -1;
      if (at < 0) continue;
      this.#stale[at] = 1;
      this.#summaries[(at >> SHIFT) * STRIDE] = STALE;
    }
  }

  #forget(count: number): void {
    const blocks = (count + BLOCK - 1) >> SHIFT;
    if (this.#sums.length < count) {
      this.#sums = new Float64Array(count);
      this.#groupOf = new Int16Array(count);
      this.#stale = new Uint8Array(count);
      this.#summaries = new Float64Array(blocks * STRIDE);
      this.#list.ensure(count);
      this.#positions = new Int32Array(count);
      this.#answers = new Float64Array(count);
      this.#dirtyBlocks = new Int32Array(blocks);
    }
    this.#count = count;
    this.#stale.fill(1);
    for (let block = 0; block < blocks; block += 1) this.#summaries[block * STRIDE] = STALE;
  }

  /** Finds the end of the search and the best sum of each group in it. */
  #walk(pod: PodInfo, from: number, enough: number): boolean {
    const count = this.#count;
    const summaries = this.#summaries;
    const scratch = this.#scratch;
    scratch.begin();
    let found = 0;
    let left = count;
    let at = from;
    while (left > 0) {
      const block = at >> SHIFT;
      const summary = block * STRIDE;
      if (summaries[summary] === STALE && !this.#refresh(pod, at, 1)) return false;
      const start = block << SHIFT;
      const end = Math.min(count, start + BLOCK);
      const length = Math.min(end - at, left);
      const feasible = summaries[summary];
      scratch.addPart(at, length, found);
      if (length === end - start && found + feasible <= enough) {
        found += feasible;
        this.#takeSummary(summary);
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

  #takeSummary(summary: number): void {
    const summaries = this.#summaries;
    const end = summary + 2 + 2 * summaries[summary + 1];
    for (let entry = summary + 2; entry < end; entry += 2) this.#scratch.take(summaries[entry], summaries[entry + 1]);
  }

  /** Feasible nodes of the last scan. */
  #taken = 0;

  /** Goes over nodes one by one; returns before how many of them it stopped, because one more than `most` was feasible. */
  #scan(at: number, length: number, most: number): number {
    const sums = this.#sums;
    const groupOf = this.#groupOf;
    const scratch = this.#scratch;
    let taken = 0;
    for (let k = 0; k < length; k += 1) {
      const sum = sums[at + k];
      if (sum < 0) continue;
      if (taken === most) {
        this.#taken = taken;
        return k;
      }
      taken += 1;
      scratch.take(groupOf[at + k], sum);
    }
    this.#taken = taken;
    return length;
  }

  /**
   * Asks, in one go, about the nodes that changed in the blocks of the stretch, and sums those blocks up anew. False when a node
   * has no group.
   */
  #refresh(pod: PodInfo, from: number, length: number): boolean {
    const count = this.#count;
    const summaries = this.#summaries;
    this.#asked = 0;
    this.#blocks = 0;
    const first = from >> SHIFT;
    const all = (count + BLOCK - 1) >> SHIFT;
    const blocks = Math.min(all, ((from & (BLOCK - 1)) + length + 2 * BLOCK - 2) >> SHIFT);
    for (let k = 0; k < blocks; k += 1) {
      const block = first + k < all ? first + k : first + k - all;
      if (summaries[block * STRIDE] === STALE) this.#ask(block);
    }
    if (this.#blocks === 0) return true;
    this.#list.end = this.#asked;
    this.#local.weigh(pod, this.#list, this.#answers);
    if (!this.#take()) return false;
    for (let k = 0; k < this.#blocks; k += 1) this.#sumUp(this.#dirtyBlocks[k]);
    return true;
  }

  /** Puts the nodes of a block that changed on the list of those to be asked about. */
  #ask(block: number): void {
    const start = block << SHIFT;
    const end = Math.min(this.#count, start + BLOCK);
    const stale = this.#stale;
    const order = this.#cache.order.list;
    const { rows } = this.#list;
    const positions = this.#positions;
    let asked = this.#asked;
    for (let at = start; at < end; at += 1) {
      if (stale[at] === 0) continue;
      rows[asked] = order[at];
      positions[asked] = at;
      asked += 1;
    }
    this.#asked = asked;
    this.#dirtyBlocks[this.#blocks] = block;
    this.#blocks += 1;
  }

  /** Takes over what was said of the nodes asked about. */
  #take(): boolean {
    const { rows } = this.#list;
    const groups = this.#groups;
    for (let k = 0; k < this.#asked; k += 1) {
      const at = this.#positions[k];
      const group = groups === undefined ? 0 : groups.of(rows[k]);
      if (group < 0) return false;
      this.#sums[at] = this.#answers[k];
      this.#groupOf[at] = group;
      this.#stale[at] = 0;
    }
    return true;
  }

  #sumUp(block: number): void {
    const start = block << SHIFT;
    const end = Math.min(this.#count, start + BLOCK);
    const sums = this.#sums;
    const groupOf = this.#groupOf;
    const summaries = this.#summaries;
    const { entryOf } = this.#scratch;
    const summary = block * STRIDE;
    const first = summary + 2;
    let last = first;
    let feasible = 0;
    for (let at = start; at < end; at += 1) {
      const sum = sums[at];
      if (sum < 0) continue;
      feasible += 1;
      const group = groupOf[at];
      let entry = entryOf[group];
      // Left behind by another block, or by this one when it had other groups?
      if (entry < first || entry >= last || summaries[entry] !== group) {
        entry = last;
        entryOf[group] = entry;
        summaries[entry] = group;
        summaries[entry + 1] = sum;
        last += 2;
      } else if (sum > summaries[entry + 1]) {
        summaries[entry + 1] = sum;
      }
    }
    summaries[summary] = feasible;
    summaries[summary + 1] = (last - first) >> 1;
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

  /** What `#firstBest` found. */
  #at = 0;
  #rank = 0;

  /** Looks for the first of the best among ranks `from … to - 1`; there is none before part `first`. */
  #firstBest(from: number, to: number, first: number): boolean {
    const { best } = this;
    const sums = this.#sums;
    const groupOf = this.#groupOf;
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
    const block = start >> SHIFT;
    if ((start & (BLOCK - 1)) !== 0 || (length < BLOCK && start + length < this.#count)) return true;
    const summaries = this.#summaries;
    const { scores } = this.#scratch;
    const summary = block * STRIDE;
    const end = summary + 2 + 2 * summaries[summary + 1];
    for (let entry = summary + 2; entry < end; entry += 2) {
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
