// Hot dialect: which nodes count in which domain of a topology key, for all counters whose pods are counted over the same nodes.
import { grown } from '../../model/columns.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { TopologyKey } from './topology.ts';

/** Which nodes count in a domain. `key` is equal exactly for equal predicates. */
export interface NodePredicate {
  readonly key: string;
  includes(node: NodeRow): boolean;
}

export class DomainNodes {
  readonly topology: TopologyKey;
  readonly #predicate: NodePredicate;
  /** By node: the domain in which it counts, -1 for none. */
  domain = new Int32Array(0);
  /** By domain: nodes that count. */
  nodes = new Int32Array(0);
  /** Domains with at least one node. */
  size = 0;

  constructor(topology: TopologyKey, predicate: NodePredicate) {
    this.topology = topology;
    this.#predicate = predicate;
  }

  /** The domain in which the node counts, -1 for none. */
  of(node: NodeRow): number {
    return node < this.domain.length ? this.domain[node] : -1;
  }

  /** The node came, went, or is another. */
  place(node: NodeRow, present: boolean): void {
    if (node >= this.domain.length) {
      const before = this.domain.length;
      this.domain = grown(this.domain, Math.max(64, node + 1, before * 2));
      this.domain.fill(-1, before);
    }
    const before = this.domain[node];
    const after = present && this.#predicate.includes(node) ? this.topology.domain[node] : -1;
    if (before === after) return;
    if (before >= 0) {
      this.nodes[before] -= 1;
      if (this.nodes[before] === 0) this.size -= 1;
    }
    this.domain[node] = after;
    if (after < 0) return;
    if (after >= this.nodes.length) {
      this.nodes = grown(this.nodes, Math.max(16, after + 1, this.nodes.length * 2));
    }
    if (this.nodes[after] === 0) this.size += 1;
    this.nodes[after] += 1;
  }
}
