// Hot dialect: what goes wrong with new connections: names that are resolved late or not at all, nodes whose table of connections is full.
import type { NetworkTroubles } from '../model/ports/troubles.ts';
import { Samplers } from '../engine/distributions.ts';
import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import type { DistributionSpec } from '../lib/distribution.ts';
import type { NodeRow } from '../model/rows.ts';

/** A resolver gives up on a server after five seconds and asks the next (glibc: two attempts, one server). */
const TRY_US = 5e6;

export class ConnectionTroubles {
  any = false;
  #watched = false;
  /** What the name of the connection that is being opened takes longer, µs. */
  waitUs = 0;
  readonly #engine: Engine;
  readonly #samplers = new Samplers();
  readonly #full = new Map<NodeRow, number>();
  /** Samplers of the delays of names; -1: not resolved at all. */
  readonly #names: number[] = [];
  #random: Random | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  fillConntrack(node: NodeRow): () => void {
    this.#full.set(node, (this.#full.get(node) ?? 0) + 1);
    this.#changed();
    return () => {
      const left = (this.#full.get(node) ?? 0) - 1;
      if (left > 0) this.#full.set(node, left);
      else this.#full.delete(node);
      this.#changed();
    };
  }

  slowNames(delay: DistributionSpec | undefined): () => void {
    const one = delay === undefined ? -1 : this.#samplers.add(delay);
    this.#names.push(one);
    this.#changed();
    return () => {
      this.#names.splice(this.#names.indexOf(one), 1);
      this.#changed();
    };
  }

  /** From now on each connection is looked at, in trouble or not. */
  watch(): void {
    this.#watched = true;
    this.#changed();
  }

  #changed(): void {
    this.any = this.#watched || this.#full.size > 0 || this.#names.length > 0;
  }

  /** A caller in the cluster (not -1, the outside) asks for a name. False when it gets no answer. */
  resolves(fromNode: NodeRow): boolean {
    this.waitUs = 0;
    if (fromNode < 0) return true;
    this.#random ??= this.#engine.stream('network/names');
    for (const name of this.#names) {
      if (name < 0) return false;
      const us = this.#samplers.draw(name, this.#random);
      this.waitUs += us;
      if (us > 2 * TRY_US) return false;
    }
    return true;
  }

  /** Whether a new connection passes the tables of its nodes. */
  passes(fromNode: NodeRow, via: NodeRow, toNode: NodeRow): boolean {
    if (this.#full.size === 0 || (fromNode === toNode && via < 0)) return true;
    return !this.#full.has(fromNode) && !this.#full.has(via) && !this.#full.has(toNode);
  }

  /** Once for each connection. */
  takeWaitUs(): number {
    const us = this.waitUs;
    this.waitUs = 0;
    return us;
  }
}

/** What faults do to packets and to connections. */
export function troublesOf(packets: Pick<NetworkTroubles, 'disturb'>, connecting: ConnectionTroubles): NetworkTroubles {
  return {
    disturb: (trouble) => packets.disturb(trouble),
    fillConntrack: (node) => connecting.fillConntrack(node),
    slowNames: (delay) => connecting.slowNames(delay),
  };
}
