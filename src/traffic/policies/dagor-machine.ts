// DAGOR's admission by priority as a state machine: a level that rises while requests wait too long, and falls otherwise.

/** By how much admissions go down at overload, and up without. */
const LESS = 0.05;
const MORE = 0.01;
/** Priorities that are distinguished (what is beyond counts as the last), and users within each: a level is a priority and a user. */
const PRIORITIES = 64;
const USERS = 128;
const LEVELS = PRIORITIES * USERS;

export class DagorMachine {
  /** Requests below it are refused. */
  level = 0;
  readonly #targetUs: number;
  readonly #windowUs: number;
  readonly #windowRequests: number;
  readonly #came = new Float64Array(LEVELS);
  #sinceUs: number;
  #requests = 0;
  #admitted = 0;
  #waits = 0;
  #waitedUs = 0;

  constructor(targetUs: number, windowUs: number, windowRequests: number, nowUs: number) {
    this.#targetUs = targetUs;
    this.#windowUs = windowUs;
    this.#windowRequests = windowRequests;
    this.#sinceUs = nowUs;
  }

  /** All calls for one request from outside have one `user`, and so one fate. */
  admits(priority: number, user: number, nowUs: number): boolean {
    if (nowUs - this.#sinceUs >= this.#windowUs || this.#requests >= this.#windowRequests) this.#judge(nowUs);
    const within = Math.imul(user, 0x9e3779b1) >>> 25;
    const level = USERS * Math.min(PRIORITIES - 1, Math.max(0, priority)) + within;
    this.#requests += 1;
    this.#came[level] += 1;
    if (level < this.level) return false;
    this.#admitted += 1;
    return true;
  }

  waited(us: number): void {
    this.#waits += 1;
    this.#waitedUs += us;
  }

  /** Moves the level so that about so many of those of the last window would have been admitted. */
  #judge(nowUs: number): void {
    const overloaded = this.#waits > 0 && this.#waitedUs / this.#waits > this.#targetUs;
    const came = this.#came;
    let admitted = this.#admitted;
    if (overloaded) {
      const expected = (1 - LESS) * admitted;
      while (admitted > expected && this.level < LEVELS - 1) {
        admitted -= came[this.level];
        this.level += 1;
      }
    } else {
      const expected = admitted + MORE * this.#requests;
      while (admitted < expected && this.level > 0) {
        this.level -= 1;
        admitted += came[this.level];
      }
    }
    came.fill(0);
    this.#sinceUs = nowUs;
    this.#requests = 0;
    this.#admitted = 0;
    this.#waits = 0;
    this.#waitedUs = 0;
  }
}
