// What is known of a regime: figures by request of a component, and the mix of several that stands for one between them.
import { Histogram } from '../../metrics/histogram.ts';
import { outcomeNames } from '../calls.ts';
import { type Meters, Tally } from '../meters.ts';
import type { Findings } from './batches.ts';

const OUTCOMES = outcomeNames.length;

/** A distribution over buckets of a histogram: `shares[i]` is that of bucket `first` + i. */
export interface Shares {
  readonly first: number;
  readonly shares: Float64Array;
}

/** What a meter counts, by request from outside that the component gets. */
export interface MeterFigures {
  readonly begun: number;
  readonly attempts: number;
  /** Shares of the calls and of the attempts that end, by outcome; `abandoned` of the calls. */
  readonly outcomes: Float64Array;
  readonly abandoned: number;
  readonly attemptOutcomes: Float64Array;
  /** Time that a call is in flight, and that of one that ends well. */
  readonly sojournUs: number;
  readonly okUs: number;
  readonly latencies: Shares;
}

/** Measured once. Meters and services in the order of the component that has the regime. */
export interface Regime {
  /** Of the component's shape, as messages name it. */
  readonly name: string;
  /** Logarithms: of requests a second from outside, and of endpoints by service. */
  readonly rate: number;
  readonly endpoints: Float64Array;
  /** Of each service: the share of lost endpoints, where they are few of many. */
  readonly lost: Float64Array;
  /** Of each source: its share of the requests. */
  readonly sources: Float64Array;
  readonly meters: readonly MeterFigures[];
  /** µs of CPU by service and request from outside. */
  readonly cpuUs: Float64Array;
  readonly findings: Findings;
  readonly withinError: boolean;
  readonly measuredFromUs: number;
  readonly measuredUs: number;
  /** Requests for which it stood, in expectation. */
  requests: number;
}

export interface MixPart {
  readonly regime: Regime;
  readonly weight: number;
}

/** Tallies of a meter when a measurement began, and what they have become. */
export class MeterReading {
  readonly #meter: number;
  readonly #counts: Float64Array;
  readonly #areaUs: number;
  readonly #latencies = new Histogram();

  constructor(meters: Meters, meter: number, nowUs: number) {
    this.#meter = meter;
    this.#counts = tallies(meters, meter);
    this.#areaUs = meters.areaUs(meter, nowUs);
    meters.beginBatches(meter);
  }

  /** The latencies since the last time. */
  batch(meters: Meters): Histogram {
    const batch = meters.takeBatch(this.#meter);
    this.#latencies.merge(batch);
    return batch;
  }

  end(meters: Meters): void {
    meters.endBatches(this.#meter);
  }

  /** By request, of which `requests` came from outside meanwhile. */
  figures(meters: Meters, nowUs: number, requests: number): MeterFigures {
    const counts = tallies(meters, this.#meter).map((count, tally) => count - this.#counts[tally]);
    const outcomes = counts.slice(0, OUTCOMES);
    const attemptOutcomes = counts.slice(Tally.Attempt, Tally.Attempt + OUTCOMES);
    const ended = sum(outcomes) + counts[Tally.Abandoned];
    this.batch(meters);
    const latencies = this.#latencies;
    return {
      begun: counts[Tally.Begun] / requests,
      attempts: counts[Tally.Attempts] / requests,
      outcomes: outcomes.map((count) => (ended === 0 ? 0 : count / ended)),
      abandoned: ended === 0 ? 0 : counts[Tally.Abandoned] / ended,
      attemptOutcomes: attemptOutcomes.map((count) => count / Math.max(1, sum(attemptOutcomes))),
      sojournUs: (meters.areaUs(this.#meter, nowUs) - this.#areaUs) / Math.max(1, counts[Tally.Begun]),
      okUs: latencies.count === 0 ? 0 : latencies.mean,
      latencies: sharesOf(latencies),
    };
  }
}

function tallies(meters: Meters, meter: number): Float64Array {
  return Float64Array.from({ length: Tally.Abandoned + 1 }, (_, tally) => meters.total(meter, tally));
}

function sharesOf(latencies: Histogram): Shares {
  const { count, packedLength } = latencies;
  const pairs = new Uint32Array(packedLength);
  latencies.pack(pairs, 0);
  if (packedLength === 0) return { first: 0, shares: new Float64Array(0) };
  const first = pairs[0];
  const shares = new Float64Array(pairs[packedLength - 2] - first + 1);
  for (let at = 0; at < packedLength; at += 2) shares[pairs[at] - first] = pairs[at + 1] / count;
  return { first, shares };
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** The sum of what the parts have, by their weights. */
export function mixed(mix: readonly MixPart[], figure: (regime: Regime) => number): number {
  let total = 0;
  for (const { regime, weight } of mix) total += weight * figure(regime);
  return total;
}

/** A meter's figures of a mix: shares are above 0 and add up to 1, whatever the weights. */
export function mixedMeter(mix: readonly MixPart[], meter: number): MeterFigures {
  const of = (figure: (figures: MeterFigures) => number): number => mixed(mix, ({ meters }) => figure(meters[meter]));
  const outcomes = Float64Array.from({ length: OUTCOMES + 1 }, (_, outcome) =>
    Math.max(0, outcome < OUTCOMES ? of((one) => one.outcomes[outcome]) : of((one) => one.abandoned)),
  );
  const attempts = Float64Array.from({ length: OUTCOMES }, (_, outcome) =>
    Math.max(
      0,
      of((one) => one.attemptOutcomes[outcome]),
    ),
  );
  normalise(outcomes);
  normalise(attempts);
  return {
    begun: Math.max(
      0,
      of((one) => one.begun),
    ),
    attempts: Math.max(
      0,
      of((one) => one.attempts),
    ),
    outcomes: outcomes.slice(0, OUTCOMES),
    abandoned: outcomes[OUTCOMES],
    attemptOutcomes: attempts,
    sojournUs: Math.max(
      0,
      of((one) => one.sojournUs),
    ),
    okUs: Math.max(
      0,
      of((one) => one.okUs),
    ),
    latencies: mixedShares(mix, meter),
  };
}

function normalise(values: Float64Array): void {
  const total = sum(values);
  if (total > 0) for (let i = 0; i < values.length; i += 1) values[i] /= total;
}

/** Distribution functions are mixed, not densities: one that weights below 0 would make fall is kept level. */
function mixedShares(mix: readonly MixPart[], meter: number): Shares {
  const parts = mix.map(({ regime, weight }) => ({ weight, ...regime.meters[meter].latencies }));
  const filled = parts.filter(({ shares }) => shares.length > 0);
  if (filled.length === 0) return { first: 0, shares: new Float64Array(0) };
  const first = Math.min(...filled.map((one) => one.first));
  const end = Math.max(...filled.map((one) => one.first + one.shares.length));
  const sums = new Float64Array(end - first);
  for (const one of filled)
    for (let i = 0; i < one.shares.length; i += 1) sums[one.first - first + i] += one.weight * one.shares[i];
  let reached = 0;
  let total = 0;
  for (let i = 0; i < sums.length; i += 1) {
    total += sums[i];
    const level = Math.max(reached, total);
    sums[i] = level - reached;
    reached = level;
  }
  normalise(sums);
  return { first, shares: sums };
}
