// Hot dialect: what proxies know of their own: open connections to an endpoint, and one integer per subset of endpoints.
import { grown } from '../model/columns.ts';
import type { PodRow, Row } from '../model/rows.ts';

/** Whose connections: a kube-proxy by its node, or a sidecar by its pod (-1: the edge). Which of them is a matter of the subset’s balancer. */
export type ProxyKey = Row<'proxy'>;

/** Key and value of a cell: subset of endpoints, proxy, pod, the pod's epoch, count. */
const WIDTH = 5;
const COUNT = 4;
const EMPTY = -1;

/**
 * Counts by (subset, proxy, pod, epoch) in an open-addressing hash. A cell's number stays the same as long as its count
 * is not 0, so whoever holds a connection holds the cell and ends it without looking it up.
 */
export class Connections {
  /** Rises when cells that counted 0 have been given back: the only time at which the cell of a key changes or goes. */
  generation = 0;
  #cells = new Int32Array(WIDTH * 64);
  #used = 0;
  #free = new Int32Array(64);
  #freeCount = 0;
  #slots = new Int32Array(128).fill(EMPTY);

  /** The cell of a key, -1 when it has none and so counts 0. */
  find(subset: number, proxy: ProxyKey, pod: PodRow, epoch: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const cells = this.#cells;
    for (let slot = hash(subset, proxy, pod, epoch) & mask; ; slot = (slot + 1) & mask) {
      const cell = slots[slot];
      if (cell === EMPTY) return -1;
      const at = WIDTH * cell;
      if (cells[at + 2] === pod && cells[at + 1] === proxy && cells[at] === subset && cells[at + 3] === epoch)
        return cell;
    }
  }

  /** The cell of a key, made with count 0 when there was none. */
  cell(subset: number, proxy: ProxyKey, pod: PodRow, epoch: number): number {
    const found = this.find(subset, proxy, pod, epoch);
    if (found >= 0) return found;
    if (this.#freeCount === 0 && 2 * (this.#used + 1) > this.#slots.length) this.#rebuild();
    const cell = this.#freeCount > 0 ? this.#free[--this.#freeCount] : this.#used++;
    if (WIDTH * cell === this.#cells.length) this.#cells = grown(this.#cells, 2 * this.#cells.length);
    const at = WIDTH * cell;
    this.#cells[at] = subset;
    this.#cells[at + 1] = proxy;
    this.#cells[at + 2] = pod;
    this.#cells[at + 3] = epoch;
    this.#cells[at + COUNT] = 0;
    this.#enter(cell);
    return cell;
  }

  count(cell: number): number {
    return this.#cells[WIDTH * cell + COUNT];
  }

  set(cell: number, count: number): void {
    this.#cells[WIDTH * cell + COUNT] = count;
  }

  add(cell: number, change: number): void {
    this.#cells[WIDTH * cell + COUNT] += change;
  }

  /** The sum of all counts: connections open now, if nothing else is kept here. */
  total(): number {
    let sum = 0;
    for (let cell = 0; cell < this.#used; cell += 1) sum += this.#cells[WIDTH * cell + COUNT];
    return sum;
  }

  /** Forgets every cell, whatever it counts. */
  clear(): void {
    if (this.#used === 0) return;
    this.generation += 1;
    this.#slots.fill(EMPTY);
    this.#used = 0;
    this.#freeCount = 0;
  }

  #enter(cell: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const at = WIDTH * cell;
    const cells = this.#cells;
    let slot = hash(cells[at], cells[at + 1], cells[at + 2], cells[at + 3]) & mask;
    while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    slots[slot] = cell;
  }

  /** Gives back the cells that count 0, and doubles the table where that does not make enough room. */
  #rebuild(): void {
    this.generation += 1;
    let size = this.#slots.length;
    let live = 0;
    for (let cell = 0; cell < this.#used; cell += 1) if (this.#cells[WIDTH * cell + COUNT] !== 0) live += 1;
    if (4 * live > size) size *= 2;
    this.#slots = new Int32Array(size).fill(EMPTY);
    if (this.#free.length < this.#used) this.#free = new Int32Array(2 * this.#used);
    this.#freeCount = 0;
    for (let cell = this.#used - 1; cell >= 0; cell -= 1) {
      if (this.#cells[WIDTH * cell + COUNT] === 0) this.#free[this.#freeCount++] = cell;
      else this.#enter(cell);
    }
  }
}

function hash(subset: number, proxy: number, row: number, epoch: number): number {
  let h = Math.imul(row ^ Math.imul(proxy, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(subset + (epoch << 16), 0xc2b2ae35);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return h ^ (h >>> 13);
}
