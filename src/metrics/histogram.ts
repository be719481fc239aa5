// Hot dialect: a histogram of durations whose buckets are read off the bits of a double; recording allocates nothing.
import { assert } from '../lib/assert.ts';

// The top 7 bits of the mantissa and the exponent, moved to an int, number the buckets: 128 to the octave, each 1/128 of
// its lower bound wide. The middle of a bucket is within 1/256 (0.39 %) of every value in it.
const SHIFT = 13;
const OCTAVE = 128;
const BIAS = (1023 << 7) - 1; // 1.0 has bucket 1; bucket 0 holds what is below 1
const LAST = OCTAVE * 40; // 2^40 µs are 12.7 days; what is longer counts there
const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);
number[0] = 1;
const HIGH = words[1] !== 0 ? 1 : 0; // the byte order of this machine

const COUNT = 0;
const SUM = 1;
const MIN = 2;
const MAX = 3;

/** One bucket: how many values are at most `upperUs` and above the bucket before. */
export interface Bucket {
  readonly upperUs: number;
  readonly count: number;
}

/** The number of the bucket of a duration. */
export function bucketOf(valueUs: number): number {
  if (!(valueUs >= 1)) return 0;
  number[0] = valueUs;
  const index = (words[HIGH] >>> SHIFT) - BIAS;
  return index > LAST ? LAST : index;
}

/** The lower bound of a bucket. */
function lower(index: number): number {
  if (index === 0) return 0;
  const octave = (index - 1) >> 7;
  return 2 ** octave * (1 + ((index - 1) & (OCTAVE - 1)) / OCTAVE);
}

/** Of a bucket: 5 of its count, 2 of those before it. */
const MOST_BYTES = 7;

function writeBits(into: Uint8Array, at: number, value: number): number {
  let end = at;
  let rest = value;
  for (; rest >= 128; rest >>>= 7) into[end++] = (rest & 127) | 128;
  into[end] = rest;
  return end + 1;
}

/** The largest whole number of microseconds in a bucket. */
function upper(index: number): number {
  return index === 0 ? 0 : Math.ceil(lower(index + 1)) - 1;
}

/**
 * Counts durations, whole microseconds from 0 to 2^40. Quantiles are within 0.39 % of the value at their rank, and exact
 * below 128 µs. It starts without buckets and grows by octaves to the span of what it sees: about 4 KB for 1 ms to 1 s.
 */
export class Histogram {
  private counts = new Uint32Array(0);
  /** The bucket in counts[0]. */
  private first = 0;
  private readonly state = Float64Array.of(0, 0, Infinity, -Infinity);

  /** The bucket of a duration, as `pack` numbers them. */
  static bucketOf(valueUs: number): number {
    return bucketOf(valueUs);
  }

  record(valueUs: number): void {
    const index = bucketOf(valueUs);
    let slot = index - this.first;
    if (slot < 0 || slot >= this.counts.length) {
      this.grow(index, index);
      slot = index - this.first;
    }
    this.counts[slot]++;
    const { state } = this;
    state[COUNT]++;
    state[SUM] += valueUs;
    if (valueUs < state[MIN]) state[MIN] = valueUs;
    if (valueUs > state[MAX]) state[MAX] = valueUs;
  }

  get count(): number {
    return this.state[COUNT];
  }

  /** Microseconds. */
  get sum(): number {
    return this.state[SUM];
  }

  /** Microseconds; Infinity when empty. */
  get min(): number {
    return this.state[MIN];
  }

  /** Microseconds; -Infinity when empty. */
  get max(): number {
    return this.state[MAX];
  }

  /** Microseconds; NaN when empty. */
  get mean(): number {
    return this.sum / this.count;
  }

  /** The value of rank ceil(q × count), in microseconds; NaN when empty. 0 gives the least, 1 the greatest value. */
  quantile(q: number): number {
    return this.quantiles([q])[0];
  }

  /** The same of several q, ascending, by one look at the buckets. */
  quantiles(qs: readonly number[]): number[] {
    const { counts } = this;
    const values: number[] = [];
    let seen = 0;
    let slot = -1;
    for (const q of qs) {
      assert(q >= 0 && q <= 1, () => `quantile ${q} is not within 0..1`);
      // 0.99 × 100 is 99.00000000000001 in doubles: do not ask for the 100th value then.
      const rank = Math.max(1, Math.ceil(q * this.count - 1e-9 * this.count));
      if (this.count === 0) values.push(Number.NaN);
      else if (q === 0) values.push(this.min);
      else if (rank >= this.count) values.push(this.max);
      else {
        while (seen < rank) seen += counts[++slot];
        values.push(this.middle(this.first + slot));
      }
    }
    return values;
  }

  private middle(index: number): number {
    return Math.min(Math.max((Math.ceil(lower(index)) + upper(index)) / 2, this.min), this.max);
  }

  /** A quantile for a row of the results: seconds, null when empty. */
  quantileSeconds(q: number): number | null {
    return this.quantilesSeconds([q])[0];
  }

  quantilesSeconds(qs: readonly number[]): (number | null)[] {
    return this.count === 0 ? qs.map(() => null) : this.quantiles(qs).map((us) => us / 1e6);
  }

  /** The mean for a row of the results: seconds, null when empty. */
  meanSeconds(): number | null {
    return this.count === 0 ? null : this.mean / 1e6;
  }

  /** Empties the histogram and keeps its buckets. */
  reset(): void {
    this.counts.fill(0);
    this.state.set([0, 0, Infinity, -Infinity]);
  }

