// Hot dialect: by slot when something ends next, and the earliest of them: in virtual time of what is short, in time of what is free.
import { grown } from '../../model/columns.ts';

/** One number by slot, and the least of them, which is looked for when it has become larger. */
class Least {
  #values = new Float64Array(8);
  #count = 0;
  #least = 0.5;
  #isKnown = true;

  constructor() {
    this.#least = Infinity;
  }

  /** Infinity where there is none. */
  get least(): number {
    if (this.#isKnown) return this.#least;
    const values = this.#values;
    let least = Infinity;
    for (let i = 0; i < this.#count; i += 1) least = Math.min(least, values[i]);
    this.#least = least;
    this.#isKnown = true;
    return least;
  }

  /** The slot that has it. There must be one. */
  get first(): number {
    const { least } = this;
    const values = this.#values;
    let slot = 0;
    while (values[slot] !== least) slot += 1;
    return slot;
  }

  add(slot: number): void {
    if (slot === this.#values.length) this.#values = grown(this.#values, 2 * slot);
    this.#count = slot + 1;
    this.#values[slot] = Infinity;
  }

  remove(slot: number, last: number): void {
    this.set(slot, this.#values[last]);
    this.set(last, Infinity);
    this.#count = last;
  }

  set(slot: number, value: number): void {
    const before = this.#values[slot];
    if (value === before) return;
    this.#values[slot] = value;
    if (value < this.#least) this.#least = value;
    else if (before === this.#least) this.#isKnown = false;
  }
}

export class FirstEnds {
  readonly #short = new Least();
  readonly #free = new Least();
  readonly #quotas = new Least();

  /** The next slot. */
  add(slot: number): void {
    this.#short.add(slot);
    this.#free.add(slot);
    this.#quotas.add(slot);
  }

  /** The slot goes; the last one gets its number. */
  remove(slot: number, last: number): void {
    this.#short.remove(slot, last);
    this.#free.remove(slot, last);
    this.#quotas.remove(slot, last);
  }

  set(slot: number, isShort: boolean, endUs: number): void {
    if (isShort) this.#short.set(slot, endUs);
    else this.#free.set(slot, endUs);
  }

  /** The slot becomes short, or free: there is no end of the other kind any more. */
  turn(slot: number, isShort: boolean): void {
    if (isShort) this.#free.set(slot, Infinity);
    else this.#short.set(slot, Infinity);
  }

  /** The quota of one that is short is used up at that virtual time. */
  limit(slot: number, quotaUs: number): void {
    this.#quotas.set(slot, quotaUs);
  }

  /** Virtual time. */
  get shortUs(): number {
    return this.#short.least;
  }

  get freeUs(): number {
    return this.#free.least;
  }

  /** Virtual time. */
  get quotaUs(): number {
    return this.#quotas.least;
  }

  /** The slot of which work is done first, by now. */
  first(nowUs: number): number {
    return this.#free.least <= nowUs ? this.#free.first : this.#short.first;
  }

  firstQuota(): number {
    return this.#quotas.first;
  }
}
