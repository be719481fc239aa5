// What gobreaker counts: requests and how they ended, in total and by bucket, of which the oldest is taken off as time goes on.

/** Counts in the order in which gobreaker lists them. */
export const Count = {
  Requests: 0,
  Successes: 1,
  Failures: 2,
  Exclusions: 3,
  ConsecutiveSuccesses: 4,
  ConsecutiveFailures: 5,
} as const;
const WIDTH = 6;

export class RollingCounts {
  /** The number of the current bucket since the last clearing. */
  age = 0;
  readonly total = new Float64Array(WIDTH);
  readonly #buckets: Float64Array;
  readonly #length: number;

  constructor(buckets: number) {
    this.#length = buckets;
    this.#buckets = new Float64Array(WIDTH * buckets);
  }

  request(): void {
    this.total[Count.Requests] += 1;
    this.#buckets[WIDTH * (this.age % this.#length) + Count.Requests] += 1;
  }

  /** A request ended that began in the bucket of that age; it counts where that is still there. */
  end(age: number, what: number): void {
    if (age > this.age || this.age - age >= this.#length) return;
    count(this.total, 0, what);
    count(this.#buckets, WIDTH * (age % this.#length), what);
  }

  clear(age = 0): void {
    this.total.fill(0);
    this.#buckets.fill(0);
    this.age = age;
  }

  /** Buckets up to that age have begun. */
  grow(age: number): void {
    if (age <= this.age) return;
    if (age - this.age >= this.#length) this.clear(age);
    else while (this.age < age) this.#roll();
  }

  #roll(): void {
    this.age += 1;
    const oldest = this.age % this.#length;
    this.#shorten(Count.ConsecutiveSuccesses, Count.Successes, oldest);
    this.#shorten(Count.ConsecutiveFailures, Count.Failures, oldest);
    const at = WIDTH * oldest;
    for (let each = 0; each < Count.ConsecutiveSuccesses; each += 1) {
      this.total[each] = Math.max(0, this.total[each] - this.#buckets[at + each]);
    }
    this.#buckets.fill(0, at, at + WIDTH);
  }

  /** Takes the oldest bucket's part off a row of equal ends, where that row reaches back into it. */
  #shorten(consecutive: number, ends: number, oldest: number): void {
    const own = this.#buckets[WIDTH * oldest + consecutive];
    let whole = own;
    for (let i = 1; i < this.#length; i += 1) {
      whole += this.#buckets[WIDTH * ((oldest + i) % this.#length) + ends];
    }
    if (this.total[consecutive] === whole) this.total[consecutive] = Math.max(0, whole - own);
  }
}

function count(counts: Float64Array, at: number, what: number): void {
  counts[at + what] += 1;
  if (what === Count.Successes) {
    counts[at + Count.ConsecutiveSuccesses] += 1;
    counts[at + Count.ConsecutiveFailures] = 0;
  } else if (what === Count.Failures) {
    counts[at + Count.ConsecutiveFailures] += 1;
    counts[at + Count.ConsecutiveSuccesses] = 0;
  }
}
