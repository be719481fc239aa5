// Source NAT of nodes: connections of their pods to systems outside come from ports of the node, or from those that a NAT gateway lends to it.
import type { SnatSpec } from '../../model/settings/connections.ts';
import type { NodeRow } from '../../model/rows.ts';
import { Expiring } from './expiring.ts';

/** The ports of one node to one system outside that are in use, or wait. */
export interface SnatPorts {
  readonly node: NodeRow;
  /** The machine of the system. */
  readonly to: NodeRow;
  taken: number;
  /** First packets that were dropped, as no port was left. */
  dropped: number;
}

export class SourceNat {
  /** Ports that a node has to each system. */
  readonly limit: number;
  readonly #isOutside: (node: NodeRow) => boolean;
  readonly #byNode = new Map<NodeRow, Map<NodeRow, SnatPorts>>();
  readonly #afterClose: Expiring<SnatPorts>;
  readonly #afterReset: Expiring<SnatPorts>;

  constructor({ ports, timeWaitUs, closeUs }: SnatSpec, isOutside: (node: NodeRow) => boolean) {
    this.limit = ports;
    this.#isOutside = isOutside;
    const giveBack = (one: SnatPorts): void => {
      one.taken -= 1;
    };
    this.#afterClose = new Expiring(timeWaitUs, giveBack);
    this.#afterReset = new Expiring(closeUs, giveBack);
  }

  *[Symbol.iterator](): Generator<SnatPorts> {
    for (const systems of this.#byNode.values()) yield* systems.values();
  }

  /** A new connection between two machines (-1: a client outside): false when it needs a port and none is left. */
  admits(from: NodeRow, to: NodeRow, nowUs: number): boolean {
    if (!this.#translates(from, to)) return true;
    this.look(nowUs);
    const ports = this.#of(from, to);
    if (ports.taken >= this.limit) {
      ports.dropped += 1;
      return false;
    }
    ports.taken += 1;
    return true;
  }

  /** The connection has ended: its port is not used again for a while. */
  closed(from: NodeRow, to: NodeRow, byReset: boolean, nowUs: number): void {
    if (!this.#translates(from, to)) return;
    const after = byReset ? this.#afterReset : this.#afterClose;
    after.add(this.#of(from, to), nowUs);
  }

  look(nowUs: number): void {
    this.#afterClose.look(nowUs);
    this.#afterReset.look(nowUs);
  }

  #translates(from: NodeRow, to: NodeRow): boolean {
    return from >= 0 && this.#isOutside(to);
  }

  #of(node: NodeRow, to: NodeRow): SnatPorts {
    const systems = this.#byNode.get(node) ?? new Map<NodeRow, SnatPorts>();
    this.#byNode.set(node, systems);
    let ports = systems.get(to);
    if (ports === undefined) {
      ports = { node, to, taken: 0, dropped: 0 };
      systems.set(to, ports);
    }
    return ports;
  }
}
