// The network cards of nodes: each sends one thing after the other, and receives one after the other.
import type { NodeRow } from '../../model/rows.ts';

export class NetworkCards {
  /** By node: until when what it sends, and what it receives, keeps the card busy. */
  readonly #sendsUntilUs: number[] = [];
  readonly #receivesUntilUs: number[] = [];

  /** What bytes from node to node (-1: outside, which is as fast as needed) wait before they can be sent at that rate, µs. Nothing within a node. */
  waitUs(from: NodeRow, to: NodeRow, bytes: number, nowUs: number, bytesPerSecond: number): number {
    if (bytesPerSecond === Infinity || from === to) return 0;
    const us = (bytes * 1e6) / bytesPerSecond;
    const sendsUs = from < 0 ? 0 : (this.#sendsUntilUs[from] ?? 0);
    const receivesUs = to < 0 ? 0 : (this.#receivesUntilUs[to] ?? 0);
    const startUs = Math.max(nowUs, sendsUs, receivesUs);
    if (from >= 0) this.#sendsUntilUs[from] = startUs + us;
    if (to >= 0) this.#receivesUntilUs[to] = startUs + us;
    return startUs - nowUs;
  }
}
