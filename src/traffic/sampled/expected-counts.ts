// Counts what requests would have done that are not simulated: whole numbers, none of them lost or invented over time.
import { outcomeNames } from '../calls.ts';
import { type Meters, Tally } from '../meters.ts';
import type { MeterFigures } from './regime.ts';

const OUTCOMES = outcomeNames.length;
/** The golden ratio's part after the point: multiples of it, without what is before the point, are as even as can be. */
const GOLDEN = 0.618_033_988_749_895;

/** One meter's. What is not a whole number yet is carried on. */
export class ExpectedCounts {
  readonly #meter: number;
  #begun = 0;
  #attempts = 0;
  /** By outcome, then those that are abandoned; and by outcome of attempts. */
  readonly #outcomes = new Float64Array(OUTCOMES + 1);
  readonly #attemptOutcomes = new Float64Array(OUTCOMES);
  readonly #given = new Float64Array(OUTCOMES + 1);
  readonly #ends = new Float64Array(OUTCOMES + 1);
  #offset = 0;
  #pairs = new Uint32Array(512);

  constructor(meter: number) {
    this.#meter = meter;
  }

  /** So many calls, with a fraction, have begun and as many have ended as the figures say. */
  add(meters: Meters, figures: MeterFigures, calls: number, attempts: number): void {
    const begun = this.#takeBegun(calls);
    meters.expect(this.#meter, Tally.Begun, begun);
    const sent = this.#takeAttempts(attempts);
    meters.expect(this.#meter, Tally.Attempts, sent);
    this.#give(this.#attemptOutcomes, figures.attemptOutcomes, sent, (outcome, count) =>
      meters.expect(this.#meter, Tally.Attempt + outcome, count),
    );
    let well = 0;
    const ends = this.#ends;
    ends.set(figures.outcomes);
    ends[OUTCOMES] = figures.abandoned;
    this.#give(this.#outcomes, ends, begun, (outcome, count) => {
      meters.expect(this.#meter, outcome < OUTCOMES ? outcome : Tally.Abandoned, count);
      if (outcome === 0) well = count;
    });
    meters.expectAreaUs(this.#meter, begun * figures.sojournUs);
    this.#latencies(meters, figures, well);
  }

  #takeBegun(calls: number): number {
    this.#begun += calls;
    const whole = Math.floor(this.#begun);
    this.#begun -= whole;
    return whole;
  }

  #takeAttempts(attempts: number): number {
    this.#attempts += attempts;
    const whole = Math.floor(this.#attempts);
    this.#attempts -= whole;
    return whole;
  }

  /** Divides a whole number by shares: each part as near to what it should have by now as whole numbers can be. */
  #give(owed: Float64Array, shares: Float64Array, count: number, hand: (part: number, count: number) => void): void {
    const given = this.#given;
    let left = count;
    for (let part = 0; part < shares.length; part += 1) {
      owed[part] += shares[part] * count;
      const whole = Math.min(left, Math.max(0, Math.floor(owed[part])));
      owed[part] -= whole;
      given[part] = whole;
      left -= whole;
    }
    while (left > 0) {
      let most = 0;
      for (let part = 1; part < shares.length; part += 1) if (owed[part] > owed[most]) most = part;
      const step = Math.max(1, Math.min(left, Math.floor(owed[most])));
      given[most] += step;
      owed[most] -= step;
      left -= step;
    }
    for (let part = 0; part < shares.length; part += 1) if (given[part] > 0) hand(part, given[part]);
  }

  /** Systematic sampling of the distribution: bucket by bucket what a comb of `count` equidistant teeth meets. */
  #latencies(meters: Meters, { latencies: { first, shares }, okUs }: MeterFigures, count: number): void {
    if (count === 0 || shares.length === 0) return;
    this.#offset = (this.#offset + GOLDEN) % 1;
    if (this.#pairs.length < 2 * shares.length) this.#pairs = new Uint32Array(4 * shares.length);
    const pairs = this.#pairs;
    const last = shares.length - 1;
    let end = 0;
    let before = 0;
    // The sum is that of all shares times the count, and then what the comb begins with.
    let reached = this.#offset;
    for (let i = 0; i <= last; i += 1) {
      reached += count * shares[i];
      const met = i === last || reached > count ? count : Math.floor(reached);
      if (met > before) {
        pairs[end] = first + i;
        pairs[end + 1] = met - before;
        end += 2;
        before = met;
      }
    }
    meters.expectLatencies(this.#meter, pairs, end, count * okUs);
  }
}
