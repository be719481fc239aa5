// Hot dialect: items of work by their ends: the attained work at which each has had its own.
import { grown, nextCapacity } from '../model/columns.ts';

export class WorkHeap {
  /** Items in it. */
  count = 0;
  #ends = new Float64Array(8);
  #items = new Int32Array(8);

  /** The earliest end. There must be one. */
  get firstUs(): number {
    return this.#ends[0];
  }

  push(endUs: number, item: number): void {
    if (this.count === this.#ends.length) {
      const capacity = nextCapacity(this.count);
      this.#ends = grown(this.#ends, capacity);
      this.#items = grown(this.#items, capacity);
    }
    this.#rise(this.count++, endUs, item);
  }

  /** Takes the item that is done first. */
  pop(): number {
    const first = this.#items[0];
    this.#removeAt(0);
    return first;
  }

  /** Takes an item; gives its end. */
  remove(item: number): number {
    const at = this.#items.indexOf(item);
    const endUs = this.#ends[at];
    this.#removeAt(at);
    return endUs;
  }

  clear(): void {
    this.count = 0;
  }

  #removeAt(hole: number): void {
    const count = --this.count;
    const endUs = this.#ends[count];
    const item = this.#items[count];
    if (hole === count) return;
    const at = this.#sink(hole, endUs);
    if (at === hole) this.#rise(hole, endUs, item);
    else this.#put(at, endUs, item);
  }

  /** Moves what is earlier up into the hole, and gives the place where an item with that end belongs. */
  #sink(hole: number, endUs: number): number {
    const ends = this.#ends;
    const { count } = this;
    let at = hole;
    for (let child = 2 * at + 1; child < count; child = 2 * at + 1) {
      if (child + 1 < count && ends[child + 1] < ends[child]) child += 1;
      if (ends[child] >= endUs) break;
      this.#put(at, ends[child], this.#items[child]);
      at = child;
    }
    return at;
  }

  #rise(hole: number, endUs: number, item: number): void {
    let at = hole;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#ends[parent] <= endUs) break;
      this.#put(at, this.#ends[parent], this.#items[parent]);
      at = parent;
    }
    this.#put(at, endUs, item);
  }

  #put(at: number, endUs: number, item: number): void {
    this.#ends[at] = endUs;
    this.#items[at] = item;
  }
}
