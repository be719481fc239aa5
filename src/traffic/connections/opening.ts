// How a connection is opened: its first packet and the answer (a round trip), then a TLS handshake with round trips and CPU time on both sides.
import type { SentAs } from '../classes/sent-as.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Machines } from '../../model/machines.ts';
import { Connect, type Routes } from '../../model/ports/routes.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { ConnectionsSpec, TlsName } from '../../model/settings/connections.ts';
import { type Connection, ConnectionState } from './connection.ts';
import type { Conntrack } from './conntrack.ts';
import type { Egress } from './egress.ts';
import type { WorkBeside } from '../work-beside.ts';
import type { Mesh, MeshProxy } from '../mesh/mesh.ts';
import type { Listeners } from './listeners.ts';
import type { SourceNat } from './source-nat.ts';

/** A first packet without an answer is sent again after 1 s, 2 s more, 4 s more and so on (RFC 6298), six times (`tcp_syn_retries`). */
export const repeatUs = (repeats: number): number => 1e6 * 2 ** repeats;
export const MOST_REPEATS = 6;

export interface Opened {
  /** By its number, as long as it has not ended. */
  find(id: number): Connection | undefined;
  /** A server has it, accepted or in its backlog. */
  reached(connection: Connection): void;
  ready(connection: Connection): void;
  /** It will not open: one of `Connect`. */
  failed(connection: Connection, how: number): void;
}

export interface Ways {
  readonly machines: Machines;
  readonly routes: Routes;
  readonly listeners: Listeners;
  /** Of the containers of that number; undefined where processes have no work but that of requests. */
  readonly workBesideOf: (container: number) => WorkBeside | undefined;
  readonly conntrack: Conntrack | undefined;
  readonly sourceNat: SourceNat | undefined;
  /** Undefined where there is no mesh. */
  readonly mesh: Mesh | undefined;
  /** Undefined where nobody counts bytes between zones. */
  readonly egress: Egress | undefined;
}

/** What all of it is made from. */
export type Sources = Omit<Ways, 'routes' | 'conntrack' | 'sourceNat'> & {
  /** CPUs of a node. */
  readonly cpusOf: (node: NodeRow) => number;
  /** Whether a machine is that of a system outside. */
  readonly isOutside: (node: NodeRow) => boolean;
  /** Undefined where all requests to a pod are of one size. */
  readonly sentAs: SentAs | undefined;
  /** The site of queries to cluster DNS, -1 for none, and whether they go by UDP. */
  readonly queries: { readonly site: number; readonly byUdp: boolean };
};

export class Opening {
  readonly #engine: Engine;
  readonly #cpu: ConnectionsSpec['handshake'];
  readonly #opened: Opened;
  readonly #ways: Ways;
  readonly #onSyn: number;
  readonly #onRepeat: number;
  readonly #onRefused: number;
  readonly #onHello: number;
  readonly #onAnswered: number;
  readonly #onVerified: number;
  readonly #onFinished: number;
  readonly #onReady: number;
  readonly #onGivenUp: number;

