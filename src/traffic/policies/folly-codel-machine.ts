// Folly's CoDel as a state machine: while even the shortest wait of an interval was above the target, whoever waited twice as long is dropped.

/** Times the target, in overload. */
const SLOUGH = 2;

export class FollyCodelMachine {
  readonly #targetUs: number;
  readonly #intervalUs: number;
  #intervalEndUs = 0;
  #shortestUs = 0;
  #overloaded = false;

  constructor(targetUs: number, intervalUs: number) {
    this.#targetUs = targetUs;
    this.#intervalUs = intervalUs;
  }

  drops(waitedUs: number, nowUs: number): boolean {
    if (nowUs > this.#intervalEndUs) {
      this.#overloaded = this.#shortestUs > this.#targetUs;
      this.#intervalEndUs = nowUs + this.#intervalUs;
      // The first of an interval is never dropped.
      this.#shortestUs = waitedUs;
      return false;
    }
    this.#shortestUs = Math.min(this.#shortestUs, waitedUs);
    return this.#overloaded && waitedUs > SLOUGH * this.#targetUs;
  }
}
