// HAProxy's table of servers, each as often as its weight and spread out: for `static-rr`, and for hashes by `map-based`.
import type { Algorithm, BackendServer, Servers } from './backend.ts';

/** The table of a backend, recreated whenever a server has come or gone. */
export class WeightMap {
  readonly #servers: Servers;
  readonly #divisor: number;
  #table: readonly BackendServer[] | undefined;
  #next = 0;

  constructor(servers: Servers) {
    this.#servers = servers;
    this.#divisor = servers.all.reduce((divisor, { line }) => gcd(divisor, line.weight), 0);
  }

  changed(): void {
    this.#table = undefined;
  }

  at(hash: number): BackendServer {
    const table = this.#made();
    return table[hash % table.length];
  }

  /** The next one that is not full. */
  turn(): BackendServer | undefined {
    const table = this.#made();
    const start = this.#next < table.length ? this.#next : 0;
    for (let i = 0; i < table.length; i += 1) {
      const at = (start + i) % table.length;
      if (table[at].full) continue;
      this.#next = at + 1;
      return table[at];
    }
    this.#next = start;
    return undefined;
  }

  #made(): readonly BackendServer[] {
    return (this.#table ??= spread(this.#servers.group, this.#divisor));
  }
}

export function staticRoundRobin(servers: Servers): Algorithm {
  const map = new WeightMap(servers);
  const changed = (): void => map.changed();
  return { queuesFirst: true, choose: () => map.turn(), joined: changed, left: changed, reweighed: changed };
}

function spread(group: readonly BackendServer[], divisor: number): BackendServer[] {
  const entries = group.map((server) => ({ server, weight: Math.floor(server.weight / divisor), score: 0 }));
  const total = entries.reduce((sum, { weight }) => sum + weight, 0);
  return Array.from({ length: total }, () => {
    let best = entries[0];
    let most = -1;
    for (const entry of entries) {
      entry.score += entry.weight;
      const rank = Math.trunc((entry.score + total) / total);
      if (rank > most) {
        most = rank;
        best = entry;
      }
    }
    best.score -= total;
    return best.server;
  });
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
