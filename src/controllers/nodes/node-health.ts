// When the node lifecycle controller last saw a sign of life of each node: the time of its own pass, not of the heartbeat.
import type { Leases } from '../../model/ports/leases.ts';
import { NodeReady } from '../../model/nodes.ts';
import type { NodeRow } from '../../model/rows.ts';

/** Passes remembered: longer than the grace period at the usual five seconds. */
const PASSES = 64;

/** A healthy node is not looked at: when the pass noticed a renewal is worked out once somebody asks. */
export class NodeHealth {
  readonly #leases: Leases;
  readonly #passes: number[] = [];
  /** By node: the newest renewal seen, and the time of the pass that saw it. */
  readonly #renewals = new Map<NodeRow, number>();
  readonly #probes = new Map<NodeRow, number>();
  /** By node that was looked at: its condition Ready then. */
  readonly #ready = new Map<NodeRow, number>();
  #floorUs = 0;

  constructor(leases: Leases) {
    this.#leases = leases;
  }

  beginPass(nowUs: number): void {
    this.#passes.push(nowUs);
    if (this.#passes.length > PASSES) this.#passes.shift();
  }

  /** Time of the pass that noticed the node's last renewal, µs. A node seen for the first time counts as alive now. */
  probeUs(node: NodeRow, nowUs: number): number {
    const renewal = this.#leases.lastRenewalUs(node);
    const seen = this.#renewals.get(node);
    if (seen === undefined || renewal > seen) {
      this.#renewals.set(node, renewal);
      this.#probes.set(node, this.#passes.find((pass) => pass >= renewal) ?? nowUs);
    }
    return Math.max(this.#probes.get(node) ?? nowUs, this.#floorUs);
  }

  /** A pass looks at the node: one whose kubelet has written another condition since the last look is alive now. */
  observe(node: NodeRow, ready: number, nowUs: number): void {
    const before = this.#ready.get(node);
    this.#ready.set(node, ready);
    if (before !== undefined && before !== ready && ready !== NodeReady.Unknown) this.#probes.set(node, nowUs);
  }

  /** Every node counts as alive now. */
  reset(nowUs: number): void {
    this.#floorUs = nowUs;
  }
}
