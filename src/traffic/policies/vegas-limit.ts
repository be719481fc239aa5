// Netflix' VegasLimit: as TCP Vegas does, by the queue that longer times than the shortest one give away.
import type { ConcurrencyLimit } from './concurrency-limit.ts';

export interface VegasSettings {
  readonly initialLimit: number;
  readonly maxConcurrency: number;
  /** Of the queue, in place of 3 and 6 log10 of the limit. */
  readonly alpha?: number | undefined;
  readonly beta?: number | undefined;
  readonly smoothing: number;
  /** After about so many times the limit the shortest time is measured again. */
  readonly probeMultiplier: number;
}

export class VegasLimit implements ConcurrencyLimit {
  readonly #settings: VegasSettings;
  /** Of [0, 1): when the next probe is. */
  readonly #uniform: () => number;
  #estimate: number;
  #shortestNs = 0;
  #sinceProbe = 0;
  #probeJitter: number;

  constructor(settings: VegasSettings, uniform: () => number) {
    this.#settings = settings;
    this.#uniform = uniform;
    this.#estimate = settings.initialLimit;
    this.#probeJitter = this.#jitter();
  }

  get limit(): number {
    return Math.trunc(this.#estimate);
  }

  sample(rttNs: number, inFlight: number, dropped: boolean): void {
    this.#sinceProbe += 1;
    if (this.#probeJitter * this.#settings.probeMultiplier * this.#estimate <= this.#sinceProbe) {
      this.#probeJitter = this.#jitter();
      this.#sinceProbe = 0;
      this.#shortestNs = rttNs;
    } else if (this.#shortestNs === 0 || rttNs < this.#shortestNs) {
      this.#shortestNs = rttNs;
    } else {
      this.#update(rttNs, inFlight, dropped);
    }
  }

  #update(rttNs: number, inFlight: number, dropped: boolean): void {
    const { maxConcurrency, smoothing } = this.#settings;
    const old = this.#estimate;
    const queue = Math.ceil(old * (1 - this.#shortestNs / rttNs));
    const step = Math.max(1, wholeLog10(Math.trunc(old)));
    const { alpha = 3 * step, beta = 6 * step } = this.#settings;
    let next: number;
    if (dropped) next = old - step;
    else if (2 * inFlight < old) return;
    else if (queue <= step) next = old + beta;
    else if (queue < alpha) next = old + step;
    else if (queue > beta) next = old - step;
    else return;
    next = Math.max(1, Math.min(maxConcurrency, next));
    this.#estimate = (1 - smoothing) * old + smoothing * next;
  }

  #jitter(): number {
    return 0.5 + 0.5 * this.#uniform();
  }
}

/** The whole part of log10 of a whole number from 1 on; 0 below. */
function wholeLog10(value: number): number {
  let digits = 0;
  for (let rest = value; rest >= 10; rest = Math.trunc(rest / 10)) digits += 1;
  return digits;
}
