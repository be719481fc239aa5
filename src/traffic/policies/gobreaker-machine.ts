// Sony's gobreaker as a state machine: counts of an interval, a test on each failure, and as many successes in a row to close again.
import { BreakerState } from './breaker-state.ts';
import { Count, RollingCounts } from './rolling-counts.ts';

export interface GobreakerSettings {
  /** That a half-open breaker lets through, and that must succeed for it to close. 0 is 1. */
  readonly maxRequests: number;
  /** After which counts are cleared; 0 is never. */
  readonly intervalUs: number;
  /** Into which the interval is divided; 0 is not at all. */
  readonly bucketPeriodUs: number;
  /** That it stays open. 0 is 60 s. */
  readonly timeoutUs: number;
  readonly readyToTrip: (counts: RollingCounts['total']) => boolean;
}

const USUAL_TIMEOUT_US = 60_000_000;

export const Permit = { Allow: 0, Open: 1, TooMany: 2 } as const;

export class GobreakerMachine {
  readonly counts: RollingCounts;
  /** Rises with each state and each clearing: what began in another one does not count. */
  generation = 0;
  #state: number = BreakerState.Closed;
  readonly #maxRequests: number;
  /** Of one bucket; 0 for counts that are never cleared. */
  readonly #bucketUs: number;
  readonly #rolls: boolean;
  readonly #timeoutUs: number;
  readonly #readyToTrip: GobreakerSettings['readyToTrip'];
  #startUs: number;

  constructor({ maxRequests, intervalUs, bucketPeriodUs, timeoutUs, readyToTrip }: GobreakerSettings, nowUs: number) {
    this.#maxRequests = Math.max(1, maxRequests);
    this.#timeoutUs = timeoutUs > 0 ? timeoutUs : USUAL_TIMEOUT_US;
    this.#readyToTrip = readyToTrip;
    const divided = intervalUs > 0 && bucketPeriodUs > 0;
    const buckets = divided ? Math.ceil(intervalUs / bucketPeriodUs) : 1;
    // One bucket is cleared like an interval, of the bucket's length.
    this.#rolls = buckets > 1;
    this.#bucketUs = divided ? bucketPeriodUs : intervalUs;
    this.counts = new RollingCounts(buckets);
    this.#startUs = nowUs;
  }

  state(nowUs: number): number {
    if (this.#state === BreakerState.Open) {
      if (nowUs > this.#startUs + this.#timeoutUs) this.#enter(BreakerState.HalfOpen, nowUs);
    } else if (this.#state === BreakerState.Closed && this.#bucketUs > 0) {
      if (this.#rolls) this.counts.grow(Math.floor((nowUs - this.#startUs) / this.#bucketUs));
      else if (nowUs > this.#startUs + this.#bucketUs) this.#begin(nowUs);
    }
    return this.#state;
  }

  /** One of `Permit`; what is allowed belongs to the present `generation` and `counts.age`. */
  allow(nowUs: number): number {
    const state = this.state(nowUs);
    if (state === BreakerState.Open) return Permit.Open;
    const { total } = this.counts;
    if (state === BreakerState.HalfOpen && total[Count.Requests] - total[Count.Exclusions] >= this.#maxRequests) {
      return Permit.TooMany;
    }
    this.counts.request();
    return Permit.Allow;
  }

  /** `what` is a Count: success, failure or exclusion. */
  done(generation: number, age: number, what: number, nowUs: number): void {
    const state = this.state(nowUs);
    if (generation !== this.generation || state === BreakerState.Open) return;
    const { counts } = this;
    if (what === Count.Failures && state === BreakerState.HalfOpen) {
      this.#enter(BreakerState.Open, nowUs);
      return;
    }
    counts.end(age, what);
    if (what === Count.Failures) {
      if (this.#readyToTrip(counts.total)) this.#enter(BreakerState.Open, nowUs);
    } else if (what === Count.Successes && state === BreakerState.HalfOpen) {
      if (counts.total[Count.ConsecutiveSuccesses] >= this.#maxRequests) this.#enter(BreakerState.Closed, nowUs);
    }
  }

  #enter(state: number, nowUs: number): void {
    this.#state = state;
    this.#begin(nowUs);
  }

  #begin(nowUs: number): void {
    this.generation += 1;
    this.counts.clear();
    this.#startUs = nowUs;
  }
}
