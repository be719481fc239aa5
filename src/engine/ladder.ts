// Hot dialect: the future event list as a ladder queue on typed arrays: (time, sequence) order at constant amortised cost.

const NONE = -1;
/** A bucket of at most this many events is sorted by insertion; a fuller one is spread over a finer rung. */
const SORTED = 48;

/**
 * A ladder queue (Tang, Goh and Thng, ACM TOMACS 15(3), 2005). From late to early, the pending events are in
 * - the top: one unsorted list of everything from `topStart` on;
 * - the rungs: each spreads one bucket of the rung above it (the first one the top) over buckets of equal width;
 * - the bottom: the sorted array of what comes next.
 * Every time belongs to exactly one of these places at any moment, and every move keeps the order of booking, so events of
 * one time stay first in, first out without a sequence number. Widths are powers of two and times are integers: the
 * arithmetic that finds a bucket is exact.
 *
 * An event is 32 bytes: its time in `reals[4 slot]`, then next, kind, a, b in `ints[8 slot + 2 …]`.
 */
export class Ladder {
  reals = new Float64Array(4 * 64);
  ints = new Int32Array(this.reals.buffer);
  /** Events pending. */
  size = 0;
  #used = 0;
  #free = NONE;

  #topStart: number;
  #topLow: number;
  #topHigh: number;
  #topFirst = NONE;
  #topLast = NONE;
  #topSize = 0;

  /** Rung r: buckets `#offset[r] … + #length[r]` of `#buckets`; those before `#current[r]` are used up. */
  #rungs = 0;
  #start = new Float64Array(8);
  #scale = new Float64Array(8);
  #current = new Int32Array(8);
  #length = new Int32Array(8);
  #offset = new Int32Array(8);
  /** The newest event of each bucket, which links to older ones. The last bucket of a rung also takes what lies beyond. */
  #buckets = new Int32Array(64);

  #bottomTimes = new Float64Array(2 * SORTED);
  #bottomSlots = new Int32Array(2 * SORTED);
  #bottomHead = 0;
  #bottomTail = 0;

  constructor() {
    // A fraction first makes these fields doubles for good, whatever integers they hold later.
    this.#topStart = 0.5;
    this.#topStart = Number.NEGATIVE_INFINITY;
    this.#topLow = 0.5;
    this.#topLow = Number.POSITIVE_INFINITY;
    this.#topHigh = 0.5;
    this.#topHigh = Number.NEGATIVE_INFINITY;
  }

