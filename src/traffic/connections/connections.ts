// The life of connections: opened, used, left idle, closed by either side, or found to be dead.
import { CounterRandom } from '../../engine/counter.ts';
import type { Engine } from '../../engine/engine.ts';
import { Connect, Ended } from '../../model/ports/routes.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { ConnectionsSpec } from '../../model/settings/connections.ts';
import { Connection, ConnectionState, type Endpoint } from './connection.ts';
import { type Dialed, type DialedTo, Dialing } from './dialing.ts';
import type { Group } from './group.ts';
import type { Groups } from './groups.ts';
import { IdleTimers } from './idle-timers.ts';
import { LocalPorts } from './local-ports.ts';
import { type Opened, Opening, type Ways } from './opening.ts';
import type { Pool } from './pool.ts';
import type { Requests } from './requests.ts';
import type { ServerProcess } from './server-process.ts';

const NONE = -1;
/** gRPC draws the age of a connection from 1 ± 0.1. */
const AGE_JITTER = 0.1;
/** TCP gives a silent peer up after 15 repetitions (`tcp_retries2`), 924.6 s where the first comes after 200 ms. */
const GIVES_UP_US = 924.6e6;

/** Who closes a connection, or that it is reset. */
const By = { Caller: 0, Server: 1, Reset: 2 } as const;

export class Connections implements Opened, DialedTo {
  readonly spec: ConnectionsSpec;
  readonly ways: Ways;
  readonly ports: LocalPorts;
  readonly groups: Groups;
  readonly all = new Map<number, Connection>();
  readonly #engine: Engine;
  readonly #requests: Requests;
  readonly #opening: Opening;
  readonly #dialing: Dialing;
  readonly #luck: CounterRandom;
  readonly #streamsOf = (one: Connection): number =>
    Math.min(one.pool.group.profile.streams, one.server?.settings.streams ?? Infinity);
  #made = 0;
  readonly idle: IdleTimers;
  readonly #onLifetime: number;
  readonly #onAge: number;
  readonly #onGrace: number;
  readonly #onGoAway: number;
  readonly #onClosed: number;
  readonly #onReset: number;
  readonly #onDead: number;

