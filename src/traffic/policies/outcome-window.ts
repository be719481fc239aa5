// The outcomes that a circuit breaker of resilience4j looks back on: the last calls, or those of the last seconds.

/** A kind of outcome: bit 0 is failed, bit 1 is slow. */
export const OutcomeBit = { Failed: 1, Slow: 2 } as const;

/** Sums over what the window holds. */
export interface OutcomeWindow {
  readonly calls: number;
  readonly failed: number;
  readonly slow: number;
  record(outcome: number, nowUs: number): void;
  /** Forgets what has grown too old, where age counts. */
  age(nowUs: number): void;
}

/** The last `size` outcomes. */
export class CountWindow implements OutcomeWindow {
  calls = 0;
  failed = 0;
  slow = 0;
  readonly #outcomes: Uint8Array;
  #next = 0;

  constructor(size: number) {
    this.#outcomes = new Uint8Array(size);
  }

  record(outcome: number): void {
    const ring = this.#outcomes;
    if (this.calls === ring.length) this.#count(ring[this.#next], -1);
    ring[this.#next] = outcome;
    this.#count(outcome, 1);
    this.#next = (this.#next + 1) % ring.length;
  }

  age(): void {
    // Calls do not grow old here.
  }

  #count(outcome: number, change: number): void {
    this.calls += change;
    if ((outcome & OutcomeBit.Failed) !== 0) this.failed += change;
    if ((outcome & OutcomeBit.Slow) !== 0) this.slow += change;
  }
}

const SECOND_US = 1_000_000;

/** Those of the last `seconds` whole seconds, the present one included. */
export class TimeWindow implements OutcomeWindow {
  calls = 0;
  failed = 0;
  slow = 0;
  readonly #seconds: number;
  /** By second modulo their number: calls, failed, slow. */
  readonly #sums: Int32Array;
  #now: number;

  constructor(seconds: number, nowUs: number) {
    this.#seconds = seconds;
    this.#sums = new Int32Array(3 * seconds);
    this.#now = Math.floor(nowUs / SECOND_US);
  }

  record(outcome: number, nowUs: number): void {
    this.age(nowUs);
    const at = 3 * (this.#now % this.#seconds);
    const failed = outcome & OutcomeBit.Failed;
    const slow = (outcome & OutcomeBit.Slow) >> 1;
    this.calls += 1;
    this.failed += failed;
    this.slow += slow;
    this.#sums[at] += 1;
    this.#sums[at + 1] += failed;
    this.#sums[at + 2] += slow;
  }

  age(nowUs: number): void {
    const now = Math.floor(nowUs / SECOND_US);
    const passed = Math.min(now - this.#now, this.#seconds);
    const sums = this.#sums;
    for (let second = now - passed + 1; second <= now; second += 1) {
      const at = 3 * (second % this.#seconds);
      this.calls -= sums[at];
      this.failed -= sums[at + 1];
      this.slow -= sums[at + 2];
      sums.fill(0, at, at + 3);
    }
    this.#now = now;
  }
}
