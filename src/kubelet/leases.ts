// Hot dialect: node heartbeats. A healthy lease is arithmetic (phase + k·interval), not an event.
import { grown } from '../model/columns.ts';
import type { NodeTable } from '../model/nodes.ts';
import type { NodeRow } from '../model/rows.ts';

/** What the API server has of each node's lease. Times in µs. */
export class NodeLeases {
  /** Nodes whose kubelet does not renew. */
  readonly silent = new Set<NodeRow>();
  readonly #nodes: NodeTable;
  readonly #intervalUs: number;
  readonly #clock: { readonly now: number };
  #lastUs = new Float64Array(0);

  constructor(nodes: NodeTable, intervalUs: number, clock: { readonly now: number }) {
    this.#nodes = nodes;
    this.#intervalUs = intervalUs;
    this.#clock = clock;
  }

  /** The last renewal that reached the API server; before the first one, that of the registration. */
  lastRenewalUs(node: NodeRow): number {
    return this.silent.has(node) ? this.#lastUs[node] : this.#renewedBefore(node, this.#clock.now);
  }

  /** When a kubelet that renews will do so next. */
  nextRenewalUs(node: NodeRow): number {
    const { now } = this.#clock;
    return this.silent.has(node) ? now : this.#renewedBefore(node, now) + this.#intervalUs;
  }

  /** No renewal arrives from now on. */
  stop(node: NodeRow): void {
    if (this.silent.has(node)) return;
    if (node >= this.#lastUs.length) this.#lastUs = grown(this.#lastUs, this.#nodes.capacity);
    this.#lastUs[node] = this.#renewedBefore(node, this.#clock.now);
    this.silent.add(node);
  }

  /** The kubelet renews now, and every interval from now on. */
  resume(node: NodeRow): void {
    this.#nodes.renewPhaseUs[node] = this.#clock.now;
    this.silent.delete(node);
  }

  /** The node is gone, and its lease with it. */
  forget(node: NodeRow): void {
    this.silent.delete(node);
  }

  #renewedBefore(node: NodeRow, nowUs: number): number {
    const phase = this.#nodes.renewPhaseUs[node];
    return phase + Math.floor((nowUs - phase) / this.#intervalUs) * this.#intervalUs;
  }
}
