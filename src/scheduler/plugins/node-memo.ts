// Hot dialect: what a compiled pod says of each node, remembered until what it depends on changes.
import { grown } from '../../model/columns.ts';
import type { NodeRow } from '../../model/rows.ts';

/** Small ints by node, valid for one version of the node: an interned set (its labels) or its generation. */
export class NodeMemo {
  readonly #compute: (node: NodeRow) => number;
  #version = new Int32Array(0);
  #values = new Int32Array(0);

  constructor(compute: (node: NodeRow) => number) {
    this.#compute = compute;
  }

  /** The value for a node of that version (0 or more). */
  get(node: NodeRow, version: number): number {
    if (node < this.#version.length && this.#version[node] === version + 1) return this.#values[node];
    return this.#fill(node, version);
  }

  #fill(node: NodeRow, version: number): number {
    if (node >= this.#version.length) {
      const capacity = Math.max(64, node + 1, this.#version.length * 2);
      this.#version = grown(this.#version, capacity);
      this.#values = grown(this.#values, capacity);
    }
    const value = this.#compute(node);
    this.#version[node] = version + 1;
    this.#values[node] = value;
    return value;
  }
}
