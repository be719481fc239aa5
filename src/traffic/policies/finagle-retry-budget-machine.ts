// Finagle's RetryBudget as a state machine: each request pays in, each retry takes out, and what was paid in expires.

/** The time to live is divided into so many slices. */
const SLICES = 10;
/** A request pays in so much. */
const DEPOSIT = 1000;

export class FinagleRetryBudgetMachine {
  readonly #deposit: number;
  readonly #cost: number;
  readonly #reserve: number;
  readonly #sliceMs: number;
  /** The slices before the present one; the oldest is overwritten next. */
  readonly #past = new Float64Array(SLICES - 1);
  #next = 0;
  #present = 0;
  #sliceStartMs: number;

  /** `percentCanRetry` is a ratio, as Finagle has it: 0.2 is 20 %. */
  constructor(ttlSeconds: number, minRetriesPerSec: number, percentCanRetry: number, nowMs: number) {
    this.#deposit = percentCanRetry === 0 ? 0 : DEPOSIT;
    this.#cost = percentCanRetry === 0 ? 1 : Math.trunc(DEPOSIT / percentCanRetry);
    this.#reserve = minRetriesPerSec * ttlSeconds * this.#cost;
    this.#sliceMs = Math.trunc((ttlSeconds * 1000) / SLICES);
    this.#sliceStartMs = nowMs;
  }

  deposit(nowMs: number): void {
    this.#roll(nowMs);
    this.#present += this.#deposit;
  }

  tryWithdraw(nowMs: number): boolean {
    if (this.#sum(nowMs) < this.#cost) return false;
    this.#present -= this.#cost;
    return true;
  }

  /** Retries that it would allow now. */
  balance(nowMs: number): number {
    return Math.trunc(this.#sum(nowMs) / this.#cost);
  }

  #sum(nowMs: number): number {
    this.#roll(nowMs);
    let sum = this.#present + this.#reserve;
    for (const slice of this.#past) sum += slice;
    return sum;
  }

  /** Slices move on only when somebody looks, and the next one begins at that moment. */
  #roll(nowMs: number): void {
    const passedMs = nowMs - this.#sliceStartMs;
    if (passedMs < this.#sliceMs) return;
    const past = this.#past;
    this.#push(this.#present);
    this.#present = 0;
    const skipped = Math.min(Math.trunc(passedMs / this.#sliceMs) - 1, past.length);
    for (let i = 0; i < skipped; i += 1) this.#push(0);
    this.#sliceStartMs = nowMs;
  }

  #push(sum: number): void {
    this.#past[this.#next] = sum;
    this.#next = (this.#next + 1) % this.#past.length;
  }
}
