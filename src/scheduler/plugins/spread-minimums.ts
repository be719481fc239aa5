// Hot dialect: the fewest matching pods in any domain of each hard constraint, also while a dry run changes one domain.
import type { SpreadConstraint } from './spread-constraints.ts';
import type { NodeRow } from '../../model/rows.ts';

const NONE = -1;

export class SpreadMinimums {
  /** By constraint: the global minimum, 0 where there are fewer domains than `minDomains`. */
  values = new Float64Array(4);
  /** By constraint: the domain with the fewest pods, how many it has, and how many the next one has. */
  #domain = new Int32Array(4);
  #least = new Float64Array(4);
  #second = new Float64Array(4);

  /** Looks at all domains. */
  begin(hard: readonly SpreadConstraint[]): void {
    if (this.values.length < hard.length) {
      this.values = new Float64Array(hard.length);
      this.#domain = new Int32Array(hard.length);
      this.#least = new Float64Array(hard.length);
      this.#second = new Float64Array(hard.length);
    }
    for (let c = 0; c < hard.length; c += 1) {
      const { pods, where } = hard[c].counts;
      const { nodes, size } = where;
      const known = pods.length;
      let domain = NONE;
      let least = Number.POSITIVE_INFINITY;
      let second = Number.POSITIVE_INFINITY;
      for (let d = 0; d < nodes.length; d += 1) {
        const matching = d < known ? pods[d] : 0;
        if (nodes[d] === 0 || matching >= second) continue;
        if (matching >= least) {
          second = matching;
          continue;
        }
        second = least;
        least = matching;
        domain = d;
      }
      this.#domain[c] = domain;
      this.#least[c] = least;
      this.#second[c] = second;
      this.values[c] = domain === NONE || size < hard[c].minDomains ? 0 : least;
    }
  }

  /** Since `begin`, counts changed in no domain but that of the node. */
  changed(hard: readonly SpreadConstraint[], node: NodeRow): void {
    for (let c = 0; c < hard.length; c += 1) {
      const { pods, where } = hard[c].counts;
      const own = where.of(node);
      if (own === NONE || where.size < hard[c].minDomains) continue;
      const matching = own < pods.length ? pods[own] : 0;
      this.values[c] = Math.min(own === this.#domain[c] ? this.#second[c] : this.#least[c], matching);
    }
  }
}
