// The buckets of a histogram of usage: each is five per cent wider than the one before.
import { log } from '../../engine/elementary.ts';
import { power } from '../../lib/go-math.ts';

const RATIO = 1 + 0.05;

export class Buckets {
  readonly count: number;
  readonly #first: number;

  /** `first` is the width of the first bucket; the last one begins at or above `most`. */
  constructor(most: number, first: number) {
    this.#first = first;
    this.count = Math.ceil(log((most * (RATIO - 1)) / first + 1) / log(RATIO)) + 1;
  }

  find(value: number): number {
    if (value < this.#first) return 0;
    const bucket = Math.trunc(log((value * (RATIO - 1)) / this.#first + 1) / log(RATIO));
    return Math.min(bucket, this.count - 1);
  }

  start(bucket: number): number {
    return bucket === 0 ? 0 : (this.#first * (power(RATIO, bucket) - 1)) / (RATIO - 1);
  }
}

/** Of cores, to 1000; of bytes, to 1 TB. */
export const CPU_BUCKETS = new Buckets(1000, 0.01);
export const MEMORY_BUCKETS = new Buckets(1e12, 1e7);
