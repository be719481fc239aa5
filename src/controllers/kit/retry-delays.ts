// client-go's default rate limiter of work queues: the longer of a back-off per item and a bucket for all.
import { TokenBuckets } from '../../api/token-buckets.ts';

const SHARED_RATE = 10;
const SHARED_BURST = 100;

export interface RetryOptions {
  /** False for a limiter that has no bucket. */
  readonly bucket?: boolean;
  /** An item is dropped after so many failed tries in a row; the next event about it brings it back. Without a number it never is. */
  readonly mostRetries?: number;
}

export class RetryDelays {
  readonly #baseUs: number;
  readonly #maxUs: number;
  readonly #failures = new Map<number, number>();
  readonly #mostRetries: number;
  readonly #shared = new TokenBuckets();

  /** The n-th failure of an item waits `baseUs`·2^(n-1), at most `maxUs`. */
  constructor(baseUs = 5000, maxUs = 1000e6, { bucket = true, mostRetries = Infinity }: RetryOptions = {}) {
    this.#baseUs = baseUs;
    this.#maxUs = maxUs;
    this.#shared.add(bucket ? SHARED_RATE : Infinity, SHARED_BURST);
    this.#mostRetries = mostRetries;
  }

  /** Counts a failure; the delay until the next try in µs. */
  next(item: number, nowUs: number): number {
    const failures = this.#failures.get(item) ?? 0;
    this.#failures.set(item, failures + 1);
    return Math.max(Math.min(this.#baseUs * 2 ** failures, this.#maxUs), this.#shared.reserve(0, nowUs));
  }

  /** Items that failed and have not succeeded since. */
  get size(): number {
    return this.#failures.size;
  }

  /** It has failed so often that it is not tried again. */
  givesUp(item: number): boolean {
    return this.failures(item) >= this.#mostRetries;
  }

  failures(item: number): number {
    return this.#failures.get(item) ?? 0;
  }

  forget(item: number): void {
    this.#failures.delete(item);
  }
}