  constructor(engine: Engine, { handshake }: ConnectionsSpec, opened: Opened, ways: Ways) {
    this.#engine = engine;
    this.#cpu = handshake;
    this.#opened = opened;
    this.#ways = ways;
    const kind = (step: string, handle: (connection: Connection, b: number) => void): number =>
      engine.kind(`traffic.connection.${step}`, (id, b) => {
        const connection = opened.find(id);
        if (connection !== undefined) handle(connection, b);
      });
    this.#onSyn = kind('syn', (connection, repeats) => {
      if (connection.repeats === repeats) this.#synArrives(connection);
    });
    this.#onRepeat = kind('repeat', (connection, repeats) => {
      if (connection.repeats === repeats) this.#send(connection);
    });
    this.#onRefused = kind('refused', (connection) => opened.failed(connection, Connect.Refused));
    this.#onHello = kind('hello', (connection) => this.#helloArrives(connection));
    this.#onAnswered = kind('helloAnswered', (connection) => this.#serverAnswered(connection));
    this.#onVerified = kind('verified', (connection) => this.#verified(connection));
    this.#onFinished = kind('finished', (connection) =>
      this.#wait(connection, this.#backUs(connection), this.#onReady),
    );
    this.#onReady = kind('ready', (connection) => opened.ready(connection));
    this.#onGivenUp = kind('givenUp', (connection) => {
      if (connection.state === ConnectionState.Opening) opened.failed(connection, Connect.Refused);
    });
  }

  open(connection: Connection): void {
    const { startedUs, pool } = connection;
    const { openUs } = pool.group.profile;
    if (openUs < Infinity) {
      this.#engine.after(startedUs + openUs - this.#engine.now, this.#onGivenUp, connection.id, 0);
    }
    this.#send(connection);
  }

  /** Sends the first packet, once more where it was sent before. */
  #send(connection: Connection): void {
    const { from, endpoint } = connection;
    const { conntrack, sourceNat, routes } = this.#ways;
    const { via, node } = endpoint;
    const { now } = this.#engine;
    connection.tracked ||= conntrack === undefined || conntrack.admits(from, via, node, now);
    connection.translated ||= sourceNat === undefined || sourceNat.admits(from, node, now);
    const passes = connection.tracked && connection.translated && routes.passes(from, via, node);
    const us = passes ? routes.delayUs(from, via, node) : -1;
    if (us < 0) this.#lost(connection);
    else this.#engine.after(us, this.#onSyn, connection.id, connection.repeats);
  }

  #lost(connection: Connection): void {
    connection.pool.group.edge.dropped += 1;
    connection.pool.silent.add(connection);
    if (connection.repeats === MOST_REPEATS) {
      this.#opened.failed(connection, Connect.Dropped);
      return;
    }
    this.#engine.after(repeatUs(connection.repeats), this.#onRepeat, connection.id, connection.repeats + 1);
    connection.repeats += 1;
  }

  #synArrives(connection: Connection): void {
    const { endpoint } = connection;
    const { machines, listeners, mesh } = this.#ways;
    if (machines.nodeUp[endpoint.node] === 0) {
      this.#lost(connection);
      return;
    }
    const proxy = this.#proxyOf(connection);
    const listens = proxy === undefined || mesh?.runs(proxy) === true;
    const found = listens ? listeners.find(endpoint.pod, endpoint.epoch, endpoint.port) : undefined;
    const server = found?.refuses === true ? undefined : found;
    if (server !== undefined && !server.take(connection)) {
      this.#lost(connection);
      return;
    }
    const backUs = this.#backUs(connection);
    if (backUs < 0) {
      server?.drop(connection);
      connection.server = undefined;
      this.#lost(connection);
      return;
    }
    if (server === undefined) {
      this.#engine.after(backUs, this.#onRefused, connection.id, 0);
      return;
    }
    this.#opened.reached(connection);
    if (this.#tlsOf(connection) === 'none') this.#engine.after(backUs, this.#onReady, connection.id, 0);
    else this.#wait(connection, this.#addUs(backUs, this.#thereUs(connection)), this.#onHello);
  }

  #helloArrives(connection: Connection): void {
    const { server, pool } = connection;
    if (server === undefined) return;
    if (!connection.accepted) {
      connection.helloWaits = true;
      return;
    }
    const { profile, sessions } = pool.group;
    connection.resumed = profile.resumes && sessions.has(server);
    const { serverUs } = connection.resumed ? this.#cpu.resumed : this.#cpu.full;
    const { pod, number } = this.#proxyOf(connection) ?? server;
    this.#work(pod, number, serverUs, () =>
      this.#ifOpening(connection, () => {
        this.#wait(connection, this.#backUs(connection), this.#onAnswered);
      }),
    );
  }

  /** The server has accepted it: what has arrived goes on. */
  accepted(connection: Connection): void {
    if (!connection.helloWaits) return;
    connection.helloWaits = false;
    this.#helloArrives(connection);
  }

  #serverAnswered(connection: Connection): void {
    const { pod, container } = connection.pool.group;
    const { callerUs } = connection.resumed ? this.#cpu.resumed : this.#cpu.full;
    // A client outside has processors enough.
    if (pod < 0) this.#engine.after(callerUs, this.#onVerified, connection.id, 0);
    else this.#work(pod, container, callerUs, () => this.#ifOpening(connection, () => this.#verified(connection)));
  }

  /** The caller has done its part. */
  #verified(connection: Connection): void {
    const { group } = connection.pool;
    if (connection.server !== undefined) group.sessions.add(connection.server);
    // A full handshake of TLS 1.2 has a second round trip.
    if (this.#tlsOf(connection) === '1.2' && !connection.resumed) {
      this.#wait(connection, this.#thereUs(connection), this.#onFinished);
    } else {
      this.#opened.ready(connection);
    }
  }

  /** The proxy of a mesh that has what comes to the called pod. */
  #proxyOf({ endpoint: { pod, node } }: Connection): MeshProxy | undefined {
    return this.#ways.mesh?.of(pod, node);
  }

  /** Proxies of a mesh encrypt between themselves; to a pod outside of it they go as anybody. */
  #tlsOf(connection: Connection): TlsName {
    const { profile, proxy } = connection.pool.group;
    return proxy === undefined || this.#proxyOf(connection) !== undefined ? profile.tls : 'none';
  }

  #work(pod: PodRow, container: number, cpuUs: number, done: () => void): void {
    const processors = this.#ways.workBesideOf(container);
    if (processors === undefined) done();
    else processors.beginBeside(pod, cpuUs, done);
  }

  #ifOpening(connection: Connection, then: () => void): void {
    if (this.#opened.find(connection.id) !== undefined) then();
  }

  #wait(connection: Connection, us: number, kind: number): void {
    // A handshake that is cut off is started over.
    if (us < 0) this.#opened.failed(connection, Connect.Dropped);
    else this.#engine.after(us, kind, connection.id, 0);
  }

  #thereUs({ from, endpoint: { via, node } }: Connection): number {
    return this.#ways.routes.delayUs(from, via, node);
  }

  #backUs({ from, endpoint: { via, node } }: Connection): number {
    return this.#ways.routes.delayUs(node, via, from);
  }

  #addUs(one: number, other: number): number {
    return one < 0 || other < 0 ? -1 : one + other;
  }
}
