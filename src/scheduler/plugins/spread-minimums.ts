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
      const { pods, nodes, size } = hard[c].counts;
      let domain = NONE;
      let least = Number.POSITIVE_INFINITY;
      let second = Number.POSITIVE_INFINITY;
      for (let d = 0; d < pods.length; d += 1) {
        if (nodes[d] === 0 || pods[d] >= second) continue;
        if (pods[d] >= least) {
          second = pods[d];
          continue;
        }
        second = least;
        least = pods[d];
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
      const { domain, pods, size } = hard[c].counts;
      const own = node < domain.length ? domain[node] : NONE;
      if (own === NONE || size < hard[c].minDomains) continue;
      this.values[c] = Math.min(own === this.#domain[c] ? this.#second[c] : this.#least[c], pods[own]);
    }
  }
}
