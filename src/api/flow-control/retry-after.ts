// What Retry-After says in answers 429 of one priority level: it doubles while many requests are dropped, and falls by one a second when few are.

const LONGEST_SECONDS = 32;

export class RetryAfter {
  #seconds: number;
  /** When it was doubled last, in seconds of the clock of days. */
  #doubledAt = 0;
  #second = 0;
  #dropped = 0;
  /** Drops of earlier seconds, oldest first. */
  #history: { readonly second: number; readonly dropped: number }[] = [];

  /** `seconds`: what a level says that was overloaded before. */
  constructor(seconds = 1) {
    this.#seconds = seconds;
  }

  /** A request is dropped in that second; what its answer says. */
  drop(second: number): number {
    if (second === this.#second) {
      this.#dropped += 1;
      return this.#seconds;
    }
    this.#remember();
    this.#second = second;
    this.#dropped = 1;
    this.#adjust();
    return this.#seconds;
  }

  #remember(): void {
    this.#history.push({ second: this.#second, dropped: this.#dropped });
    const oldest = this.#second - Math.min(LONGEST_SECONDS, 2 * this.#seconds);
    this.#history = this.#history.filter(({ second }) => second >= oldest);
  }

  /** By the drops of the last `#seconds` whole seconds. */
  #adjust(): void {
    const from = this.#second - this.#seconds;
    const recent = this.#history.filter(({ second }) => second >= from && second < this.#second);
    const dropped = recent.reduce((sum, one) => sum + one.dropped, 0);
    if (this.#second - this.#doubledAt >= this.#seconds && dropped >= 3 * this.#seconds) {
      this.#seconds = Math.min(LONGEST_SECONDS, 2 * this.#seconds);
      this.#doubledAt = this.#second;
    } else if (dropped < this.#seconds && this.#seconds > 1) this.#seconds -= 1;
  }
}