  constructor(engine: Engine, spec: ConnectionsSpec, requests: Requests, groups: Groups, ways: Ways) {
    this.#engine = engine;
    this.spec = spec;
    this.ways = ways;
    this.groups = groups;
    this.#requests = requests;
    this.ports = new LocalPorts(spec.ports, spec.timeWaitUs);
    this.#luck = new CounterRandom(engine.seed, 'traffic/connections');
    this.#opening = new Opening(engine, spec, this, ways);
    this.#dialing = new Dialing(engine, requests, ways, this.ports, this);
    const kind = (step: string, handle: (connection: Connection, b: number) => void): number =>
      engine.kind(`traffic.connection.${step}`, (id, b) => {
        const connection = this.all.get(id);
        if (connection !== undefined) handle(connection, b);
      });
    this.idle = new IdleTimers(
      engine,
      kind('callerIdle', (connection) => {
        connection.callerTimer = NONE;
        this.close(connection, By.Caller);
      }),
      kind('serverIdle', (connection) => {
        connection.serverTimer = NONE;
        this.#serverLeaves(connection, true);
      }),
    );
    this.#onLifetime = kind('lifetime', (connection) => this.#leave(connection, By.Caller));
    this.#onAge = kind('age', (connection) => {
      const { server } = connection;
      if (server === undefined || server.hasEnded || connection.serverLeft) return;
      if (server.settings.maxAgeGraceUs < Infinity) {
        engine.after(server.settings.maxAgeGraceUs, this.#onGrace, connection.id, 0);
      }
      this.#serverLeaves(connection, connection.rows.size === 0);
    });
    this.#onGrace = kind('grace', (connection) => this.#sendReset(connection));
    this.#onGoAway = kind('goAway', (connection) => this.#leave(connection, By.Server));
    this.#onClosed = kind('closed', (connection) => this.close(connection, By.Server));
    this.#onReset = kind('reset', (connection) => this.#breakOff(connection));
    this.#onDead = kind('dead', (connection, suspicion) => {
      if (connection.suspicion === suspicion && connection.isSuspect) this.#breakOff(connection);
    });
  }

  find(id: number): Connection | undefined {
    return this.all.get(id);
  }

  // Opening.

  /** A connection for one request more, if there is one that takes it. */
  take(pool: Pool): Connection | undefined {
    return pool.size < pool.group.profile.min ? undefined : this.#next(pool);
  }

  #next(pool: Pool): Connection | undefined {
    const connection = pool.next(this.#streamsOf);
    if (connection !== undefined) this.idle.callerWorks(connection);
    return connection;
  }

  /** Opens as many connections as the requests that wait in the pool need, and may have. */
  grow(pool: Pool): void {
    const { profile } = pool.group;
    let waiting = pool.opening;
    while (pool.wantsMore()) {
      // Each goes where the request would go that is the first without one.
      let skip = profile.protocol === 'http1' ? waiting : 0;
      let row = NONE;
      for (const one of pool.pending.keys()) {
        row = one;
        if (skip === 0) break;
        skip -= 1;
      }
      if (row === NONE) return;
      if (this.#dialing.begin(pool, row)) waiting += 1;
    }
  }

  leads(dialed: Dialed, endpoint: Endpoint, handle: number): void {
    this.#made += 1;
    const connection = new Connection(this.#made, dialed, endpoint, handle, this.spec.initialWindowBytes);
    this.all.set(connection.id, connection);
    dialed.pool.all.add(connection);
    this.#opening.open(connection);
  }

  reached(connection: Connection): void {
    connection.pool.silent.delete(connection);
    const maxAgeUs = connection.server?.settings.maxAgeUs ?? Infinity;
    if (maxAgeUs === Infinity) return;
    this.#luck.seek(connection.id, 0, 0);
    const factor = 1 + AGE_JITTER * (2 * this.#luck.uniform() - 1);
    this.#engine.after(maxAgeUs * factor, this.#onAge, connection.id, 0);
  }

  ready(connection: Connection): void {
    const { pool } = connection;
    const { edge, profile } = pool.group;
    pool.opening -= 1;
    connection.state = ConnectionState.Ready;
    edge.opened += 1;
    edge.open += 1;
    if (connection.resumed) edge.resumed += 1;
    edge.hasShakenHands(this.#engine.now - connection.startedUs);
    if (profile.lifetimeUs < Infinity) this.#engine.after(profile.lifetimeUs, this.#onLifetime, connection.id, 0);
    pool.ready.add(connection);
    this.#offer(connection);
  }

  failed(connection: Connection, how: number): void {
    this.close(connection, By.Reset);
    this.unopened(connection.pool, how);
  }

  unopened(pool: Pool, how: number): void {
    pool.group.edge.refused += 1;
    // Below its minimum a pool opens one although another rests.
    const resting = pool.idle.pop();
    if (resting === undefined) this.#failWaiting(pool, how);
    else this.#offer(resting);
    this.grow(pool);
  }

  /** Those that would have gone by a connection that does not open: the first, or all that it would have carried. */
  #failWaiting(pool: Pool, how: number): void {
    let left = pool.group.profile.streams;
    for (const row of pool.pending.keys()) {
      if (left === 0) return;
      left -= 1;
      pool.pending.delete(row);
      this.#requests.failed(row, pool, how);
    }
  }

  /** A request that waited in the pool has ended. With `http1` a connection is opened for one request, and is given up with it if nobody answers. */
  left(pool: Pool): void {
    if (pool.group.profile.protocol !== 'http1' || pool.opening <= pool.pending.size) return;
    for (const one of pool.silent) {
      pool.group.edge.refused += 1;
      if (one instanceof Connection) this.close(one, By.Reset);
      else this.#dialing.giveUp(one);
      return;
    }
  }

  // In use.

  /** A request has ended on it; `isWhole`: with an answer. */
  release(row: number, connection: Connection, isWhole: boolean): void {
    const { pool, server } = connection;
    const { profile, edge } = pool.group;
    connection.rows.delete(row);
    edge.streams -= 1;
    if (connection.state === ConnectionState.Closed) return;
    if (isWhole) connection.isSuspect = false;
    if (profile.protocol === 'http1' && !isWhole) this.close(connection, By.Caller);
    else if (connection.state === ConnectionState.Leaving) this.#closeIfUnused(connection);
    else if (!profile.keepAlive) this.close(connection, By.Caller);
    else if (profile.protocol === 'http1' && connection.serverLeft) this.close(connection, By.Server);
    else if (connection.requests >= (server?.settings.maxRequests ?? Infinity)) this.#leave(connection, By.Server);
    else this.#offer(connection);
    if (connection.state !== ConnectionState.Ready) this.grow(pool);
  }

  /** Requests that wait go by it, as many as it takes; without any it is idle. */
  #offer(connection: Connection): void {
    const { pool } = connection;
    const { profile } = pool.group;
    if (profile.protocol === 'http1' && connection.rows.size === 0) pool.idle.push(connection);
    for (const [row, sinceUs] of pool.pending) {
      const next = this.#next(pool);
      if (next === undefined) break;
      pool.pending.delete(row);
      this.#requests.assigned(row, next, sinceUs);
    }
    if (connection.rows.size > 0 || connection.state !== ConnectionState.Ready) return;
    if (pool.idle.length > profile.maxIdle) {
      this.close(connection, By.Caller);
      return;
    }
    this.idle.callerRests(connection);
    this.idle.serverRests(connection);
  }

  /** Something was sent, and nothing came back: TCP, or a ping, finds out in its time. */
  suspect(connection: Connection): void {
    if (connection.isSuspect) return;
    connection.isSuspect = true;
    connection.suspicion += 1;
    const { ping } = connection.pool.group.profile;
    const { now } = this.#engine;
    let us = GIVES_UP_US;
    if (ping !== undefined) us = ping.everyUs - ((now - connection.startedUs) % ping.everyUs) + ping.timeoutUs;
    this.#engine.after(us, this.#onDead, connection.id, connection.suspicion);
  }

  // Its end.

  /** No request begins on it any more; it closes when the last one has ended. */
  #leave(connection: Connection, by: number): void {
    if (connection.state !== ConnectionState.Ready) return;
    if (by === By.Server) connection.pool.group.resolved?.lost();
    connection.state = ConnectionState.Leaving;
    connection.leaver = by;
    connection.pool.remove(connection);
    const { pool } = connection;
    this.#closeIfUnused(connection);
    this.grow(pool);
  }

  #closeIfUnused(connection: Connection): void {
    if (connection.rows.size === 0) this.close(connection, connection.leaver);
  }

  /** The server closes it (http1: at once if it rests there, else with the answer), or says that it takes no more requests (GOAWAY). */
  #serverLeaves(connection: Connection, rests: boolean): void {
    if (connection.serverLeft) return;
    connection.serverLeft = true;
    const isHttp1 = connection.pool.group.profile.protocol === 'http1';
    if (isHttp1 && !rests) return;
    connection.isShut = isHttp1;
    this.#tell(connection, isHttp1 ? this.#onClosed : this.#onGoAway);
  }

  #sendReset(connection: Connection, delayUs?: number): void {
    connection.isShut = true;
    this.#tell(connection, this.#onReset, delayUs);
  }

  /** The caller hears of it, unless nothing gets through. */
  #tell({ id, from, endpoint }: Connection, kind: number, delayUs?: number): void {
    const us = delayUs ?? this.ways.routes.delayUs(endpoint.node, endpoint.via, from);
    if (us >= 0) this.#engine.after(us, kind, id, 0);
  }

  /** Requests on it are lost. */
  #breakOff(connection: Connection): void {
    const rows = [...connection.rows];
    const { pool } = connection;
    const wasOpening = connection.state === ConnectionState.Opening;
    this.close(connection, By.Reset);
    for (const row of rows) this.#requests.lost(row);
    if (wasOpening) {
      pool.group.edge.refused += 1;
      this.#failWaiting(pool, Connect.Refused);
    }
    this.grow(pool);
  }

  close(connection: Connection, by: number): void {
    const { pool, server, from, endpoint, handle } = connection;
    const { group } = pool;
    const { edge } = group;
    const { now } = this.#engine;
    if (connection.state === ConnectionState.Closed) return;
    if (connection.state === ConnectionState.Opening) {
      pool.opening -= 1;
    } else {
      edge.open -= 1;
      if (by === By.Caller) edge.closedByCaller += 1;
      else if (by === By.Server) edge.closedByServer += 1;
      else edge.broken += 1;
    }
    if (by !== By.Caller) group.resolved?.lost();
    connection.state = ConnectionState.Closed;
    this.all.delete(connection.id);
    pool.all.delete(connection);
    pool.silent.delete(connection);
    pool.remove(connection);
    this.idle.callerWorks(connection);
    this.idle.serverWorks(connection);
    if (handle !== NONE) this.ways.routes.disconnect(handle, Ended.Well);
    if (group.pod !== NONE) {
      // Who closes first waits; a socket that never opened, or was reset, does not.
      if (by === By.Caller) this.ports.linger(pool.ports, now);
      else this.ports.giveBack(pool.ports);
    }
    if (connection.tracked) {
      this.ways.conntrack?.closed(from, endpoint.via, endpoint.node, by === By.Reset, now);
    }
    if (connection.translated) this.ways.sourceNat?.closed(from, endpoint.node, by === By.Reset, now);
    const next = server?.drop(connection);
    if (next !== undefined) this.#accepted(next);
    group.tidy(pool);
  }

  /** It leaves the backlog: what has arrived on it goes on. */
  #accepted(connection: Connection): void {
    this.#opening.accepted(connection);
    for (const { row, epoch } of connection.parked.splice(0)) this.#requests.arrived(row, epoch);
  }

  // Processes.

  started(server: ServerProcess): void {
    this.ended(server.pod, server.number, true);
    this.ways.listeners.started(server);
  }

  /** The process takes no more connections, and lets those go that it has, as they come to rest. */
  leaves(pod: PodRow, number: number): void {
    const server = this.ways.listeners.of(pod, number);
    if (server === undefined || server.hasEnded) return;
    server.isLeaving = true;
    for (const connection of server.all) this.#serverLeaves(connection, connection.rows.size === 0);
  }

  /** The process is gone; its peers hear of it if its machine runs. What it called itself ends too. */
  ended(pod: PodRow, number: number, machineRuns: boolean): void {
    const server = this.ways.listeners.of(pod, number);
    if (server !== undefined && !server.hasEnded) {
      server.hasEnded = true;
      for (const connection of server.all) this.#isAbandoned(connection, machineRuns);
    }
    for (const group of this.groups.takeOf(pod, number)) this.#callerEnded(group);
  }

  /** Resets connections on their way. Their callers hear of it from the called node, or after `delayUs` from whoever does it. */
  cut(which: (connection: Connection) => boolean, delayUs?: number): void {
    for (const connection of this.all.values()) if (which(connection)) this.#sendReset(connection, delayUs);
  }

  nodeDown(node: NodeRow): void {
    for (const { pod, number } of this.ways.listeners.onNode(node)) this.ended(pod, number, false);
  }

  #isAbandoned(connection: Connection, machineRuns: boolean): void {
    connection.serverLeft = true;
    connection.isShut = true;
    this.idle.serverWorks(connection);
    for (const { row, epoch } of connection.parked.splice(0)) this.#requests.unserved(row, epoch);
    if (machineRuns) this.#tell(connection, this.#onReset);
  }

  #callerEnded(group: Group): void {
    for (const pool of group.pools) {
      const waiting = [...pool.pending.keys()];
      pool.pending.clear();
      for (const connection of pool.all) this.close(connection, By.Caller);
      for (const row of waiting) this.#requests.orphaned(row);
    }
  }
}
