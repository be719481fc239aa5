// Round robin as ingress-nginx' Lua library and IPVS have it: rounds with a falling least weight, so that heavy ones come more often.

/** Endpoints in the order in which the library walks them. */
export class InterleavedRoundRobin {
  readonly #weights: readonly number[];
  readonly #most: number;
  readonly #step: number;
  #least: number;
  #last: number;

  /** The first pick comes after `last`; a fresh IPVS begins with `last` -1 and `least` 0. */
  constructor(weights: readonly number[], last: number, least?: number) {
    this.#weights = weights;
    this.#most = weights.reduce((a, b) => Math.max(a, b), 0);
    this.#step = weights.reduce(gcd, 0);
    this.#least = least ?? this.#most;
    this.#last = last;
  }

  /** -1 where nobody has weight. */
  next(): number {
    if (this.#most === 0) return -1;
    for (;;) {
      this.#last += 1;
      if (this.#last >= this.#weights.length) {
        this.#last = -1;
        this.#least -= this.#step;
        if (this.#least <= 0) this.#least = this.#most;
      } else if (this.#weights[this.#last] >= this.#least) {
        return this.#last;
      }
    }
  }
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
