// The connections that one caller has to one destination, or to one of its endpoints, and the requests that wait for one.
import type { CallerConnections } from '../../model/settings/connections.ts';
import { type Connection, ConnectionState, type Endpoint } from './connection.ts';
import type { Dialed } from './dialing.ts';
import type { Group } from './group.ts';
import type { PortRange } from './local-ports.ts';

export class Pool {
  readonly group: Group;
  /** Undefined where an endpoint is chosen with each connection. */
  readonly endpoint: Endpoint | undefined;
  readonly ports: PortRange;
  /** Those that are open and take requests, or do so after the one that they have, the oldest first. */
  readonly ready = new Set<Connection>();
  /** Of http1: the one used last is at the end, and is used next. */
  readonly idle: Connection[] = [];
  opening = 0;
  /** Those of them whose first packet met nothing, the oldest first. */
  readonly silent = new Set<Connection | Dialed>();
  /** All that have not ended. */
  readonly all = new Set<Connection>();
  /** Rows that wait, the first one first, and since when (µs). */
  readonly pending = new Map<number, number>();

  constructor(group: Group, endpoint: Endpoint | undefined, ports: PortRange) {
    this.group = group;
    this.endpoint = endpoint;
    this.ports = ports;
  }

  get size(): number {
    return this.ready.size + this.opening;
  }

  get isEmpty(): boolean {
    return this.all.size === 0 && this.opening === 0 && this.pending.size === 0;
  }

  /** A connection for one request more; undefined when there is none now. `streams`: how many requests one takes at a time. */
  next(streams: (connection: Connection) => number): Connection | undefined {
    return this.group.profile.protocol === 'http1' ? this.idle.pop() : this.#leastUsed(streams);
  }

  /** Whether one more is to be opened for those that wait. */
  wantsMore({ min, max, streams }: CallerConnections = this.group.profile): boolean {
    const waiting = this.pending.size;
    if (this.size >= max || waiting === 0) return false;
    return this.size < min || this.opening === 0 || this.opening * streams < waiting;
  }

  /** No request begins on it any more. */
  remove(connection: Connection): void {
    this.ready.delete(connection);
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
  }

  /** The oldest of those with the fewest requests, if it takes one more. */
  #leastUsed(streams: (connection: Connection) => number): Connection | undefined {
    let best: Connection | undefined;
    for (const one of this.ready) {
      if (one.state !== ConnectionState.Ready || one.rows.size >= streams(one)) continue;
      if (best === undefined || one.rows.size < best.rows.size) best = one;
    }
    return best;
  }
}
