// DAGOR's admission by priority as a state machine: a level that rises while requests wait too long, and falls otherwise.

/** Priorities that are distinguished (what is beyond counts as the last), and users within each: a level is a priority and a user. */
const PRIORITIES = 64;
const USERS = 128;
const LEVELS = PRIORITIES * USERS;

/** Of the paper, and of those who have built it again: 20 ms, a second, 2,000 requests, 5 % down, 1 % up. Times in µs. */
export interface DagorSettings {
  readonly targetUs: number;
  readonly windowUs: number;
  readonly windowRequests: number;
  /** Share of what was admitted by which that goes down at overload, and share of what came by which it goes up otherwise. */
  readonly alpha: number;
  readonly beta: number;
}

export class DagorMachine {
  /** Requests below it are refused. */
  level = 0;
  readonly #settings: DagorSettings;
  readonly #came = new Float64Array(LEVELS);
  #sinceUs: number;
  #requests = 0;
  #admitted = 0;
  #waits = 0;
  #waitedUs = 0;

  constructor(settings: DagorSettings, nowUs: number) {
    this.#settings = settings;
    this.#sinceUs = nowUs;
  }

  /** All calls for one request from outside have one `user`, and so one fate. */
  admits(priority: number, user: number, nowUs: number): boolean {
    const { windowUs, windowRequests } = this.#settings;
    if (nowUs - this.#sinceUs >= windowUs || this.#requests >= windowRequests) this.#judge(nowUs);
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
    const { targetUs, alpha, beta } = this.#settings;
    const overloaded = this.#waits > 0 && this.#waitedUs / this.#waits > targetUs;
    const came = this.#came;
    let admitted = this.#admitted;
    if (overloaded) {
      const expected = (1 - alpha) * admitted;
      while (admitted > expected && this.level < LEVELS - 1) {
        admitted -= came[this.level];
        this.level += 1;
      }
    } else {
      const expected = admitted + beta * this.#requests;
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
