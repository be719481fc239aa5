// Earliest deadline first, Envoy's schedule by weights: whoever was picked is due again after the inverse of its weight.

/** Of sums of inverses of weights. */
const ROUNDING = 1e-9;

interface Entry {
  readonly index: number;
  readonly deadline: number;
  readonly order: number;
}

export class EdfSchedule {
  /** A binary heap. */
  readonly #heap: Entry[] = [];
  #now = 0;
  #orders: number;

  /** Weights are above 0. */
  constructor(weights: readonly number[]) {
    for (const [index, weight] of weights.entries()) {
      this.#heap.push({ index, deadline: 1 / weight, order: index });
      this.#rise(index);
    }
    this.#orders = weights.length;
  }

  /** The index that is due; it is put back with the weight that it has now. */
  pick(weightOf: (index: number) => number): number {
    const [{ index }] = this.#heap;
    this.take(index, weightOf(index));
    return index;
  }

  /** Whether it is due, or would be if deadlines were not rounded. */
  mayBeDue(index: number): boolean {
    const [first] = this.#heap;
    const deadline = this.#heap.find((entry) => entry.index === index)?.deadline ?? Infinity;
    return deadline - first.deadline <= ROUNDING * Math.max(1, first.deadline);
  }

  /** It is picked and put back, whether or not it is due. */
  take(index: number, weight: number): void {
    const heap = this.#heap;
    const at = heap.findIndex((entry) => entry.index === index);
    this.#now = heap[at].deadline;
    const last = heap.pop();
    if (last !== undefined && at < heap.length) {
      heap[at] = last;
      this.#sink(at);
      this.#rise(at);
    }
    heap.push({ index, deadline: this.#now + 1 / weight, order: this.#orders });
    this.#orders += 1;
    this.#rise(heap.length - 1);
  }

  #rise(from: number): void {
    const heap = this.#heap;
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!before(heap[at], heap[parent])) return;
      [heap[at], heap[parent]] = [heap[parent], heap[at]];
      at = parent;
    }
  }

  #sink(from: number): void {
    const heap = this.#heap;
    for (let at = from; ; ) {
      let least = 2 * at + 1;
      if (least >= heap.length) return;
      if (least + 1 < heap.length && before(heap[least + 1], heap[least])) least += 1;
      if (!before(heap[least], heap[at])) return;
      [heap[at], heap[least]] = [heap[least], heap[at]];
      at = least;
    }
  }
}

/** Of equal deadlines the one that was put in first. */
function before(a: Entry, b: Entry): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.order < b.order);
}
