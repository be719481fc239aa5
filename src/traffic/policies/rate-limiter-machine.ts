// resilience4j's RateLimiter as a state machine: so many permissions for each period, and reservations in those to come.

export class RateLimiterMachine {
  #limitForPeriod: number;
  readonly #periodUs: number;
  #cycle = 0;
  #permissions: number;

  /** Time begins at 0 with the first period. */
  constructor(limitForPeriod: number, limitRefreshPeriodUs: number) {
    this.#limitForPeriod = limitForPeriod;
    this.#periodUs = limitRefreshPeriodUs;
    this.#permissions = limitForPeriod;
  }

  /** Takes permissions that are there within `timeoutUs`: how long to wait for them, µs; -1 where they are not, and nothing is taken. */
  reserve(permits: number, timeoutUs: number, nowUs: number): number {
    this.#refresh(nowUs);
    const waitUs = this.#waitUs(permits, nowUs);
    if (waitUs > timeoutUs) return -1;
    this.#permissions -= permits;
    return waitUs;
  }

  available(nowUs: number): number {
    return this.#after(Math.floor(nowUs / this.#periodUs));
  }

  /** Takes all that there were when it was last used, whatever periods have begun since. */
  drainPermissions(nowUs: number): void {
    this.reserve(this.#permissions, 0, nowUs);
  }

  changeLimitForPeriod(limitForPeriod: number): void {
    this.#limitForPeriod = limitForPeriod;
  }

  #refresh(nowUs: number): void {
    const cycle = Math.floor(nowUs / this.#periodUs);
    this.#permissions = this.#after(cycle);
    this.#cycle = cycle;
  }

  #after(cycle: number): number {
    if (cycle === this.#cycle) return this.#permissions;
    return Math.min(this.#permissions + (cycle - this.#cycle) * this.#limitForPeriod, this.#limitForPeriod);
  }

  #waitUs(permits: number, nowUs: number): number {
    if (this.#permissions >= permits) return 0;
    const limit = this.#limitForPeriod;
    const toNextUs = (this.#cycle + 1) * this.#periodUs - nowUs;
    const missing = permits - this.#permissions - limit;
    return Math.trunc((missing + limit - 1) / limit) * this.#periodUs + toNextUs;
  }
}
