// Hot dialect: the future event list as a ladder queue on typed arrays: (time, sequence) order at constant amortised cost.

import { Pages } from './pages.ts';

const NONE = -1;
/** A bucket of at most this many events is sorted by insertion; a fuller one is spread over a finer rung. */
const SORTED = 48;
/** Up to this many events are simply kept sorted. */
const FEW = 16;
/** Events per bucket that a new rung aims at (up to twice as many where widths round up), and its buckets per event. */
const OCCUPANCY = 0.25;
const COVERAGE = 8;
/** A top of more events than this is filed in pages: their rows no longer fit a cache. */
const MANY = 32_768;

/**
 * A ladder queue (Tang, Goh and Thng, ACM TOMACS 15(3), 2005). From late to early, the pending events are in
 * - the top: an unsorted list of everything from `topStart` on; when it is opened with many events, they first go into pages;
 * - the rungs: buckets of equal width; each rung refines the first bucket of the one before it, the first one the top or a page;
 * - the bottom: a sorted array of what comes next.
 * Every time belongs to exactly one of these places at any moment, and every move keeps the order of booking, so events of
 * one time stay first in, first out without a sequence number. Widths are powers of two and times are integers: the
 * arithmetic that finds a bucket is exact.
 *
 * Unlike the paper's: a rung is as fine as the mean of its events asks for, not their maximum, and at least half of them
 * fit its buckets; the rest stay in the top, or in the last bucket of an inner rung. A bucket with one event is served where it is.
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

  // Starting as a fraction makes a field a double for good, whatever integers it holds later; else each store allocates.
  #topStart = 0.5;
  #topTimes = new Float64Array(64);
  #topSlots = new Int32Array(64);
  #topSize = 0;
  readonly #many: number;
  readonly #pages = new Pages();

  /** The newest event of each bucket, which links to older ones; and a bit for each bucket that is not empty. */
  #buckets = new Int32Array(64);
  #filled = new Int32Array(2);

  /** The innermost rung takes times from its floor up to its ceiling, which is the floor of the next outer one or the top's start. */
  #floor = 0.5;
  #ceiling = 0.5;
  #start = 0.5;
  #scale = 0.5;
  #offset = 0;
  #length = 0;
  /** The first word of `#filled` that may have a bit set, and the end of the rung's words. */
  #word = 0;
  #endWord = 0;

  /** The outer rungs, outermost first: floor, start, scale, offset, length, word, endWord of each. */
  #outer = new Float64Array(8 * 8);
  #rungs = 0;

  #bottomTimes = new Float64Array(2 * SORTED);
  #bottomSlots = new Int32Array(2 * SORTED);
  #bottomHead = 0;
  #bottomTail = 0;

  /** Pages are for more than `many` events; fewer give the same order. */
  constructor(many = MANY) {
    this.#many = many;
    this.#topStart = Number.POSITIVE_INFINITY;
    this.#floor = Number.POSITIVE_INFINITY;
    this.#ceiling = Number.POSITIVE_INFINITY;
  }

  /** Adds an event at an integer time, which must not lie before the time of the last one taken. */
  push(timeUs: number, kind: number, a: number, b: number): void {
    let slot = this.#free;
    if (slot === NONE) {
      slot = this.#used++;
      if (slot << 3 === this.ints.length) this.#growEvents();
    } else {
      this.#free = this.ints[(slot << 3) | 2];
    }
    this.size++;
    const ints = this.ints;
    this.reals[slot << 2] = timeUs;
    ints[(slot << 3) | 3] = kind;
    ints[(slot << 3) | 4] = a;
    ints[(slot << 3) | 5] = b;
    if (timeUs < this.#floor) {
      this.#insert(timeUs, slot);
    } else if (timeUs < this.#ceiling) {
      this.#enter(timeUs, slot);
    } else {
      this.#enterOuter(timeUs, slot);
    }
  }

  /** Takes the earliest event if its time is at most `untilUs`: its slot, readable until the next push; else -1. */
  take(untilUs: number): number {
    let slot = NONE;
    for (;;) {
      const head = this.#bottomHead;
      if (head < this.#bottomTail) {
        if (this.#bottomTimes[head] > untilUs) return NONE;
        slot = this.#bottomSlots[head];
        this.#bottomHead = head + 1;
        break;
      }
      const filled = this.#filled;
      const end = this.#endWord;
      let word = this.#word;
      while (word < end && filled[word] === 0) word++;
      this.#word = word;
      if (word >= end) {
        if (!this.#leaveRung()) return NONE;
        continue;
      }
      const bits = filled[word];
      const bit = Math.clz32(bits);
      const bucket = (word << 5) | bit;
      slot = this.#buckets[bucket];
      if (this.ints[(slot << 3) | 2] === NONE) {
        if (this.reals[slot << 2] > untilUs) return this.#waitAt(bucket);
        filled[word] = bits ^ (0x80000000 >>> bit);
        this.#buckets[bucket] = NONE;
        break;
      }
      if (this.#start + (bucket - this.#offset) / this.#scale > untilUs) return this.#waitAt(bucket);
      this.#openBucket(bucket);
    }
    this.ints[(slot << 3) | 2] = this.#free;
    this.#free = slot;
    this.size--;
    return slot;
  }

  /** Leaves a bucket for a later run: what is pushed before it until then goes into the bottom. */
  #waitAt(bucket: number): number {
    this.#floor = this.#start + (bucket - this.#offset) / this.#scale;
    return NONE;
  }

  /** Puts an event into its bucket of the innermost rung. */
  #enter(timeUs: number, slot: number): void {
    const position = (timeUs - this.#start) * this.#scale;
    const length = this.#length;
    const bucket = this.#offset + (position < length ? position | 0 : length - 1);
    this.ints[(slot << 3) | 2] = this.#buckets[bucket];
    this.#buckets[bucket] = slot;
    this.#filled[bucket >> 5] |= 0x80000000 >>> bucket;
  }

  /** Puts an event at or after the innermost rung's ceiling into the top or into an outer rung. */
  #enterOuter(timeUs: number, slot: number): void {
    if (timeUs >= this.#topStart) {
      if (timeUs < this.#pages.end) {
        this.#pages.add(timeUs, slot);
        return;
      }
      const at = this.#topSize++;
      if (at === this.#topSlots.length) this.#growTop();
      this.#topTimes[at] = timeUs;
      this.#topSlots[at] = slot;
      return;
    }
    const outer = this.#outer;
    let at = 0;
    while (timeUs < outer[at]) at += 8;
    const position = (timeUs - outer[at + 1]) * outer[at + 2];
    const length = outer[at + 4] | 0;
    const bucket = (outer[at + 3] | 0) + (position < length ? position | 0 : length - 1);
    this.ints[(slot << 3) | 2] = this.#buckets[bucket];
    this.#buckets[bucket] = slot;
    this.#filled[bucket >> 5] |= 0x80000000 >>> bucket;
  }

  #insert(timeUs: number, slot: number): void {
    let tail = this.#bottomTail;
    const head = this.#bottomHead;
    if (tail - head > FEW) {
      const last = this.#bottomTimes[tail - 1];
      if (this.#topStart === Number.POSITIVE_INFINITY) {
        this.#topStart = Math.max(last, timeUs) + 1;
        this.#floor = this.#topStart;
        this.#ceiling = this.#topStart;
      }
      if (tail - head > SORTED && this.#bottomTimes[tail - SORTED] > timeUs) {
        this.#bottomHead = 0;
        this.#bottomTail = 0;
        this.#spreadBottom(head, tail, Math.min(timeUs, this.#bottomTimes[head]), last);
        this.#enter(timeUs, slot);
        return;
      }
    }
    if (tail === this.#bottomSlots.length) tail = this.#makeRoom();
    const times = this.#bottomTimes;
    const slots = this.#bottomSlots;
    let at = tail;
    for (const first = this.#bottomHead; at > first && times[at - 1] > timeUs; at--) {
      times[at] = times[at - 1];
      slots[at] = slots[at - 1];
    }
    times[at] = timeUs;
    slots[at] = slot;
    this.#bottomTail = tail + 1;
  }

  /** Goes on from an innermost rung without events to the next outer one or the top; false when nothing is pending. */
  #leaveRung(): boolean {
    if (this.#rungs > 0) this.#popRung();
    if (this.#rungs > 0) return true;
    if (this.#pages.size > 0) {
      this.#openPage();
      return true;
    }
    if (this.#topSize === 0) return false;
    this.#openTop();
    return true;
  }

  /** Turns the top into the first rung, or straight into the bottom where it is short. */
  #openTop(): void {
    const count = this.#topSize;
    const times = this.#topTimes;
    const slots = this.#topSlots;
    if (count <= FEW) {
      this.#topSize = 0;
      for (let i = 0; i < count; i++) this.#bottomSlots[i] = slots[i];
      this.#sortBottom(count);
      this.#topStart = Number.POSITIVE_INFINITY;
      this.#floor = Number.POSITIVE_INFINITY;
      this.#ceiling = Number.POSITIVE_INFINITY;
      return;
    }
    let low = times[0];
    let high = low;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const timeUs = times[i];
      if (timeUs < low) low = timeUs;
      if (timeUs > high) high = timeUs;
      sum += timeUs;
    }
    const pages = count > this.#many ? this.#pages : undefined;
    if (pages === undefined) {
      this.#pushRung(count, low, high, sum / count);
      this.#topStart = low + this.#length / this.#scale;
      this.#ceiling = this.#topStart;
    } else {
      pages.begin(count, low, high, sum / count);
    }
    const end = pages === undefined ? this.#topStart : pages.end;
    let left = 0;
    for (let i = 0; i < count; i++) {
      const timeUs = times[i];
      const slot = slots[i];
      if (timeUs >= end) {
        times[left] = timeUs;
        slots[left++] = slot;
      } else if (pages === undefined) {
        this.#enter(timeUs, slot);
      } else {
        pages.add(timeUs, slot);
      }
    }
    this.#topSize = left;
    if (pages !== undefined) this.#openPage();
  }

  /** Moves the next page into the empty bottom, sorted, or into the first rung. */
  #openPage(): void {
    const pages = this.#pages;
    const count = pages.turn();
    while (count > this.#bottomSlots.length) this.#growBottom();
    pages.move(this.#bottomTimes, this.#bottomSlots);
    this.#topStart = pages.floor;
    this.#floor = pages.floor;
    this.#ceiling = pages.floor;
    if (count <= SORTED) this.#sortBottom(count);
    else this.#spread(count);
  }

  /** Moves a bucket into the empty bottom, sorted, or into a new rung. */
  #openBucket(bucket: number): void {
    const ints = this.ints;
    const reals = this.reals;
    const next = bucket - this.#offset + 1;
    const newest = this.#buckets[bucket];
    this.#filled[bucket >> 5] ^= 0x80000000 >>> bucket;
    this.#buckets[bucket] = NONE;
    // A rung that is used up goes at once: its last bucket takes whatever lies beyond, so the rung has no floor after it.
    if (next === this.#length) this.#popRung();
    else this.#floor = this.#start + next / this.#scale;
    let count = 0;
    for (let slot = newest; slot !== NONE; slot = ints[(slot << 3) | 2]) {
      if (count === this.#bottomSlots.length) this.#growBottom();
      this.#bottomSlots[count++] = slot;
    }
    const slots = this.#bottomSlots;
    for (let i = 0, j = count - 1; i < j; i++, j--) {
      const slot = slots[i];
      slots[i] = slots[j];
      slots[j] = slot;
    }
    if (count <= SORTED) {
      this.#sortBottom(count);
      return;
    }
    const times = this.#bottomTimes;
    for (let i = 0; i < count; i++) times[i] = reals[slots[i] << 2];
    this.#spread(count);
  }

  /** Moves the first `count` of the bottom's columns, which are in the order of booking, into a new rung, unless all have one time. */
  #spread(count: number): void {
    const times = this.#bottomTimes;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const timeUs = times[i];
      if (timeUs < low) low = timeUs;
      if (timeUs > high) high = timeUs;
    }
    this.#bottomHead = 0;
    if (low === high) this.#bottomTail = count;
    else this.#spreadBottom(0, count, low, high);
  }

  /** Makes the bottom of its first `count` slots, which are in the order of booking, by insertion. */
  #sortBottom(count: number): void {
    const times = this.#bottomTimes;
    const slots = this.#bottomSlots;
    const reals = this.reals;
    for (let i = 0; i < count; i++) {
      const slot = slots[i];
      const timeUs = reals[slot << 2];
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
  }

  /** Moves the events `from` … `to` of the bottom's columns, with times of low … high, into a new rung. */
  #spreadBottom(from: number, to: number, low: number, high: number): void {
    const times = this.#bottomTimes;
    const slots = this.#bottomSlots;
    let sum = 0;
    for (let i = from; i < to; i++) sum += times[i];
    this.#pushRung(to - from, low, high, sum / (to - from));
    for (let i = from; i < to; i++) this.#enter(times[i], slots[i]);
    this.#bottomHead = 0;
    this.#bottomTail = 0;
  }

  /** Adds an empty innermost rung for `count` events with times of low … high and the mean given. */
  #pushRung(count: number, low: number, high: number, mean: number): void {
    let width = 1;
    while (width * count < OCCUPANCY * (mean - low)) width *= 2;
    const scale = 1 / width;
    const length = Math.min(Math.floor((high - low) * scale) + 1, COVERAGE * count);
    let offset = 0;
    if (this.#rungs > 0) {
      this.#saveRung();
      this.#ceiling = this.#floor;
      offset = this.#endWord << 5;
    }
    this.#rungs++;
    const end = offset + length;
    if (end > this.#buckets.length) this.#growBuckets(end);
    this.#floor = low;
    this.#start = low;
    this.#scale = scale;
    this.#offset = offset;
    this.#length = length;
    this.#word = offset >> 5;
    this.#endWord = (end + 31) >> 5;
    this.#buckets.fill(NONE, offset, end);
    this.#filled.fill(0, this.#word, this.#endWord);
  }

  #saveRung(): void {
    const at = 8 * (this.#rungs - 1);
    if (at === this.#outer.length) this.#outer = doubled(this.#outer);
    const outer = this.#outer;
    outer[at] = this.#floor;
    outer[at + 1] = this.#start;
    outer[at + 2] = this.#scale;
    outer[at + 3] = this.#offset;
    outer[at + 4] = this.#length;
    outer[at + 5] = this.#word;
    outer[at + 6] = this.#endWord;
  }

  /** Drops the innermost rung. */
  #popRung(): void {
    const rungs = --this.#rungs;
    if (rungs === 0) {
      this.#floor = this.#topStart;
      this.#ceiling = this.#topStart;
      this.#word = 0;
      this.#endWord = 0;
      return;
    }
    const outer = this.#outer;
    const at = 8 * (rungs - 1);
    this.#floor = outer[at];
    this.#start = outer[at + 1];
    this.#scale = outer[at + 2];
    this.#offset = outer[at + 3] | 0;
    this.#length = outer[at + 4] | 0;
    this.#word = outer[at + 5] | 0;
    this.#endWord = outer[at + 6] | 0;
    this.#ceiling = rungs === 1 ? this.#topStart : outer[at - 8];
  }

  #growEvents(): void {
    this.reals = doubled(this.reals);
    this.ints = new Int32Array(this.reals.buffer);
  }

  #growTop(): void {
    this.#topTimes = doubled(this.#topTimes);
    this.#topSlots = doubledInts(this.#topSlots);
  }

  #growBottom(): void {
    this.#bottomTimes = doubled(this.#bottomTimes);
    this.#bottomSlots = doubledInts(this.#bottomSlots);
  }

  /** Makes room behind the bottom's tail; gives the new tail. */
  #makeRoom(): number {
    const head = this.#bottomHead;
    const tail = this.#bottomTail;
    if (2 * head < tail) {
      this.#growBottom();
      return tail;
    }
    this.#bottomTimes.copyWithin(0, head, tail);
    this.#bottomSlots.copyWithin(0, head, tail);
    this.#bottomHead = 0;
    this.#bottomTail = tail - head;
    return tail - head;
  }

  #growBuckets(needed: number): void {
    while (this.#buckets.length < needed) {
      this.#buckets = doubledInts(this.#buckets);
      this.#filled = doubledInts(this.#filled);
    }
  }
}

function doubled(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(2 * column.length);
  longer.set(column);
  return longer;
}

function doubledInts(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(2 * column.length);
  longer.set(column);
  return longer;
}
