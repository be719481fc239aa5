// HAProxy's ring of servers for consistent hashing, with bounded loads.
import { avalanche } from '../../../lib/hashing/string-hashes.ts';
import { firstNotBelow } from '../first-not-below.ts';
import type { BackendServer, Servers } from './backend.ts';

const NODES_OF_ID = 4096;

interface RingNode {
  readonly key: number;
  readonly server: BackendServer;
  readonly index: number;
}

export class ConsistentRing {
  readonly #servers: Servers;
  /** By server: the weights before it as they were configured; changes of weights do not move it. */
  readonly #before = new Map<BackendServer, number>();
  #nodes: readonly RingNode[];
  #keys: Float64Array;
  /** The node that a request without a key was sent to last. */
  #last: RingNode | undefined;

  constructor(servers: Servers) {
    this.#servers = servers;
    const sums = { active: 0, backup: 0 };
    for (const server of servers.all) {
      const kind = server.line.backup ? 'backup' : 'active';
      this.#before.set(server, sums[kind]);
      sums[kind] += server.scaledWeight;
    }
    this.#nodes = nodesOf(servers.group);
    this.#keys = Float64Array.from(this.#nodes, ({ key }) => key);
  }

  /** Servers have come or gone, or changed their weights: the last node moves on to the next that is left, if it is gone. */
  changed(): void {
    this.#nodes = nodesOf(this.#servers.group);
    this.#keys = Float64Array.from(this.#nodes, ({ key }) => key);
    const last = this.#last;
    if (last === undefined) return;
    const same = this.#nodes.find(({ server, index }) => server === last.server && index === last.index);
    this.#last = same ?? this.#nodes.find(({ key }) => key >= last.key);
  }

  /** The server of the node next to the hash; passed over where it has more than its share of `factor` percent of the mean load. */
  nearest(hash: number, factor: number): BackendServer | undefined {
    const nodes = this.#nodes;
    if (nodes.length === 0) return undefined;
    const after = firstNotBelow(this.#keys, hash);
    const before = (after + nodes.length - 1) % nodes.length;
    const back = (hash - nodes[before].key) >>> 0;
    const on = (nodes[after].key - hash) >>> 0;
    const start = back <= on ? before : after;
    if (factor === 0) return nodes[start].server;
    for (let i = 0; i < nodes.length; i += 1) {
      const { server } = nodes[(start + i) % nodes.length];
      if (server.served < this.#slots(server, factor)) return server;
    }
    return nodes[start].server;
  }

  /** The next node after the last one whose server has room. As long as there is no last one, nobody but the first node is asked. */
  turn(): BackendServer | undefined {
    const nodes = this.#nodes;
    const at = this.#last === undefined ? -1 : nodes.indexOf(this.#last);
    const tries = at < 0 ? Math.min(1, nodes.length) : nodes.length;
    for (let i = 1; i <= tries; i += 1) {
      const node = nodes[(at + i) % nodes.length];
      if (node.server.full) continue;
      this.#last = node;
      return node.server;
    }
    return undefined;
  }

  /** How many requests a server may have when one more is shared out, by weight. */
  #slots(server: BackendServer, factor: number): number {
    const { group, all } = this.#servers;
    const running = all.reduce((sum, { served }) => sum + served, 0);
    const total = group.reduce((sum, { scaledWeight }) => sum + scaledWeight, 0);
    const slots = Math.ceil(((running + 1) * factor) / 100);
    const rest = slots % total;
    const weight = server.scaledWeight;
    const before = this.#before.get(server) ?? 0;
    const share = Math.floor(((before + weight) * rest) / total) - Math.floor((before * rest) / total);
    return Math.max(1, weight * Math.floor(slots / total) + share);
  }
}

function nodesOf(group: readonly BackendServer[]): RingNode[] {
  const nodes: RingNode[] = [];
  for (const server of group) {
    for (let index = 0; index < server.scaledWeight; index += 1) {
      nodes.push({ key: avalanche(server.id * NODES_OF_ID + index), server, index });
    }
  }
  return nodes.sort((a, b) => a.key - b.key);
}
