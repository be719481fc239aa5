// client-go's default rate limiter of work queues: the longer of a back-off per item and a bucket for all.
import { TokenBuckets } from '../../api/token-buckets.ts';

const SHARED_RATE = 10;
const SHARED_BURST = 100;

export class RetryDelays {
  readonly most: number;
  readonly #baseUs: number;
  readonly #maxUs: number;
  readonly #failures = new Map<number, number>();
  readonly #shared = new TokenBuckets();

  /**
   * The n-th failure of an item waits `baseUs`·2^(n-1), at most `maxUs`. After `most` retries in a row, if there is such a number, it is
   * dropped; the next event about it brings it back.
   */
  constructor(baseUs = 5000, maxUs = 1000e6, most = Infinity) {
    this.most = most;
    this.#baseUs = baseUs;
    this.#maxUs = maxUs;
    this.#shared.add(SHARED_RATE, SHARED_BURST);
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

  failures(item: number): number {
    return this.#failures.get(item) ?? 0;
  }

  forget(item: number): void {
    this.#failures.delete(item);
  }
}
