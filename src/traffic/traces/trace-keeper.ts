// Hot dialect: which requests are kept whole: as many as are asked for, spread evenly over the run, and the slowest of each interval.
import type { CallSpan } from './spans.ts';

export class TraceKeeper {
  readonly #most: number;
  readonly #slowest: number;
  /** Those for which the smallest numbers were drawn, which are the same whatever else differs in the run. */
  readonly #spread: CallSpan[] = [];
  /** Of the interval, the slowest first. */
  #slow: CallSpan[] = [];
  readonly #slowBefore: CallSpan[] = [];

  /** `most` of all, and `slowest` of each interval. */
  constructor(most: number, slowest: number) {
    this.#most = most;
    this.#slowest = slowest;
  }

  ended(request: CallSpan): void {
    keep(this.#spread, request, this.#most, ({ drawn }) => drawn);
    keep(this.#slow, request, this.#slowest, ({ startUs, endUs }) => startUs - endUs);
  }

  /** The interval ends. */
  roll(): void {
    this.#slowBefore.push(...this.#slow);
    this.#slow = [];
  }

  /** In the order in which they began. */
  kept(): CallSpan[] {
    const all = new Set([...this.#spread, ...this.#slowBefore, ...this.#slow]);
    return [...all].toSorted((a, b) => a.startUs - b.startUs || a.source - b.source || a.ordinal - b.ordinal);
  }
}

/** Keeps the `most` of the least rank, in its order; of equal ones those that came first. */
function keep(kept: CallSpan[], request: CallSpan, most: number, rank: (request: CallSpan) => number): void {
  const own = rank(request);
  if (most === 0 || (kept.length === most && own >= rank(kept[most - 1]))) return;
  let at = kept.length;
  while (at > 0 && rank(kept[at - 1]) > own) at -= 1;
  kept.splice(at, 0, request);
  if (kept.length > most) kept.pop();
}
