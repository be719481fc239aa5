// A histogram that forgets: a sample has half its weight after a day.
import { exp2 } from '../../lib/go-math.ts';
import { timestamp, timestampUs } from '../../lib/timestamp.ts';
import type { Buckets } from './buckets.ts';
import type { HistogramCheckpoint } from './checkpoint.ts';

const HALF_LIFE_US = 24 * 3600e6;
/** After so many half-lives the weights are written down again, so that they do not overflow. */
const MOST_HALF_LIVES = 100;
/** What the heaviest bucket weighs in a checkpoint. */
const CHECKPOINT_WEIGHT = 10_000;
/** A bucket with less is empty. */
const EPSILON = 0.001 * 0.1;

export class DecayingHistogram {
  readonly #buckets: Buckets;
  readonly #weights: Float64Array;
  #total = 0;
  #first: number;
  #last = 0;
  /** When a sample has the weight that it is given: a multiple of the half-life. */
  #referenceUs = -Infinity;

  constructor(buckets: Buckets) {
    this.#buckets = buckets;
    this.#weights = new Float64Array(buckets.count);
    this.#first = buckets.count - 1;
  }

  get isEmpty(): boolean {
    return this.#weights[this.#first] < EPSILON;
  }

  add(value: number, weight: number, atUs: number): void {
    const decayed = weight * this.#decayFactor(atUs);
    const bucket = this.#buckets.find(value);
    this.#weights[bucket] += decayed;
    this.#total += decayed;
    if (this.#weights[bucket] < EPSILON) return;
    this.#first = Math.min(this.#first, bucket);
    this.#last = Math.max(this.#last, bucket);
  }

  /** Takes back a sample that was added. */
  subtract(value: number, weight: number, atUs: number): void {
    const bucket = this.#buckets.find(value);
    const there = this.#weights[bucket];
    let decayed = weight * this.#decayFactor(atUs);
    if (decayed > this.#weights[bucket] - EPSILON) decayed = there;
    this.#total -= decayed;
    this.#weights[bucket] -= decayed;
    this.#narrow();
  }

  /** The end of the bucket in which the share is reached; 0 of an empty histogram. */
  percentile(share: number): number {
    if (this.isEmpty) return 0;
    const threshold = share * this.#total;
    let sum = 0;
    let bucket = this.#first;
    for (; bucket < this.#last; bucket += 1) {
      sum += this.#weights[bucket];
      if (sum >= threshold) break;
    }
    return this.#buckets.start(Math.min(bucket + 1, this.#buckets.count - 1));
  }

  copy(): DecayingHistogram {
    const copy = new DecayingHistogram(this.#buckets);
    copy.#weights.set(this.#weights);
    copy.#total = this.#total;
    copy.#first = this.#first;
    copy.#last = this.#last;
    copy.#referenceUs = this.#referenceUs;
    return copy;
  }

  /** As vertical-pod-autoscaler's histogram.go saves it: weights rounded, buckets left out that weigh nothing then. */
  checkpoint(): HistogramCheckpoint {
    let most = 0;
    for (let bucket = this.#first; bucket <= this.#last; bucket += 1) most = Math.max(most, this.#weights[bucket]);
    const bucketWeights: Record<string, number> = {};
    for (let bucket = this.#first; bucket <= this.#last; bucket += 1) {
      const weight = Math.floor(this.#weights[bucket] * (CHECKPOINT_WEIGHT / most) + 0.5);
      if (weight > 0) bucketWeights[bucket] = weight;
    }
    const referenceTimestamp = this.#referenceUs === -Infinity ? null : timestamp(this.#referenceUs);
    return { referenceTimestamp, bucketWeights, totalWeight: this.#total };
  }

  /** Of an empty histogram. */
  load({ referenceTimestamp, bucketWeights, totalWeight }: HistogramCheckpoint): void {
    if (referenceTimestamp !== null) this.#referenceUs = timestampUs(referenceTimestamp);
    const weights = Object.entries(bucketWeights);
    const sum = weights.reduce((all, [, weight]) => all + weight, 0);
    if (sum === 0) return;
    for (const [key, weight] of weights) {
      const bucket = Number(key);
      this.#weights[bucket] += weight * (totalWeight / sum);
      this.#first = Math.min(this.#first, bucket);
      this.#last = Math.max(this.#last, bucket);
    }
    this.#total += totalWeight;
  }

  #decayFactor(atUs: number): number {
    if (atUs > this.#referenceUs + HALF_LIFE_US * MOST_HALF_LIVES) this.#shift(atUs);
    return exp2((atUs - this.#referenceUs) / HALF_LIFE_US);
  }

  #shift(toUs: number): void {
    const referenceUs = Math.floor(toUs / HALF_LIFE_US + 0.5) * HALF_LIFE_US;
    const factor = 2 ** Math.floor((this.#referenceUs - referenceUs) / HALF_LIFE_US + 0.5);
    for (let bucket = this.#first; bucket <= this.#last; bucket += 1) this.#weights[bucket] *= factor;
    this.#total *= factor;
    this.#narrow();
    this.#referenceUs = referenceUs;
  }

  #narrow(): void {
    const end = this.#buckets.count - 1;
    while (this.#weights[this.#first] < EPSILON && this.#first < end) this.#first += 1;
    while (this.#weights[this.#last] < EPSILON && this.#last > 0) this.#last -= 1;
  }
}
