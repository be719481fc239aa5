// Hot dialect: what one class of pods gets from each node, and the best of every block of nodes, kept while nodes change.
import { grown } from '../../../model/columns.ts';
import { CHANGES_KEPT, type SchedulerCache } from '../../cache/cache.ts';
import type { NodeGroups } from '../interface.ts';
import type { LocalPlugins } from './local-plugins.ts';
import { NodeList } from '../node-list.ts';
import type { PodInfo } from '../pod-info.ts';
import type { NodeRow } from '../../../model/rows.ts';

/** Neighbours in the order of nodes make a block of 2^SHIFT. */
export const SHIFT = 6;
export const BLOCK = 1 << SHIFT;
/** Groups are numbered below this. */
export const MOST_GROUPS = 4096;

/**
 * The summary of a block, ints that lie together: how many of its nodes are feasible, or `UNKNOWN`; how many groups these are
 * in, or `CROWDED` when there are more than fit; then `ENTRY` ints for each group: the group, its best sum, how many nodes have it.
 */
export const UNKNOWN = -1;
export const CROWDED = -1;
export const FIRST_ENTRY = 2;
export const ENTRY = 3;
const MOST_ENTRIES = 20;
export const STRIDE = 64;

/** By group: where the block that is being summed up has its entry, if it has one. Left behind from block to block. */
const entryOf = new Int32Array(MOST_GROUPS);

/**
 * The sum of a node's local scores and its group change only with the node, whose changes the cache writes down: between two
 * decisions about a class few nodes are weighed again, by the very plugins that weigh them without an index.
 */
export class ClassBlocks {
  /** Nodes in the order. */
  count = 0;
  /** By position in the order: the weighted sum of the local scores, -1 where a filter rejects; the group. */
  sums = new Int32Array(0);
  groupOf = new Int16Array(0);
  /** By block: `STRIDE` ints. */
  summaries = new Int32Array(0);
  readonly #cache: SchedulerCache;
  readonly #local: LocalPlugins;
  #groups: NodeGroups | undefined;
  /** The version of the order, and the changes of the cache that are taken note of. */
  #version = -1;
  #changes = 0;
  /** Blocks whose summary is unknown. */
  #unknown = 0;
  /** The nodes to be weighed, where they are, and what comes out. */
  readonly #list = new NodeList();
  #positions = new Int32Array(0);
  #answers = new Float64Array(0);

  constructor(cache: SchedulerCache, local: LocalPlugins) {
    this.#cache = cache;
    this.#local = local;
  }

