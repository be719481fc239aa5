// Netflix' Gradient2Limit: by how far times have moved from their long mean.
import type { ConcurrencyLimit } from './concurrency-limit.ts';

export interface Gradient2Settings {
  readonly initialLimit: number;
  readonly minLimit: number;
  readonly maxConcurrency: number;
  readonly smoothing: number;
  readonly queueSize: number;
  readonly longWindow: number;
  readonly rttTolerance: number;
}

/** The long mean begins as that of so many samples. */
const WARM_UP = 10;

export class Gradient2Limit implements ConcurrencyLimit {
  readonly #settings: Gradient2Settings;
  #estimate: number;
  #samples = 0;
  #sumNs = 0;
  #longNs = 0;

  constructor(settings: Gradient2Settings) {
    this.#settings = settings;
    this.#estimate = settings.initialLimit;
  }

  get limit(): number {
    return Math.trunc(this.#estimate);
  }

  sample(rttNs: number, inFlight: number): void {
    const { minLimit, maxConcurrency, smoothing, queueSize, rttTolerance } = this.#settings;
    const longNs = this.#lengthen(rttNs);
    // Back from a long time of overload: the mean falls faster than its window would let it.
    if (longNs / rttNs > 2) this.#longNs *= 0.95;
    const old = this.#estimate;
    if (inFlight < old / 2) return;
    const gradient = Math.max(0.5, Math.min(1, (rttTolerance * longNs) / rttNs));
    const next = old * (1 - smoothing) + (old * gradient + queueSize) * smoothing;
    this.#estimate = Math.max(minLimit, Math.min(maxConcurrency, next));
  }

  #lengthen(rttNs: number): number {
    if (this.#samples < WARM_UP) {
      this.#samples += 1;
      this.#sumNs += rttNs;
      this.#longNs = this.#sumNs / this.#samples;
    } else {
      const factor = 2 / (this.#settings.longWindow + 1);
      this.#longNs = this.#longNs * (1 - factor) + rttNs * factor;
    }
    return this.#longNs;
  }
}
