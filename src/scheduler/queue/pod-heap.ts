// Hot dialect: binary heaps and lists of waiting pods by row, with removal from the middle.
import { grown, nextCapacity } from '../../model/columns.ts';
import type { QueuedPods } from '../framework/queued-pods.ts';
import { type PodRow, type RowColumn, rowColumn } from '../../model/rows.ts';

/** True when the pod of row `a` goes before that of row `b`; never both ways for different rows. */
export type Before = (a: PodRow, b: PodRow) => boolean;

export class PodHeap {
  size = 0;
  #rows = rowColumn<PodRow>();
  readonly #pods: QueuedPods;
  readonly #before: Before;

  constructor(pods: QueuedPods, before: Before) {
    this.#pods = pods;
    this.#before = before;
  }

  /** The first row, or -1. */
  get head(): PodRow {
    return this.size === 0 ? -1 : this.#rows[0];
  }

  push(row: PodRow): void {
    if (this.size === this.#rows.length) this.#rows = grown(this.#rows, nextCapacity(this.#rows.length));
    this.size += 1;
    this.#up(this.size - 1, row);
  }

  remove(row: PodRow): void {
    const hole = this.#pods.position[row];
    this.size -= 1;
    if (hole === this.size) return;
    const last = this.#rows[this.size];
    if (hole > 0 && this.#before(last, this.#rows[(hole - 1) >> 1])) this.#up(hole, last);
    else this.#down(hole, last);
  }

  /** Puts all rows in order again after the order itself has changed. */
  reorder(): void {
    for (let hole = (this.size >> 1) - 1; hole >= 0; hole -= 1) this.#down(hole, this.#rows[hole]);
  }

  /** All rows in no particular order, for people. */
  rows(): RowColumn<PodRow> {
    return this.#rows.slice(0, this.size);
  }

  #up(from: number, row: PodRow): void {
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.#before(row, this.#rows[parent])) break;
      this.#put(hole, this.#rows[parent]);
      hole = parent;
    }
    this.#put(hole, row);
  }

  #down(from: number, row: PodRow): void {
    let hole = from;
    for (let child = 2 * hole + 1; child < this.size; child = 2 * hole + 1) {
      if (child + 1 < this.size && this.#before(this.#rows[child + 1], this.#rows[child])) child += 1;
      if (!this.#before(this.#rows[child], row)) break;
      this.#put(hole, this.#rows[child]);
      hole = child;
    }
    this.#put(hole, row);
  }

  #put(position: number, row: PodRow): void {
    this.#rows[position] = row;
    this.#pods.position[row] = position;
  }
}

/** A list in the order of arrival. */
export class PodList {
  size = 0;
  head: PodRow = -1;
  #tail: PodRow = -1;
  readonly #pods: QueuedPods;

  constructor(pods: QueuedPods) {
    this.#pods = pods;
  }

  push(row: PodRow): void {
    const { next, previous } = this.#pods;
    next[row] = -1;
    previous[row] = this.#tail;
    if (this.#tail >= 0) next[this.#tail] = row;
    else this.head = row;
    this.#tail = row;
    this.size += 1;
  }

  remove(row: PodRow): void {
    const { next, previous } = this.#pods;
    if (previous[row] >= 0) next[previous[row]] = next[row];
    else this.head = next[row];
    if (next[row] >= 0) previous[next[row]] = previous[row];
    else this.#tail = previous[row];
    this.size -= 1;
  }
}
