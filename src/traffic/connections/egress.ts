// Hot dialect: bytes of messages that go from zone to zone, for those who pay for them.
import { NetworkCards } from './network-cards.ts';
import type { NodeTable } from '../../model/nodes.ts';
import type { NodeRow } from '../../model/rows.ts';

/** More zones than any cluster has. */
const MOST_ZONES = 1 << 20;

export class Egress {
  /** So far, by both zones. */
  readonly #bytes = new Map<number, number>();
  readonly #nodes: NodeTable;

  constructor(nodes: NodeTable) {
    this.#nodes = nodes;
  }

  /** Between nodes of two zones; what comes from outside or goes there (-1) passes no border of zones. */
  sent(from: NodeRow, to: NodeRow, bytes: number): void {
    if (from < 0 || to < 0) return;
    const { zone } = this.#nodes;
    if (zone[from] === zone[to]) return;
    const key = zone[from] * MOST_ZONES + zone[to];
    this.#bytes.set(key, (this.#bytes.get(key) ?? 0) + bytes);
  }

  /** Interned zones and the bytes so far, in order of first appearance. */
  *counts(): Generator<{ readonly from: number; readonly to: number; readonly bytes: number }> {
    for (const [key, bytes] of this.#bytes) {
      yield { from: Math.floor(key / MOST_ZONES), to: key % MOST_ZONES, bytes };
    }
  }
}

/** Network cards whose messages are counted. */
export class MeteredCards extends NetworkCards {
  readonly #egress: Egress;

  constructor(egress: Egress) {
    super();
    this.#egress = egress;
  }

  override waitUs(from: NodeRow, to: NodeRow, bytes: number, nowUs: number, bytesPerSecond: number): number {
    this.#egress.sent(from, to, bytes);
    return super.waitUs(from, to, bytes, nowUs, bytesPerSecond);
  }
}
