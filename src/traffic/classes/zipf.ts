// Hot dialect: ranks by Zipf's law, without a table of them.
import { exp, log } from '../../engine/elementary.ts';
import type { Random } from '../../engine/random.ts';

/**
 * Draws k of 0 … count - 1 in proportion to 1 / (k + 1)^exponent, by rejection-inversion (Hörmann and Derflinger, ACM TOMACS 6(3), 1996): the
 * integral of the density is inverted, and few draws are rejected whatever the count. Exponent 0 is uniform.
 */
export class Zipf {
  readonly #count: number;
  readonly #exponent: number;
  readonly #first: number;
  readonly #last: number;
  readonly #sure: number;

  constructor(count: number, exponent: number) {
    this.#count = count;
    this.#exponent = exponent;
    this.#first = this.#integral(1.5) - 1;
    this.#last = this.#integral(count + 0.5);
    this.#sure = 2 - this.#inverse(this.#integral(2.5) - this.#density(2));
  }

  draw(random: Random): number {
    if (this.#exponent === 0) return Math.min(this.#count - 1, Math.floor(random.uniform() * this.#count));
    for (;;) {
      const area = this.#last + random.uniform() * (this.#first - this.#last);
      const x = this.#inverse(area);
      const rank = Math.max(1, Math.min(this.#count, Math.floor(x + 0.5)));
      if (rank - x <= this.#sure || area >= this.#integral(rank + 0.5) - this.#density(rank)) return rank - 1;
    }
  }

  #density(x: number): number {
    return exp(-this.#exponent * log(x));
  }

  /** (x^(1-s) - 1) / (1 - s), which is log(x) at s = 1. */
  #integral(x: number): number {
    const logX = log(x);
    return expOver((1 - this.#exponent) * logX) * logX;
  }

  #inverse(area: number): number {
    const t = Math.max(-1, area * (1 - this.#exponent));
    return exp(logOver(t) * area);
  }
}

/** (e^x - 1) / x. */
function expOver(x: number): number {
  return Math.abs(x) > 1e-8 ? (exp(x) - 1) / x : 1 + (x / 2) * (1 + x / 3);
}

/** log(1 + x) / x. */
function logOver(x: number): number {
  return Math.abs(x) > 1e-8 ? log(1 + x) / x : 1 - x * (0.5 - x / 3);
}
