// Hot dialect: the points of containers that kubelets measure and metrics-server keeps: the newest, and of those scraped the last two.
import { grown, nextCapacity } from '../model/columns.ts';

/** A container of which metrics-server has one point only has a usage from this age on, counted from its start. */
const FRESH_US = 10e6;

/** A container is 80 bytes: doubles that lie together, since looks at containers come in the order of their pods. */
const CELL = 10;
const Cell = {
  /** The identity of the pod that the points are of. */
  Identity: 0,
  /** What its kubelet measured last: when, since when that process runs, CPU time since then, memory. */
  MeasuredAt: 1,
  MeasuredSince: 2,
  MeasuredUs: 3,
  MeasuredBytes: 4,
  /** What metrics-server scraped last, and the one before that has usage in between; -1: none. */
  LastAt: 5,
  LastUs: 6,
  LastBytes: 7,
  PreviousAt: 8,
  PreviousUs: 9,
} as const;

/** Times in µs. */
export class Points {
  #cells = new Float64Array(0);

  /** The kubelet looks at a container that runs. */
  measure(row: number, identity: number, atUs: number, startedUs: number, usedUs: number, bytes: number): void {
    if (CELL * row >= this.#cells.length) this.#grow(row);
    const cells = this.#cells;
    const at = CELL * row;
    if (cells[at + Cell.Identity] !== identity) this.drop(row);
    cells[at + Cell.Identity] = identity;
    cells[at + Cell.MeasuredAt] = atUs;
    cells[at + Cell.MeasuredSince] = startedUs;
    cells[at + Cell.MeasuredUs] = usedUs;
    cells[at + Cell.MeasuredBytes] = bytes;
  }

  /** metrics-server has something of the container. */
  has(row: number, identity: number): boolean {
    const at = CELL * row;
    return (
      at < this.#cells.length && this.#cells[at + Cell.Identity] === identity && this.#cells[at + Cell.LastAt] >= 0
    );
  }

  /** When what metrics-server has was measured, and its memory. */
  lastAtUs(row: number): number {
    return this.#cells[CELL * row + Cell.LastAt];
  }

  lastBytes(row: number): number {
    return this.#cells[CELL * row + Cell.LastBytes];
  }

  /** The time between the two points that it has; negative where it has one only. */
  windowUs(row: number): number {
    const previousUs = this.#cells[CELL * row + Cell.PreviousAt];
    return previousUs < 0 ? -1 : this.#cells[CELL * row + Cell.LastAt] - previousUs;
  }

  /** CPU time in between. */
  usedUs(row: number): number {
    return this.#cells[CELL * row + Cell.LastUs] - this.#cells[CELL * row + Cell.PreviousUs];
  }

  /** The scrape did not find it: what was known before goes. */
  drop(row: number): void {
    if (CELL * row >= this.#cells.length) return;
    this.#cells[CELL * row + Cell.LastAt] = -1;
    this.#cells[CELL * row + Cell.PreviousAt] = -1;
  }

  /** metrics-server takes over what the kubelet has of a process that runs since then (its pkg/storage/pod.go). */
  scrape(row: number, identity: number, startedAtUs: number, resolutionUs: number): void {
    const at = CELL * row;
    const cells = this.#cells;
    if (at >= cells.length) return;
    const startedUs = cells[at + Cell.MeasuredSince];
    if (cells[at + Cell.Identity] !== identity || startedUs !== startedAtUs) {
      this.drop(row);
      return;
    }
    const atUs = cells[at + Cell.MeasuredAt];
    const lastUs = cells[at + Cell.LastAt];
    const ageUs = atUs - startedUs;
    if (ageUs > 0 && ageUs < resolutionUs && ageUs >= FRESH_US) {
      cells[at + Cell.PreviousAt] = startedUs;
      cells[at + Cell.PreviousUs] = 0;
    } else if (lastUs < 0 || startedUs >= lastUs) {
      // Not seen before, or it has started over since.
      cells[at + Cell.PreviousAt] = -1;
    } else if (atUs > lastUs) {
      cells[at + Cell.PreviousAt] = lastUs;
      cells[at + Cell.PreviousUs] = cells[at + Cell.LastUs];
    } else if (cells[at + Cell.PreviousAt] >= atUs) {
      cells[at + Cell.PreviousAt] = -1;
    }
    cells[at + Cell.LastAt] = atUs;
    cells[at + Cell.LastUs] = cells[at + Cell.MeasuredUs];
    cells[at + Cell.LastBytes] = cells[at + Cell.MeasuredBytes];
  }

  #grow(row: number): void {
    const old = this.#cells.length / CELL;
    let capacity = old;
    while (row >= capacity) capacity = nextCapacity(capacity);
    this.#cells = grown(this.#cells, CELL * capacity).fill(-1, CELL * old);
  }
}
