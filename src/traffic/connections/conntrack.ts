// The tables of connections of nodes (nf_conntrack): an entry for each connection, kept for a while after its end; a full table drops what is new.
import type { ConntrackSpec } from '../../model/settings/connections.ts';
import type { NodeRow } from '../../model/rows.ts';
import { Expiring } from './expiring.ts';
import type { Sources } from './opening.ts';

export interface ConntrackTable {
  readonly node: NodeRow;
  readonly limit: number;
  entries: number;
  /** First packets of connections that were dropped. */
  dropped: number;
}

export class Conntrack {
  readonly tables = new Map<NodeRow, ConntrackTable>();
  readonly #spec: ConntrackSpec;
  readonly #nodes: Pick<Sources, 'cpusOf' | 'isOutside'>;
  readonly #afterClose: Expiring<ConntrackTable>;
  readonly #afterReset: Expiring<ConntrackTable>;
  readonly #datagrams: Expiring<ConntrackTable>;

  constructor(spec: ConntrackSpec, nodes: Pick<Sources, 'cpusOf' | 'isOutside'>) {
    this.#spec = spec;
    this.#nodes = nodes;
    const drop = (table: ConntrackTable): void => {
      table.entries -= 1;
    };
    this.#afterClose = new Expiring(spec.timeWaitUs, drop);
    this.#afterReset = new Expiring(spec.closeUs, drop);
    this.#datagrams = new Expiring(spec.udpUs, drop);
  }

  /** A new connection between two nodes (-1: outside), by a third one if `via` is one: false when one of their tables drops it. */
  admits(from: NodeRow, via: NodeRow, to: NodeRow, nowUs: number): boolean {
    this.look(nowUs);
    let full = false;
    for (const table of this.#between(from, via, to)) {
      if (table.entries < table.limit) continue;
      table.dropped += 1;
      full = true;
    }
    if (full) return false;
    for (const table of this.#between(from, via, to)) table.entries += 1;
    return true;
  }

  /** The connection has ended: its entries stay for a while. */
  closed(from: NodeRow, via: NodeRow, to: NodeRow, byReset: boolean, nowUs: number): void {
    const after = byReset ? this.#afterReset : this.#afterClose;
    for (const table of this.#between(from, via, to)) after.add(table, nowUs);
  }

  /** A query by UDP and its answer: false when it is dropped. */
  datagram(from: NodeRow, via: NodeRow, to: NodeRow, nowUs: number): boolean {
    if (!this.admits(from, via, to, nowUs)) return false;
    for (const table of this.#between(from, via, to)) this.#datagrams.add(table, nowUs);
    return true;
  }

  look(nowUs: number): void {
    this.#afterClose.look(nowUs);
    this.#afterReset.look(nowUs);
    this.#datagrams.look(nowUs);
  }

  /** Each table once; systems outside have none of the cluster. */
  #between(from: NodeRow, via: NodeRow, to: NodeRow): ConntrackTable[] {
    const tables: ConntrackTable[] = [];
    if (from >= 0) tables.push(this.#of(from));
    if (to >= 0 && to !== from && !this.#nodes.isOutside(to)) tables.push(this.#of(to));
    if (via >= 0 && via !== from && via !== to) tables.push(this.#of(via));
    return tables;
  }

  #of(node: NodeRow): ConntrackTable {
    let table = this.tables.get(node);
    if (table === undefined) {
      const { maxPerCore, min } = this.#spec;
      const limit = Math.max(min, Math.floor(maxPerCore * this.#nodes.cpusOf(node)));
      table = { node, limit, entries: 0, dropped: 0 };
      this.tables.set(node, table);
    }
    return table;
  }
}
