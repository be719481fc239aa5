// Hot dialect: the processors that one pod's work shares: all of it is worked on all the time, the slower the more there is.
import { grown, nextCapacity } from '../model/columns.ts';

/** Work leaves in the order of what it needs plus what all work had attained when it came. */
export class SharedProcessors {
  readonly processors: number;
  /** Work that each item had since the pod was idle, µs, as of `#sinceUs`. */
  attainedUs = 0.5;
  /** Items worked on. */
  count = 0;
  /** CPU time per µs of work, summed over the items. */
  factors = 0.5;
  #sinceUs = 0.5;
  /** A heap: the attained work at which an item has had its own, and the item. */
  #ends = new Float64Array(8);
  #items = new Int32Array(8);

  constructor(processors: number) {
    this.processors = processors;
    this.attainedUs = 0;
    this.factors = 0;
    this.#sinceUs = 0;
  }

  /** The share of a processor that each item has. */
  get rate(): number {
    return this.count <= this.processors ? 1 : this.processors / this.count;
  }

  /** Time until the first item is done, while nothing changes. There must be one. */
  get leftUs(): number {
    const workUs = this.#ends[0] - this.attainedUs;
    return workUs > 0 ? workUs / this.rate : 0;
  }

  advance(nowUs: number): void {
    if (this.count === 0) this.attainedUs = 0;
    else this.attainedUs += (nowUs - this.#sinceUs) * this.rate;
    this.#sinceUs = nowUs;
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

  /** Takes an item that is worked on; gives the work that is left of it, µs. */
  remove(item: number): number {
    const at = this.#items.indexOf(item);
    const leftUs = Math.max(0, this.#ends[at] - this.attainedUs);
    this.#removeAt(at);
    return leftUs;
  }

  clear(): void {
    this.count = 0;
    this.factors = 0;
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
