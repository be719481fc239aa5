// Topology keys: which domain (value of a label) each node is in, as one column of small ints per key.
import { grown } from '../../model/columns.ts';
import type { Labels } from '../../model/interner.ts';
import type { NodeRow } from '../../model/rows.ts';

export class TopologyKey {
  readonly name: string;
  /** By node: the number of its domain, -1 for a node without the label. */
  domain = new Int32Array(0);
  /** Nodes without the label. */
  lacking = 0;
  #lacks = new Uint8Array(0);
  readonly #ids = new Map<string, number>();

  constructor(name: string) {
    this.name = name;
  }

  /** Domains ever seen; their numbers are below this. */
  get domains(): number {
    return this.#ids.size;
  }

  set(node: NodeRow, labels: Labels | undefined): void {
    if (node >= this.domain.length) {
      const before = this.domain.length;
      this.domain = grown(this.domain, Math.max(64, node + 1, before * 2));
      this.domain.fill(-1, before);
      this.#lacks = grown(this.#lacks, this.domain.length);
    }
    const value = labels?.[this.name];
    const lacks = labels !== undefined && value === undefined ? 1 : 0;
    this.lacking += lacks - this.#lacks[node];
    this.#lacks[node] = lacks;
    if (value === undefined) {
      this.domain[node] = -1;
      return;
    }
    let id = this.#ids.get(value);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(value, id);
    }
    this.domain[node] = id;
  }
}
