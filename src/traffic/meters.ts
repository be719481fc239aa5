// Hot dialect: what is counted and timed about calls, per source and per Service, in total, by interval and since the warm-up.
import { grown } from '../model/columns.ts';
import { Histogram } from '../metrics/histogram.ts';

/** Columns of a meter. 0 … 5 are the ended calls by `Outcome`, after their last attempt. */
export const Tally = {
  /** Calls begun. */
  Begun: 6,
  /** Attempts sent, first ones included. */
  Attempts: 7,
  /** Attempts that ended, by outcome: `Attempt + Outcome.…`. */
  Attempt: 8,
  /** Calls whose caller died before they ended. */
  Abandoned: 14,
} as const;

/** Doubles of a meter: its tallies, what is in flight in expectation alone, then what Little's law needs. */
const WIDTH = 19;
const STANDING = 15;
/** Calls in flight, ∫ calls in flight dt, and up to when. */
const IN_FLIGHT = 16;
const AREA = 17;
const AREA_US = 18;

/**
 * Meters by number. Counts only rise; `take` gives what was added since the last `take`, `warmed` what was added since
 * `warmUp`. Latencies are those of calls that ended well, from the first attempt to the answer.
 */
export class Meters {
  readonly names: string[] = [];
  #counts = new Float64Array(0);
  #taken = new Float64Array(0);
  #warm = new Float64Array(0);
  readonly #interval: Histogram[] = [];
  /** What the current interval had before the warm-up ended within it. */
  readonly #early: (Histogram | undefined)[] = [];
  readonly #total: Histogram[] = [];
  /** While somebody takes latencies in batches: those of the interval that he has, and his batch. */
  readonly #aside: (Histogram | undefined)[] = [];
  readonly #batch: Histogram[] = [];

  get length(): number {
    return this.names.length;
  }

  add(name: string): number {
    const meter = this.names.push(name) - 1;
    const length = this.names.length;
    this.#counts = grown(this.#counts, WIDTH * length);
    this.#taken = grown(this.#taken, WIDTH * length);
    this.#warm = grown(this.#warm, WIDTH * length);
    this.#interval.push(new Histogram());
    this.#early.push(undefined);
    this.#total.push(new Histogram());
    this.#aside.push(undefined);
    return meter;
  }

  begin(meter: number, nowUs: number): void {
    this.#advance(meter, nowUs, 1);
    this.#counts[WIDTH * meter + Tally.Begun] += 1;
  }

  end(meter: number, outcome: number, startedUs: number, nowUs: number): void {
    this.#advance(meter, nowUs, -1);
    this.#counts[WIDTH * meter + outcome] += 1;
    if (outcome === 0) this.#interval[meter].record(nowUs - startedUs);
  }

  abandon(meter: number, nowUs: number): void {
    this.#advance(meter, nowUs, -1);
    this.#counts[WIDTH * meter + Tally.Abandoned] += 1;
  }

  count(meter: number, tally: number): void {
    this.#counts[WIDTH * meter + tally] += 1;
  }

  /** All that was ever counted. */
  total(meter: number, tally: number): number {
    return this.#counts[WIDTH * meter + tally];
  }

  /** What was counted since the warm-up. */
  warmed(meter: number, tally: number): number {
    return this.#counts[WIDTH * meter + tally] - this.#warm[WIDTH * meter + tally];
  }

  /** What was counted since the last call for this column. */
  take(meter: number, tally: number): number {
    const at = WIDTH * meter + tally;
    const since = this.#counts[at] - this.#taken[at];
    this.#taken[at] = this.#counts[at];
    return since;
  }

  /** Ended calls, well or not. */
  ended(meter: number): number {
    const at = WIDTH * meter;
    let sum = this.#counts[at + Tally.Abandoned];
    for (let outcome = 0; outcome < Tally.Begun; outcome += 1) sum += this.#counts[at + outcome];
    return sum;
  }

  inFlight(meter: number): number {
    return this.#counts[WIDTH * meter + IN_FLIGHT];
  }

