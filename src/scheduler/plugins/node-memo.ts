// Hot dialect: what a compiled pod says of each node, remembered until the node's labels or taints change.
import { grown } from '../../model/columns.ts';

/** Small ints by node, valid for one interned set (labels or taints) of the node. */
export class NodeMemo {
  readonly #compute: (node: number) => number;
  #set = new Int32Array(0);
  #values = new Int32Array(0);

  constructor(compute: (node: number) => number) {
    this.#compute = compute;
  }

  /** The value for a node whose interned set is `set`. */
  get(node: number, set: number): number {
    if (node < this.#set.length && this.#set[node] === set + 1) return this.#values[node];
    return this.#fill(node, set);
  }

  #fill(node: number, set: number): number {
    if (node >= this.#set.length) {
      const capacity = Math.max(64, node + 1, this.#set.length * 2);
      this.#set = grown(this.#set, capacity);
      this.#values = grown(this.#values, capacity);
    }
    const value = this.#compute(node);
    this.#set[node] = set + 1;
    this.#values[node] = value;
    return value;
  }
}
