// Means over seeds at each instant with their 95 % confidence intervals, of seeds that come one after the other.
import { halfWidth } from '../../lib/confidence.ts';

export interface MeanAtATime {
  readonly mean: number;
  /** Not below 0. */
  readonly low: number;
  readonly high: number;
}

/** Sums of squares about the mean by B. P. Welford, Technometrics 4(3), 1962. */
export class MeansOverTime {
  readonly #counts: Float64Array;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;

  constructor(instants: number) {
    this.#counts = new Float64Array(instants);
    this.#means = new Float64Array(instants);
    this.#squares = new Float64Array(instants);
  }

  /** The values of one more seed; NaN where there is none. */
  add(values: Float64Array): void {
    for (let at = 0; at < this.#counts.length; at += 1) {
      const value = values[at] ?? NaN;
      if (Number.isNaN(value)) continue;
      this.#counts[at] += 1;
      const away = value - this.#means[at];
      this.#means[at] += away / this.#counts[at];
      this.#squares[at] += away * (value - this.#means[at]);
    }
  }

  /** Undefined for an instant at which no seed had a value. */
  intervals(): (MeanAtATime | undefined)[] {
    return Array.from(this.#counts, (count, at) => {
      if (count === 0) return undefined;
      const mean = this.#means[at];
      const half = halfWidth(count, this.#squares[at]) ?? 0;
      return { mean, low: Math.max(0, mean - half), high: mean + half };
    });
  }
}