  /** Adds an event at an integer time, which must not lie before the time of the last one taken. */
  push(timeUs: number, kind: number, a: number, b: number): void {
    let slot = this.#free;
    if (slot === NONE) {
      slot = this.#used++;
      if (8 * slot === this.ints.length) this.#growEvents();
    } else {
      this.#free = this.ints[8 * slot + 2];
    }
    this.size++;
    const ints = this.ints;
    this.reals[4 * slot] = timeUs;
    ints[8 * slot + 3] = kind;
    ints[8 * slot + 4] = a;
    ints[8 * slot + 5] = b;
    if (timeUs >= this.#topStart) {
      ints[8 * slot + 2] = NONE;
      if (this.#topLast === NONE) this.#topFirst = slot;
      else ints[8 * this.#topLast + 2] = slot;
      this.#topLast = slot;
      this.#topSize++;
      if (timeUs < this.#topLow) this.#topLow = timeUs;
      if (timeUs > this.#topHigh) this.#topHigh = timeUs;
      return;
    }
    const rungs = this.#rungs;
    for (let rung = 0; rung < rungs; rung++) {
      const position = (timeUs - this.#start[rung]) * this.#scale[rung];
      if (position >= this.#current[rung]) {
        this.#enter(rung, position, slot);
        return;
      }
    }
    this.#insert(timeUs, slot);
  }

  /** Takes the earliest event if its time is at most `untilUs`: its slot, readable until the next push; else -1. */
  take(untilUs: number): number {
    let head = this.#bottomHead;
    if (head === this.#bottomTail) {
      if (!this.#refill(untilUs)) return NONE;
      head = 0;
    }
    if (this.#bottomTimes[head] > untilUs) return NONE;
    const slot = this.#bottomSlots[head];
    this.#bottomHead = head + 1;
    this.ints[8 * slot + 2] = this.#free;
    this.#free = slot;
    this.size--;
    return slot;
  }

  #enter(rung: number, position: number, slot: number): void {
    const length = this.#length[rung];
    const bucket = this.#offset[rung] + (position < length ? position | 0 : length - 1);
    this.ints[8 * slot + 2] = this.#buckets[bucket];
    this.#buckets[bucket] = slot;
  }

  #insert(timeUs: number, slot: number): void {
    let tail = this.#bottomTail;
    if (this.#bottomHead === tail) {
      this.#bottomHead = 0;
      tail = 0;
    } else if (tail - this.#bottomHead > SORTED && this.#bottomTimes[tail - SORTED] > timeUs) {
      this.#spreadBottom(timeUs);
      const rung = this.#rungs - 1;
      this.#enter(rung, (timeUs - this.#start[rung]) * this.#scale[rung], slot);
      return;
    }
    if (tail === this.#bottomSlots.length) tail = this.#growBottom();
    const times = this.#bottomTimes;
    const slots = this.#bottomSlots;
    const head = this.#bottomHead;
    let at = tail;
    for (; at > head && times[at - 1] > timeUs; at--) {
      times[at] = times[at - 1];
      slots[at] = slots[at - 1];
    }
    times[at] = timeUs;
    slots[at] = slot;
    this.#bottomTail = tail + 1;
  }

  /** Fills the empty bottom with the next events, unless they lie beyond `untilUs`. */
  #refill(untilUs: number): boolean {
    for (;;) {
      if (this.#rungs === 0) {
        if (this.#topSize === 0 || this.#topLow > untilUs) return false;
        this.#openTop();
        if (this.#rungs === 0) return true;
      }
      const rung = this.#rungs - 1;
      const offset = this.#offset[rung];
      const length = this.#length[rung];
      const buckets = this.#buckets;
      let bucket = this.#current[rung];
      while (bucket < length && buckets[offset + bucket] === NONE) bucket++;
      if (bucket === length) {
        this.#rungs--;
        continue;
      }
      this.#current[rung] = bucket;
      if (this.#start[rung] + bucket / this.#scale[rung] > untilUs) return false;
      const newest = buckets[offset + bucket];
      const last = bucket + 1 === length;
      // A rung that is used up goes at once, so that no rung ever has its last bucket behind it.
      if (last) this.#rungs--;
      else this.#current[rung] = bucket + 1;
      if (this.#collect(newest, this.#scale[rung] === 1 && !last) || this.#spreadBucket(newest)) return true;
    }
  }

  /** Moves a bucket into the bottom, in order; false and nothing done if it has to be spread first. */
  #collect(newest: number, oneTime: boolean): boolean {
    let count = 0;
    const ints = this.ints;
    for (let slot = newest; slot !== NONE; slot = ints[8 * slot + 2]) {
      if (count === SORTED && !oneTime) return false;
      if (count === this.#bottomSlots.length) this.#doubleBottom();
      this.#bottomSlots[count++] = slot;
    }
    const slots = this.#bottomSlots;
    const times = this.#bottomTimes;
    const reals = this.reals;
    for (let i = 0, j = count - 1; i < j; i++, j--) {
      const slot = slots[i];
      slots[i] = slots[j];
      slots[j] = slot;
    }
    times[0] = reals[4 * slots[0]];
    for (let i = 1; i < count; i++) {
      const slot = slots[i];
      const timeUs = reals[4 * slot];
      let at = i;
      for (; at > 0 && times[at - 1] > timeUs; at--) {
        times[at] = times[at - 1];
        slots[at] = slots[at - 1];
      }
      times[at] = timeUs;
      slots[at] = slot;
    }
    this.#bottomHead = 0;
    this.#bottomTail = count;
    return true;
  }

  /** Turns the top into the first rung, or straight into the bottom where it is short. */
  #openTop(): void {
    const first = this.#topFirst;
    const count = this.#topSize;
    const low = this.#topLow;
    const high = this.#topHigh;
    this.#topFirst = NONE;
    this.#topLast = NONE;
    this.#topSize = 0;
    this.#topLow = Number.POSITIVE_INFINITY;
    this.#topHigh = Number.NEGATIVE_INFINITY;
    if (count <= SORTED) {
      this.#collect(this.#reverse(first), false);
      this.#topStart = high + 1;
    } else {
      this.#spread(first, count, low, high);
      this.#topStart = this.#start[0] + this.#length[0] / this.#scale[0];
    }
  }

  /** Spreads a bucket over a rung of its own. True if it is one instant after all and went to the bottom. */
  #spreadBucket(newest: number): boolean {
    const ints = this.ints;
    const reals = this.reals;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let count = 0;
    for (let slot = newest; slot !== NONE; slot = ints[8 * slot + 2]) {
      const timeUs = reals[4 * slot];
      if (timeUs < low) low = timeUs;
      if (timeUs > high) high = timeUs;
      count++;
    }
    if (low === high) return this.#collect(newest, true);
    this.#spread(this.#reverse(newest), count, low, high);
    return false;
  }

  /** Makes a rung of a bottom into which too many events are inserted too far from its end. */
  #spreadBottom(timeUs: number): void {
    const { ints } = this;
    const slots = this.#bottomSlots;
    const head = this.#bottomHead;
    const end = this.#bottomTail - 1;
    for (let i = head; i < end; i++) ints[8 * slots[i] + 2] = slots[i + 1];
    ints[8 * slots[end] + 2] = NONE;
    const low = Math.min(timeUs, this.#bottomTimes[head]);
    this.#spread(slots[head], end - head + 1, low, this.#bottomTimes[end]);
    this.#bottomHead = 0;
    this.#bottomTail = 0;
  }

  /** Adds a rung for a list of `count` events, oldest first, with times of low … high; about one bucket for each. */
  #spread(oldest: number, count: number, low: number, high: number): void {
    let width = 1;
    while (width * count <= high - low) width *= 2;
    const scale = 1 / width;
    const length = Math.floor((high - low) * scale) + 1;
    const rung = this.#rungs++;
    if (rung === this.#start.length) this.#growRungs();
    const offset = rung === 0 ? 0 : this.#offset[rung - 1] + this.#length[rung - 1];
    if (offset + length > this.#buckets.length) this.#growBuckets(offset + length);
    const buckets = this.#buckets;
    buckets.fill(NONE, offset, offset + length);
    this.#start[rung] = low;
    this.#scale[rung] = scale;
    this.#current[rung] = 0;
    this.#length[rung] = length;
    this.#offset[rung] = offset;
    const ints = this.ints;
    const reals = this.reals;
    for (let slot = oldest; slot !== NONE; ) {
      const next = ints[8 * slot + 2];
      const bucket = offset + (((reals[4 * slot] - low) * scale) | 0);
      ints[8 * slot + 2] = buckets[bucket];
      buckets[bucket] = slot;
      slot = next;
    }
  }

  #reverse(first: number): number {
    const ints = this.ints;
    let reversed = NONE;
    for (let slot = first; slot !== NONE; ) {
      const next = ints[8 * slot + 2];
      ints[8 * slot + 2] = reversed;
      reversed = slot;
      slot = next;
    }
    return reversed;
  }

  #growEvents(): void {
    const reals = new Float64Array(2 * this.reals.length);
    reals.set(this.reals);
    this.reals = reals;
    this.ints = new Int32Array(reals.buffer);
  }

  /** Makes room behind the bottom's tail; gives the new tail. */
  #growBottom(): number {
    const head = this.#bottomHead;
    if (2 * head < this.#bottomSlots.length) {
      this.#doubleBottom();
      return this.#bottomTail;
    }
    this.#bottomTimes.copyWithin(0, head);
    this.#bottomSlots.copyWithin(0, head);
    this.#bottomHead = 0;
    return this.#bottomSlots.length - head;
  }

  #doubleBottom(): void {
    const times = new Float64Array(2 * this.#bottomTimes.length);
    times.set(this.#bottomTimes);
    this.#bottomTimes = times;
    const slots = new Int32Array(times.length);
    slots.set(this.#bottomSlots);
    this.#bottomSlots = slots;
  }

  #growBuckets(needed: number): void {
    const buckets = new Int32Array(Math.max(needed, 2 * this.#buckets.length));
    buckets.set(this.#buckets);
    this.#buckets = buckets;
  }

  #growRungs(): void {
    const capacity = 2 * this.#start.length;
    const doubles = (from: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const to = new Float64Array(capacity);
      to.set(from);
      return to;
    };
    const integers = (from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const to = new Int32Array(capacity);
      to.set(from);
      return to;
    };
    this.#start = doubles(this.#start);
    this.#scale = doubles(this.#scale);
    this.#current = integers(this.#current);
    this.#length = integers(this.#length);
    this.#offset = integers(this.#offset);
  }
}
