// Hot dialect: the water level of max-min fairness: what is wanted up to it is granted, and all others get the level times their weight.
import { grown } from '../../model/columns.ts';

const NONE = -1;

/**
 * The level L at which Σ min(want, L · weight) is the capacity. Slots are kept in the order of want by weight, with a mark where the level is: a change moves one slot, and the mark by
 * those slots that it crosses.
 */
export class WaterLevel {
  /** Slots that the level has crossed, so many of them. */
  crossed = new Int32Array(8);
  crossings = 0;
  #wants = new Float64Array(8);
  #weights = new Float64Array(8);
  #ratios = new Float64Array(8);
  /** By slot: its place in the order, -1 before it wants anything. By place: the slot. */
  #places = new Int32Array(8);
  #order = new Int32Array(8);
  #count = 0;
  /** The place of the first one above the level. */
  #mark = 0;
  /** What those below want, and what those above weigh. */
  #below = 0.5;
  #above = 0.5;

  constructor() {
    this.clear();
  }

  clear(): void {
    this.#count = 0;
    this.#mark = 0;
    this.#below = 0;
    this.#above = 0;
  }

  /** The next slot, of which nothing is wanted yet. */
  add(slot: number, weight: number): void {
    if (slot === this.#wants.length) this.#grow(2 * slot);
    this.#weights[slot] = weight;
    this.#places[slot] = NONE;
  }

  /** The slot goes; the last one gets its number. */
  remove(slot: number, last: number): void {
    const place = this.#places[slot];
    if (place !== NONE) {
      this.#leave(slot, place);
      this.#count -= 1;
      for (let i = place; i < this.#count; i += 1) {
        this.#order[i] = this.#order[i + 1];
        this.#places[this.#order[i]] = i;
      }
    }
    if (slot === last) return;
    this.#wants[slot] = this.#wants[last];
    this.#weights[slot] = this.#weights[last];
    this.#ratios[slot] = this.#ratios[last];
    this.#places[slot] = this.#places[last];
    if (this.#places[slot] !== NONE) this.#order[this.#places[slot]] = slot;
  }

  /** So much is wanted at the slot, more than 0. */
  put(slot: number, want: number): void {
    const places = this.#places;
    const order = this.#order;
    const ratios = this.#ratios;
    let place = places[slot];
    if (place === NONE) {
      place = this.#count;
      this.#count += 1;
    } else {
      if (this.#wants[slot] === want) return;
      this.#leave(slot, place);
    }
    const ratio = want / this.#weights[slot];
    this.#wants[slot] = want;
    ratios[slot] = ratio;
    for (; place > 0 && ratios[order[place - 1]] > ratio; place -= 1) {
      order[place] = order[place - 1];
      places[order[place]] = place;
    }
    for (; place + 1 < this.#count && ratios[order[place + 1]] < ratio; place += 1) {
      order[place] = order[place + 1];
      places[order[place]] = place;
    }
    order[place] = slot;
    places[slot] = place;
    if (place < this.#mark) {
      this.#mark += 1;
      this.#below += want;
    } else {
      this.#above += this.#weights[slot];
    }
  }

  /** Sums up anew what those below want: whatever rounding has added up is gone. */
  sum(): void {
    let total = 0;
    for (let place = 0; place < this.#mark; place += 1) total += this.#wants[this.#order[place]];
    this.#below = total;
  }

  /** Gives the level, and says who is above it now and was below, or the other way round; 0 where everybody gets what he wants. */
  find(capacity: number): number {
    this.crossings = 0;
    for (;;) {
      if (this.#mark === this.#count || this.#ratios[this.#order[this.#mark]] > this.#at(capacity)) break;
      const slot = this.#order[this.#mark];
      this.#mark += 1;
      this.#above -= this.#weights[slot];
      this.#below += this.#wants[slot];
      this.#cross(slot);
    }
    for (;;) {
      if (this.#mark === 0 || this.#ratios[this.#order[this.#mark - 1]] <= this.#at(capacity)) break;
      this.#mark -= 1;
      const slot = this.#order[this.#mark];
      this.#above += this.#weights[slot];
      this.#below -= this.#wants[slot];
      this.#cross(slot);
    }
    if (this.#mark === 0) this.#below = 0;
    return this.#mark === this.#count ? 0 : this.#at(capacity);
  }

  weightOf(slot: number): number {
    return this.#weights[slot];
  }

  isAbove(slot: number): boolean {
    return this.#places[slot] >= this.#mark;
  }

  /** The level if those below are below and those above above. */
  #at(capacity: number): number {
    const left = capacity - this.#below;
    if (this.#mark < this.#count) return left / this.#above;
    return left >= 0 ? Infinity : NONE;
  }

  /** The slot counts neither as below nor as above. */
  #leave(slot: number, place: number): void {
    if (place < this.#mark) {
      this.#mark -= 1;
      this.#below -= this.#wants[slot];
    } else {
      this.#above -= this.#weights[slot];
    }
  }

  #cross(slot: number): void {
    if (this.crossings === this.crossed.length) this.crossed = grown(this.crossed, 2 * this.crossings);
    this.crossed[this.crossings] = slot;
    this.crossings += 1;
  }

  #grow(capacity: number): void {
    this.#wants = grown(this.#wants, capacity);
    this.#weights = grown(this.#weights, capacity);
    this.#ratios = grown(this.#ratios, capacity);
    this.#places = grown(this.#places, capacity);
    this.#order = grown(this.#order, capacity);
  }
}
