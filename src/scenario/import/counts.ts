// How many things happened when, in intervals that grow with the time that they cover: in bounded memory, whatever the order.

/** Lengths of intervals, s. */
const WIDTHS = [1, 10, 60, 600, 3600, 86_400];
const MOST = 20_000;

export class Counts {
  total = 0;
  #level = 0;
  #counts = new Map<number, number>();
  #first = Infinity;
  #last = -Infinity;

  get widthS(): number {
    return WIDTHS[this.#level];
  }

  add(seconds: number): void {
    this.total += 1;
    const key = Math.floor(seconds / this.widthS);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    this.#first = Math.min(this.#first, seconds);
    this.#last = Math.max(this.#last, seconds);
    // Also those between the first and the last that have nothing.
    while (this.#intervals() > MOST && this.#level + 1 < WIDTHS.length) this.#widen();
  }

  /** From the first to the last. */
  #intervals(): number {
    return Math.floor(this.#last / this.widthS) - Math.floor(this.#first / this.widthS) + 1;
  }

  /** Whether there are more than can be written down: the times are 55 years apart. */
  get tooLong(): boolean {
    return this.#intervals() > MOST;
  }

  /** Each interval from the first to the last, those without anything too: its begin from the first one's on, s, and how many a second. */
  *rates(): Generator<{ readonly atS: number; readonly perSecond: number }, void, undefined> {
    const keys = [...this.#counts.keys()].sort((a, b) => a - b);
    const [first = 0] = keys;
    for (let key = first; key <= (keys.at(-1) ?? -1); key += 1) {
      const count = this.#counts.get(key) ?? 0;
      yield { atS: (key - first) * this.widthS, perSecond: count / this.widthS };
    }
  }

  #widen(): void {
    const factor = WIDTHS[this.#level + 1] / this.widthS;
    this.#level += 1;
    const wider = new Map<number, number>();
    for (const [key, count] of this.#counts) {
      const into = Math.floor(key / factor);
      wider.set(into, (wider.get(into) ?? 0) + count);
    }
    this.#counts = wider;
  }
}

/** Mean and deviation of the logarithms of what is added: a lognormal distribution by its moments. */
export class LogMoments {
  count = 0;
  #mean = 0;
  #squares = 0;

  /** Welford's sums; what is not above 0 has no logarithm and does not count. */
  add(value: number): void {
    if (!(value > 0)) return;
    this.count += 1;
    const log = Math.log(value);
    const before = log - this.#mean;
    this.#mean += before / this.count;
    this.#squares += before * (log - this.#mean);
  }

  get median(): number {
    return Math.exp(this.#mean);
  }

  get sigma(): number {
    return this.count < 2 ? 0 : Math.sqrt(this.#squares / (this.count - 1));
  }

  get mean(): number {
    return this.median * Math.exp(this.sigma ** 2 / 2);
  }
}