  /** Calls in flight, with those that are there in expectation. */
  present(meter: number): number {
    return this.#counts[WIDTH * meter + IN_FLIGHT] + this.#counts[WIDTH * meter + STANDING];
  }

  // Of calls that are not simulated one by one.

  /** So many more, in expectation. */
  expect(meter: number, tally: number, count: number): void {
    this.#counts[WIDTH * meter + tally] += count;
  }

  /** Calls that were in flight for so long, all together. */
  expectAreaUs(meter: number, us: number): void {
    this.#counts[WIDTH * meter + AREA] += us;
  }

  /** Latencies as (bucket, count) pairs up to `end`, of the given sum. */
  expectLatencies(meter: number, pairs: Uint32Array, end: number, sumUs: number): void {
    this.#interval[meter].addPairs(pairs, end, sumUs);
  }

  /** So many calls are in flight in expectation from now on, beside those that are simulated. */
  stand(meter: number, count: number): void {
    this.#counts[WIDTH * meter + STANDING] = count;
  }

  // Latencies in batches, beside the intervals.

  /** The first batch begins. */
  beginBatches(meter: number): void {
    this.#aside[meter] = this.#interval[meter];
    this.#interval[meter] = new Histogram();
    this.#batch[meter] = new Histogram();
  }

  /** Ends a batch; the next one begins. */
  takeBatch(meter: number): Histogram {
    this.#join(meter);
    const batch = this.#batch[meter];
    this.#batch[meter] = new Histogram();
    return batch;
  }

  /** There are no more batches. */
  endBatches(meter: number): void {
    const aside = this.#aside[meter];
    if (aside === undefined) return;
    this.#join(meter);
    this.#interval[meter] = aside;
    this.#aside[meter] = undefined;
  }

  /** What was recorded since the last time belongs to the batch and to the interval. */
  #join(meter: number): void {
    const aside = this.#aside[meter];
    if (aside === undefined) return;
    const recorded = this.#interval[meter];
    aside.merge(recorded);
    this.#batch[meter].merge(recorded);
    recorded.reset();
  }

  /** ∫ calls in flight dt up to `nowUs`, in µs: divided by the time it is the L of Little's law. */
  areaUs(meter: number, nowUs: number): number {
    this.#advance(meter, nowUs, 0);
    return this.#counts[WIDTH * meter + AREA];
  }

  /** Latencies of the current interval, in microseconds. */
  interval(meter: number): Histogram {
    this.#join(meter);
    const present = this.#aside[meter] ?? this.#interval[meter];
    const early = this.#early[meter];
    if (early === undefined) return present;
    const whole = new Histogram();
    whole.merge(early);
    whole.merge(present);
    return whole;
  }

  /** Latencies since the warm-up, without those of the current interval. */
  latencies(meter: number): Histogram {
    return this.#total[meter];
  }

  /** Ends the interval: its latencies go into the total. */
  roll(meter: number): void {
    this.#join(meter);
    const present = this.#aside[meter] ?? this.#interval[meter];
    this.#total[meter].merge(present);
    present.reset();
    this.#early[meter] = undefined;
  }

  /** Ends the warm-up: `warmed` and `latencies` begin here. The current interval goes on. */
  warmUp(): void {
    this.#warm.set(this.#counts);
    for (let meter = 0; meter < this.length; meter += 1) {
      this.#total[meter].reset();
      this.#early[meter] = this.interval(meter);
      if (this.#aside[meter] === undefined) this.#interval[meter] = new Histogram();
      else this.#aside[meter] = new Histogram();
    }
  }

  #advance(meter: number, nowUs: number, change: number): void {
    const counts = this.#counts;
    const at = WIDTH * meter;
    const inFlight = counts[at + IN_FLIGHT];
    counts[at + AREA] += inFlight * (nowUs - counts[at + AREA_US]);
    counts[at + AREA_US] = nowUs;
    counts[at + IN_FLIGHT] = inFlight + change;
  }
}
