// Hot dialect: the future event list as a binary heap on typed arrays, in (time, sequence) order.

/** Pending events, 32 bytes each: the time in `reals[4 slot]`, then next, kind, a, b in `ints[8 slot + 2 …]`. */
export class Heap {
  reals = new Float64Array(4 * 64);
  ints = new Int32Array(this.reals.buffer);
  size = 0;
  #order = new Int32Array(64);
  #sequence = new Float64Array(64);
  #nextSequence = 0.5;
  #free = new Int32Array(64).map((_, index) => index);

  push(timeUs: number, kind: number, a: number, b: number): void {
    if (this.size === this.#order.length) this.#grow();
    const slot = this.#free[this.size];
    this.reals[4 * slot] = timeUs;
    this.ints[8 * slot + 3] = kind;
    this.ints[8 * slot + 4] = a;
    this.ints[8 * slot + 5] = b;
    this.#sequence[slot] = this.#nextSequence++;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(slot, this.#order[parent])) break;
      this.#order[at] = this.#order[parent];
      at = parent;
    }
    this.#order[at] = slot;
  }

  /** Takes the earliest event if its time is at most `untilUs`: its slot, valid until the next push; else -1. */
  take(untilUs: number): number {
    if (this.size === 0) return -1;
    const slot = this.#order[0];
    if (this.reals[4 * slot] > untilUs) return -1;
    const size = --this.size;
    this.#free[size] = slot;
    const last = this.#order[size];
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && this.#before(this.#order[child + 1], this.#order[child])) child++;
      if (!this.#before(this.#order[child], last)) break;
      this.#order[at] = this.#order[child];
      at = child;
    }
    this.#order[at] = last;
    return slot;
  }

  #before(left: number, right: number): boolean {
    const difference = this.reals[4 * left] - this.reals[4 * right];
    return difference < 0 || (difference === 0 && this.#sequence[left] < this.#sequence[right]);
  }

  #grow(): void {
    const capacity = 2 * this.#order.length;
    const reals = new Float64Array(4 * capacity);
    reals.set(this.reals);
    this.reals = reals;
    this.ints = new Int32Array(reals.buffer);
    const order = new Int32Array(capacity);
    order.set(this.#order);
    this.#order = order;
    const sequence = new Float64Array(capacity);
    sequence.set(this.#sequence);
    this.#sequence = sequence;
    this.#free = new Int32Array(capacity).map((_, index) => index);
  }
}
