// Hot dialect: a node's only pull when there is nothing to fetch: just the round trip to the registry. One cell by node, until a second pull joins it.
import { grown } from '../../model/columns.ts';
import type { ContainerRow, NodeRow } from '../../model/rows.ts';

export class SolePulls {
  /** By node: the container that waits, plus one, 0 for none; the step of its pod; since when, and how long; and the stamp of the answer. */
  #row = new Int32Array(0);
  #step = new Int32Array(0);
  #sinceUs = new Float64Array(0);
  #latencyUs = new Float64Array(0);
  #stamp = new Int32Array(0);

  has(node: NodeRow): boolean {
    return node < this.#row.length && this.#row[node] !== 0;
  }

  /** Gives the stamp with which the answer comes. */
  begin(node: NodeRow, row: ContainerRow, step: number, nowUs: number, latencyUs: number): number {
    if (node >= this.#row.length) {
      const capacity = Math.max(64, 2 * node);
      this.#row = grown(this.#row, capacity);
      this.#step = grown(this.#step, capacity);
      this.#sinceUs = grown(this.#sinceUs, capacity);
      this.#latencyUs = grown(this.#latencyUs, capacity);
      this.#stamp = grown(this.#stamp, capacity);
    }
    this.#row[node] = row + 1;
    this.#step[node] = step;
    this.#sinceUs[node] = nowUs;
    this.#latencyUs[node] = latencyUs;
    this.#stamp[node] += 1;
    return this.#stamp[node];
  }

  awaits(node: NodeRow, stamp: number): boolean {
    return this.#stamp[node] === stamp && this.#row[node] !== 0;
  }

  rowOf(node: NodeRow): ContainerRow {
    return (this.#row[node] - 1) as ContainerRow;
  }

  stepOf(node: NodeRow): number {
    return this.#step[node];
  }

  sinceUs(node: NodeRow): number {
    return this.#sinceUs[node];
  }

  leftUs(node: NodeRow, nowUs: number): number {
    return this.#sinceUs[node] + this.#latencyUs[node] - nowUs;
  }

  /** It has ended, was interrupted, or is one of several from now on. */
  end(node: NodeRow): void {
    if (node < this.#row.length) this.#row[node] = 0;
  }
}
