// Hot dialect: keys with the time until which they are good, the least recently used one thrown out first.
import { grown } from '../../model/columns.ts';

const NONE = -1;

export class KeyCache {
  /** Keys thrown out for others so far. */
  evicted = 0;
  readonly #capacity: number;
  readonly #slots = new Map<number, number>();
  #keys = new Int32Array(16);
  #next = new Int32Array(16);
  #previous = new Int32Array(16);
  #untilUs = new Float64Array(16);
  #tookUs = new Float64Array(16);
  /** The most recently used slot, and the least. */
  #first = NONE;
  #last = NONE;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** The place of a key, used now; -1 where it is not there. */
  find(key: number): number {
    const slot = this.#slots.get(key) ?? NONE;
    if (slot !== NONE && slot !== this.#first) {
      this.#unlink(slot);
      this.#link(slot);
    }
    return slot;
  }

  untilUs(slot: number): number {
    return this.#untilUs[slot];
  }

  /** How long it took to fetch. */
  tookUs(slot: number): number {
    return this.#tookUs[slot];
  }

  put(key: number, untilUs: number, tookUs: number): void {
    let slot = this.find(key);
    if (slot === NONE) {
      slot = this.#take();
      this.#keys[slot] = key;
      this.#slots.set(key, slot);
      this.#link(slot);
    }
    this.#untilUs[slot] = untilUs;
    this.#tookUs[slot] = tookUs;
  }

  #take(): number {
    const { size } = this.#slots;
    if (size >= this.#capacity) {
      const slot = this.#last;
      this.#unlink(slot);
      this.#slots.delete(this.#keys[slot]);
      this.evicted += 1;
      return slot;
    }
    if (size === this.#keys.length) {
      this.#keys = grown(this.#keys, 2 * size);
      this.#next = grown(this.#next, 2 * size);
      this.#previous = grown(this.#previous, 2 * size);
      this.#untilUs = grown(this.#untilUs, 2 * size);
      this.#tookUs = grown(this.#tookUs, 2 * size);
    }
    return size;
  }

  #link(slot: number): void {
    this.#next[slot] = this.#first;
    this.#previous[slot] = NONE;
    if (this.#first === NONE) this.#last = slot;
    else this.#previous[this.#first] = slot;
    this.#first = slot;
  }

  #unlink(slot: number): void {
    const next = this.#next[slot];
    const previous = this.#previous[slot];
    if (previous === NONE) this.#first = next;
    else this.#next[previous] = next;
    if (next === NONE) this.#last = previous;
    else this.#previous[next] = previous;
  }
}