  /** Weighs the nodes that changed since the last time, unless their block is unknown anyway. */
  catchUp(pod: PodInfo, groups: NodeGroups | undefined): void {
    const { order, changes, changedNodes } = this.#cache;
    const { length } = order.list;
    const since = this.#changes;
    this.#changes = changes;
    if (this.#version !== order.version || this.#groups !== groups || changes - since > CHANGES_KEPT) {
      this.#version = order.version;
      this.#groups = groups;
      this.#forget(length);
      return;
    }
    this.#begin(changes - since);
    const { positions } = order;
    for (let change = since; change < changes; change += 1) {
      const node = changedNodes[change % CHANGES_KEPT];
      const at = node < positions.length ? positions[node] : -1;
      if (at >= 0 && this.summaries[(at >> SHIFT) * STRIDE] !== UNKNOWN) this.#add(at, node);
    }
    if (this.#list.end === 0) return;
    this.#local.weigh(pod, this.#list, this.#answers);
    for (let k = 0; k < this.#list.end; k += 1) this.#update(this.#positions[k], this.#list.rows[k], this.#answers[k]);
  }

  /** Weighs the blocks that are unknown among those of `length` nodes from position `from` on. False when some node has no group. */
  know(pod: PodInfo, from: number, length: number): boolean {
    if (this.#unknown === 0) return true;
    const { count, summaries } = this;
    const all = (count + BLOCK - 1) >> SHIFT;
    const first = from >> SHIFT;
    // One more where the order ends within the stretch, in a block that is not full.
    const blocks = Math.min(all, ((from & (BLOCK - 1)) + length + 2 * BLOCK - 2) >> SHIFT);
    let unknown = false;
    for (let k = 0; k < blocks; k += 1) {
      const block = first + k < all ? first + k : first + k - all;
      if (summaries[block * STRIDE] !== UNKNOWN) continue;
      if (!unknown) this.#begin(Math.min(count, blocks << SHIFT));
      unknown = true;
      const { list } = this.#cache.order;
      const end = Math.min(count, (block + 1) << SHIFT);
      for (let at = block << SHIFT; at < end; at += 1) this.#add(at, list[at]);
    }
    return !unknown || this.#weighBlocks(pod);
  }

  #begin(most: number): void {
    this.#list.end = 0;
    if (this.#positions.length >= most) return;
    this.#list.ensure(most);
    this.#positions = grown(this.#positions, most);
    this.#answers = grown(this.#answers, most);
  }

  #add(at: number, node: NodeRow): void {
    const k = this.#list.end;
    this.#list.rows[k] = node;
    this.#positions[k] = at;
    this.#list.end = k + 1;
  }

  #forget(count: number): void {
    const blocks = (count + BLOCK - 1) >> SHIFT;
    if (this.sums.length < count) {
      this.sums = new Int32Array(count);
      this.groupOf = new Int16Array(count);
      this.summaries = new Int32Array(blocks * STRIDE);
    }
    this.count = count;
    this.#unknown = blocks;
    for (let block = 0; block < blocks; block += 1) this.summaries[block * STRIDE] = UNKNOWN;
  }

  /** All nodes of the blocks on the list, which are in order. */
  #weighBlocks(pod: PodInfo): boolean {
    this.#local.weigh(pod, this.#list, this.#answers);
    const groups = this.#groups;
    let complete = true;
    for (let k = 0; k < this.#list.end; ) {
      const at = this.#positions[k];
      const end = Math.min(this.count - at, BLOCK);
      let known = true;
      for (let i = 0; i < end; i += 1) {
        const group = groups === undefined ? 0 : groups.of(this.#list.rows[k + i]);
        this.sums[at + i] = this.#answers[k + i];
        this.groupOf[at + i] = group;
        if (group < 0) known = false;
      }
      if (known) {
        this.#sumUp(at >> SHIFT);
        this.#unknown -= 1;
      } else {
        complete = false;
      }
      k += end;
    }
    return complete;
  }

  #sumUp(block: number): void {
    const { sums, groupOf, summaries } = this;
    const start = block << SHIFT;
    const end = Math.min(this.count, start + BLOCK);
    const summary = block * STRIDE;
    const first = summary + FIRST_ENTRY;
    const full = first + ENTRY * MOST_ENTRIES;
    let last = first;
    let feasible = 0;
    let crowded = false;
    for (let at = start; at < end; at += 1) {
      const sum = sums[at];
      if (sum < 0) continue;
      feasible += 1;
      const group = groupOf[at];
      let entry = entryOf[group];
      // Of another block, or of this one when it had other groups?
      if (entry < first || entry >= last || summaries[entry] !== group) {
        if (last === full) {
          crowded = true;
          continue;
        }
        entry = last;
        entryOf[group] = entry;
        summaries[entry] = group;
        summaries[entry + 1] = -1;
        last += ENTRY;
      }
      this.#put(entry, sum);
    }
    summaries[summary] = feasible;
    summaries[summary + 1] = crowded ? CROWDED : (last - first) / ENTRY;
  }

  /** A node is weighed again: its block is summed up again only when it was the last with the best sum of its group. */
  #update(at: number, node: NodeRow, sum: number): void {
    const { sums, groupOf, summaries } = this;
    const summary = (at >> SHIFT) * STRIDE;
    // Another node of the block has just been found to have no group.
    if (summaries[summary] === UNKNOWN) return;
    const group = this.#groups === undefined ? 0 : this.#groups.of(node);
    if (group < 0) {
      summaries[summary] = UNKNOWN;
      this.#unknown += 1;
      return;
    }
    const before = sums[at];
    const groupBefore = groupOf[at];
    if (before === sum && groupBefore === group) return;
    sums[at] = sum;
    groupOf[at] = group;
    if (summaries[summary + 1] === CROWDED || !this.#take(summary, groupBefore, before)) {
      this.#sumUp(at >> SHIFT);
      return;
    }
    if (sum < 0) return;
    const entry = this.#entry(summary, group);
    if (entry < 0) {
      this.#sumUp(at >> SHIFT);
      return;
    }
    summaries[summary] += 1;
    this.#put(entry, sum);
  }

  /** Counts a node out of a summary; false when nobody is left with the best sum of its group. */
  #take(summary: number, group: number, sum: number): boolean {
    if (sum < 0) return true;
    const { summaries } = this;
    summaries[summary] -= 1;
    const entry = this.#entry(summary, group);
    if (sum === summaries[entry + 1]) summaries[entry + 2] -= 1;
    return summaries[entry + 2] > 0;
  }

  /** Counts a node with that sum into an entry. */
  #put(entry: number, sum: number): void {
    const { summaries } = this;
    if (sum > summaries[entry + 1]) {
      summaries[entry + 1] = sum;
      summaries[entry + 2] = 1;
    } else if (sum === summaries[entry + 1]) {
      summaries[entry + 2] += 1;
    }
  }

  /** A group's entry in a summary, made when it has none; -1 when there is no room. */
  #entry(summary: number, group: number): number {
    const { summaries } = this;
    const count = summaries[summary + 1];
    const end = summary + FIRST_ENTRY + ENTRY * count;
    for (let entry = summary + FIRST_ENTRY; entry < end; entry += ENTRY) if (summaries[entry] === group) return entry;
    if (count === MOST_ENTRIES) return -1;
    summaries[summary + 1] = count + 1;
    summaries[end] = group;
    summaries[end + 1] = -1;
    summaries[end + 2] = 0;
    return end;
  }
}
