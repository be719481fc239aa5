// CoDel (RFC 8289) as a state machine: drops what has waited too long once waiting has been too long for an interval, ever faster.

export class CodelMachine {
  readonly #targetUs: number;
  readonly #intervalUs: number;
  /** When waiting has been above the target for an interval; 0 while it is not. */
  #firstAboveUs = 0;
  #dropping = false;
  #nextUs = 0;
  #count = 0;
  #lastCount = 0;

  constructor(targetUs: number, intervalUs: number) {
    this.#targetUs = targetUs;
    this.#intervalUs = intervalUs;
  }

  /** Whether one that leaves the queue after `waitedUs` is dropped; `isLast` where nobody waits behind it. */
  drops(waitedUs: number, isLast: boolean, nowUs: number): boolean {
    const may = this.#aboveForLong(waitedUs, isLast, nowUs);
    if (this.#dropping) {
      if (!may) this.#dropping = false;
      else if (nowUs >= this.#nextUs) return this.#drop(this.#nextUs);
      return false;
    }
    if (!may) return false;
    this.#dropping = true;
    // Back soon after the last time: it goes on about where it was.
    const since = this.#count - this.#lastCount;
    this.#count = since > 1 && nowUs - this.#nextUs < 16 * this.#intervalUs ? since - 1 : 0;
    const dropped = this.#drop(nowUs);
    this.#lastCount = this.#count;
    return dropped;
  }

  #drop(fromUs: number): true {
    this.#count += 1;
    this.#nextUs = fromUs + this.#intervalUs / Math.sqrt(this.#count);
    return true;
  }

  #aboveForLong(waitedUs: number, isLast: boolean, nowUs: number): boolean {
    if (waitedUs < this.#targetUs || isLast) {
      this.#firstAboveUs = 0;
      return false;
    }
    if (this.#firstAboveUs === 0) {
      this.#firstAboveUs = nowUs + this.#intervalUs;
      return false;
    }
    return nowUs >= this.#firstAboveUs;
  }
}
