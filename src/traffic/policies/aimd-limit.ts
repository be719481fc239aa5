// Netflix' AIMDLimit: one more call at a time while all goes well, a part of them as soon as one is dropped or late.
import type { ConcurrencyLimit } from './concurrency-limit.ts';

export interface AimdSettings {
  readonly initialLimit: number;
  readonly minLimit: number;
  readonly maxLimit: number;
  readonly backoffRatio: number;
  readonly timeoutNs: number;
}

export class AimdLimit implements ConcurrencyLimit {
  limit: number;
  readonly #settings: AimdSettings;

  constructor(settings: AimdSettings) {
    this.#settings = settings;
    this.limit = settings.initialLimit;
  }

  sample(rttNs: number, inFlight: number, dropped: boolean): void {
    const { minLimit, maxLimit, backoffRatio, timeoutNs } = this.#settings;
    let { limit } = this;
    if (dropped || rttNs > timeoutNs) limit = Math.trunc(limit * backoffRatio);
    else if (2 * inFlight >= limit) limit += 1;
    this.limit = Math.min(maxLimit, Math.max(minLimit, limit));
  }
}
