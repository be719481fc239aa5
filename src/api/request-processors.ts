// Hot dialect: the processors of an API server: work on a request waits for one that is free, in the order in which requests come.

export class RequestProcessors {
  /** By processor: when it has done all that it has. */
  readonly #freeUs: Float64Array;

  constructor(count: number) {
    this.#freeUs = new Float64Array(count);
  }

  /** How long work that comes now takes, with its wait. */
  takes(now: number, workUs: number): number {
    const free = this.#freeUs;
    let first = 0;
    for (let i = 1; i < free.length; i += 1) if (free[i] < free[first]) first = i;
    const ends = Math.max(now, free[first]) + workUs;
    free[first] = ends;
    return ends - now;
  }

  /** Its process is a new one. */
  reset(): void {
    this.#freeUs.fill(0);
  }
}
