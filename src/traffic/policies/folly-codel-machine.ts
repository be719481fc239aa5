// Folly's CoDel as a state machine (folly/executors/Codel.cpp): while even the shortest wait of an interval was above the target, whoever waited twice as long is dropped.

/** Times the target, in overload. */
const SLOUGH = 2;

export class FollyCodelMachine {
  readonly #targetUs: number;
  readonly #intervalUs: number;
  #intervalEndUs: number;
  /** The next one begins an interval. */
  #begins = true;
  #shortestUs = 0;
  #overloaded = false;

  constructor(targetUs: number, intervalUs: number, nowUs: number) {
    this.#targetUs = targetUs;
    this.#intervalUs = intervalUs;
    this.#intervalEndUs = nowUs;
  }

  drops(waitedUs: number, nowUs: number): boolean {
    if (!this.#begins && nowUs > this.#intervalEndUs) {
      this.#overloaded = this.#shortestUs > this.#targetUs;
      this.#intervalEndUs = nowUs + this.#intervalUs;
      this.#begins = true;
    }
    // The first of an interval is never dropped.
    if (this.#begins) {
      this.#begins = false;
      this.#shortestUs = waitedUs;
      return false;
    }
    this.#shortestUs = Math.min(this.#shortestUs, waitedUs);
    return this.#overloaded && waitedUs > SLOUGH * this.#targetUs;
  }
}