  /** Adds all of another histogram to this one. */
  merge(other: Histogram): void {
    if (other.count === 0) return;
    this.grow(other.first, other.first + other.counts.length - 1);
    const shift = other.first - this.first;
    for (let slot = 0; slot < other.counts.length; slot++) this.counts[slot + shift] += other.counts[slot];
    this.state[COUNT] += other.count;
    this.state[SUM] += other.sum;
    if (other.min < this.min) this.state[MIN] = other.min;
    if (other.max > this.max) this.state[MAX] = other.max;
  }

  /** What was recorded since this histogram was as `earlier`, its least and greatest value as exact as their buckets are. */
  since(earlier: Histogram): Histogram {
    const later = new Histogram();
    if (this.count === earlier.count) return later;
    later.grow(this.first, this.first + this.counts.length - 1);
    for (let slot = 0; slot < this.counts.length; slot++) {
      const before = earlier.counts[this.first + slot - earlier.first] ?? 0;
      const count = this.counts[slot] - before;
      if (count === 0) continue;
      const index = this.first + slot;
      later.counts[index - later.first] = count;
      if (later.state[MIN] === Infinity) later.state[MIN] = Math.max(Math.ceil(lower(index)), this.min);
      later.state[MAX] = Math.min(upper(index), this.max);
    }
    later.state[COUNT] = this.count - earlier.count;
    later.state[SUM] = this.sum - earlier.sum;
    return later;
  }

  /** The buckets that hold something, ascending. */
  buckets(): Bucket[] {
    const found: Bucket[] = [];
    for (let slot = 0; slot < this.counts.length; slot++) {
      if (this.counts[slot] !== 0) found.push({ upperUs: upper(this.first + slot), count: this.counts[slot] });
    }
    return found;
  }

  /** The buckets that hold something, as (bucket, count) pairs written to `into` from `at` on. Returns where they end. */
  pack(into: Uint32Array, at: number): number {
    let end = at;
    for (let slot = 0; slot < this.counts.length; slot++) {
      if (this.counts[slot] === 0) continue;
      into[end] = this.first + slot;
      into[end + 1] = this.counts[slot];
      end += 2;
    }
    return end;
  }

  /** How many numbers `pack` would write. */
  get packedLength(): number {
    let length = 0;
    for (let slot = 0; slot < this.counts.length; slot++) if (this.counts[slot] !== 0) length += 2;
    return length;
  }

  /** Adds what `pack` wrote to `from` between `start` and `end`, of the given sum, least and greatest value. */
  mergePacked(from: Uint32Array, start: number, end: number, sum: number, min: number, max: number): void {
    if (start === end) return;
    this.grow(from[start], from[end - 2]);
    const { counts, first } = this;
    let added = 0;
    for (let at = start; at < end; at += 2) {
      counts[from[at] - first] += from[at + 1];
      added += from[at + 1];
    }
    this.add(added, sum, min, max);
  }

  /** The same in bytes, to keep: for each bucket that holds something how many empty ones are before it, and its count, seven bits a byte. Returns where they end. */
  packBytes(into: Uint8Array, at: number): number {
    const { counts, first } = this;
    let end = at;
    let next = 0;
    for (let slot = 0; slot < counts.length; slot++) {
      if (counts[slot] === 0) continue;
      end = writeBits(into, end, first + slot - next);
      end = writeBits(into, end, counts[slot]);
      next = first + slot + 1;
    }
    return end;
  }

  /** How many bytes `packBytes` writes at most. */
  get mostBytes(): number {
    return MOST_BYTES * this.counts.length;
  }

  /** Adds what `packBytes` wrote to `from` between `start` and `end`. */
  mergeBytes(from: Uint8Array, start: number, end: number, sum: number, min: number, max: number): void {
    if (start === end) return;
    this.grow(bucketOf(min), bucketOf(max));
    const { counts, first } = this;
    let added = 0;
    let slot = -first;
    for (let at = start; at < end; slot++) {
      let bits = 0;
      for (let shift = 0; ; shift += 7) {
        bits |= (from[at] & 127) << shift;
        if (from[at++] < 128) break;
      }
      slot += bits;
      let count = 0;
      for (let shift = 0; ; shift += 7) {
        count += (from[at] & 127) * 2 ** shift;
        if (from[at++] < 128) break;
      }
      counts[slot] += count;
      added += count;
    }
    this.add(added, sum, min, max);
  }

  private add(count: number, sum: number, min: number, max: number): void {
    const { state } = this;
    state[COUNT] += count;
    state[SUM] += sum;
    if (min < state[MIN]) state[MIN] = min;
    if (max > state[MAX]) state[MAX] = max;
  }

  /** How many values are in the buckets up to that of the value: all that are at most it, and those that share its bucket. */
  upTo(valueUs: number): number {
    let seen = 0;
    const last = Math.min(bucketOf(valueUs) - this.first, this.counts.length - 1);
    for (let slot = 0; slot <= last; slot++) seen += this.counts[slot];
    return seen;
  }

  /** Adds what (bucket, count) pairs say, of the given sum; the least and greatest value as exact as their buckets are. */
  addPairs(from: Uint32Array, end: number, sum: number): void {
    if (end === 0) return;
    this.mergePacked(from, 0, end, sum, Math.ceil(lower(from[0])), upper(from[end - 2]));
  }

  /** Makes room for buckets `from` to `to`, in whole octaves. */
  private grow(from: number, to: number): void {
    const { counts, first } = this;
    const empty = counts.length === 0;
    const start = Math.floor((empty ? from : Math.min(first, from)) / OCTAVE) * OCTAVE;
    const end = Math.ceil(((empty ? to : Math.max(first + counts.length - 1, to)) + 1) / OCTAVE) * OCTAVE;
    if (!empty && start === first && end === first + counts.length) return;
    const grown = new Uint32Array(end - start);
    if (!empty) grown.set(counts, first - start);
    this.counts = grown;
    this.first = start;
  }
}
