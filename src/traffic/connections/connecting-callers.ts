// Hot dialect: the caller's half of calls that go by connections which are kept, or at least cost something.
import { Connect, Ended } from '../../model/ports/routes.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { ConnectionsSpec } from '../../model/settings/connections.ts';
import { CALL, CallerState, Field, Outcome, ServerState } from '../calls.ts';
import type { Callers, CallersKind, ServerHalf } from '../callers.ts';
import { type Connection, ConnectionState, type Endpoint, endpointOf, isCutOff } from './connection.ts';
import { Connections } from './connections.ts';
import type { Sources } from './opening.ts';
import { Conntrack } from './conntrack.ts';
import type { Group } from './group.ts';
import { Groups } from './groups.ts';
import type { Pool } from './pool.ts';
import type { Requests } from './requests.ts';
import { SourceNat } from './source-nat.ts';
import { type Transfers, transfersOf } from './transfers.ts';
import { Unanswered } from './unanswered.ts';

const NONE = -1;

/** A Callers, or a kind of it, whose attempts go by connections. */
export function connecting(Base: CallersKind, spec: ConnectionsSpec, sources: Sources): CallersKind {
  return class ConnectingCallers extends Base implements Requests {
    override readonly connections: Connections;
    readonly #groups: Groups;
    readonly #transfers: Transfers;
    /** By row: the connection that the attempt is on, or the pool in which it waits for one. */
    readonly #on: (Connection | undefined)[] = [];
    readonly #waits: (Pool | undefined)[] = [];
    readonly #onLost: number;
    readonly #onAgain: number;
    readonly #onPendingTimeout: number;
    readonly #unanswered: Unanswered;
    #serving: ServerHalf | undefined;

    constructor(...given: ConstructorParameters<typeof Callers>) {
      super(...given);
      const { engine } = this;
      this.#transfers = transfersOf(spec, this.routes, sources);
      this.#groups = new Groups(this.sites, spec, sources.queries.site);
      const conntrack = spec.conntrack && new Conntrack(spec.conntrack, sources);
      const sourceNat = spec.snat && new SourceNat(spec.snat, sources.isOutside);
      const ways = { ...sources, conntrack, sourceNat, routes: this.routes };
      this.connections = new Connections(engine, spec, this, this.#groups, ways);
      this.#onLost = engine.kind('traffic.connection.lost', (row, epoch) => this.#isLost(row, epoch));
      this.#onPendingTimeout = engine.kind('traffic.connection.pending', (row) => this.#waitedTooLong(row));
      const giveUp = (row: number): void => this.#end(row, Outcome.Refused);
      this.#unanswered = new Unanswered(engine, giveUp, (row) => this.#again(row));
      this.#onAgain = engine.kind('traffic.connection.again', (row, epoch) => this.#again(row, epoch));
    }

    override join(servers: ServerHalf): void {
      this.#serving = servers;
      super.join({
        reach: (row, epoch) => this.#reach(row, epoch),
        callEnded: (row, outcome) => servers.callEnded(row, outcome),
      });
    }

    // On the way out.

    protected override opensConnection(row: number, caller: PodRow): boolean {
      return this.#groupOf(row, caller)?.isConnected !== true;
    }

    protected override open(row: number, from: NodeRow, caller: PodRow): void {
      const group = this.#groupOf(row, caller);
      if (group === undefined) {
        super.open(row, from, caller);
        return;
      }
      let pool = group.whole;
      if (group.profile.balance === 'request' || this.routes.leadsRequests(group.destination)) {
        const endpoint = this.#lead(row, from, caller, group);
        if (endpoint === undefined) return;
        pool = group.poolOf(endpoint);
      } else {
        this.calls.ints[CALL * row + Field.Connection] = NONE;
      }
      const connection = this.connections.take(pool);
      if (connection === undefined) this.#wait(row, pool);
      else this.#send(row, connection);
    }

    /** The endpoint of this one request. */
    #lead(row: number, from: NodeRow, caller: PodRow, { resolved, profile, edge }: Group): Endpoint | undefined {
      const { routes } = this;
      routes.reusing = true;
      if (resolved !== undefined) routes.addresses = (all) => resolved.of(all, this.engine.now);
      const result = this.connect(row, from, caller);
      routes.reusing = false;
      routes.addresses = undefined;
      if (result === Connect.Dropped) {
        edge.dropped += 1;
        if (this.#unanswered.lost(row, profile.openUs)) this.unconnected(row, from, result);
        return undefined;
      }
      this.#unanswered.attemptEnded(row);
      if (result !== Connect.Open) {
        this.unconnected(row, from, result);
        return undefined;
      }
      this.calls.ints[CALL * row + Field.Connection] = routes.connection;
      return endpointOf(routes);
    }

    #wait(row: number, pool: Pool): void {
      const { profile, edge } = pool.group;
      const { ints } = this.calls;
      const at = CALL * row;
      ints[at + Field.Server] = ServerState.Ended;
      if (pool.pending.size >= profile.pending) {
        edge.overflowed += 1;
        this.#end(row, Outcome.Overload);
        return;
      }
      pool.pending.set(row, this.engine.now);
      edge.pending += 1;
      this.#waits[row] = pool;
      if (profile.pendingUs < Infinity) {
        this.engine.after(profile.pendingUs, this.#onPendingTimeout, row, this.calls.ints[CALL * row + Field.Epoch]);
      }
      this.connections.grow(pool);
    }

    /** It waits no longer for a connection, if it still waits for the same one. */
    #waitedTooLong(row: number): void {
      const pool = row < this.#waits.length ? this.#waits[row] : undefined;
      const since = pool?.pending.get(row);
      if (pool === undefined || since === undefined) return;
      if (this.engine.now - since < pool.group.profile.pendingUs) return;
      this.#leave(row)?.pending.delete(row);
      pool.group.edge.overflowed += 1;
      this.#end(row, Outcome.Overload);
    }

    assigned(row: number, connection: Connection, sinceUs: number): void {
      this.#leave(row)?.group.edge.hasWaited(this.engine.now - sinceUs);
      this.#send(row, connection);
    }

    #send(row: number, connection: Connection): void {
      const { ints } = this.calls;
      const at = CALL * row;
      const { endpoint, pool } = connection;
      const { edge } = pool.group;
      this.#on[row] = connection;
      connection.rows.add(row);
      connection.requests += 1;
      edge.streams += 1;
      if (connection.requests > 1) edge.reused += 1;
      edge.sent(endpoint.pod, endpoint.epoch);
      if (this.readings.watching) this.readings.sent(row, endpoint.podClass, endpoint.pod);
      ints[at + Field.Pod] = endpoint.pod;
      ints[at + Field.PodEpoch] = endpoint.epoch;
      ints[at + Field.Node] = endpoint.node;
      ints[at + Field.Port] = endpoint.port;
      this.calls.setVia(row, endpoint.via);
      ints[at + Field.Server] = ServerState.Travelling;
      this.depart(row, connection.from);
    }

    protected override depart(row: number, from: NodeRow): void {
      const { queries } = sources;
      const { conntrack } = this.connections.ways;
      const { ints } = this.calls;
      const at = CALL * row;
      if (conntrack === undefined || !queries.byUdp || ints[at + Field.Site] !== queries.site) {
        super.depart(row, from);
        return;
      }
      const to = ints[at + Field.Node] as NodeRow;
      if (conntrack.datagram(from, this.calls.via(row), to, this.engine.now)) super.depart(row, from);
      else this.silent(row);
    }

    protected override wayUs(row: number, from: NodeRow): number {
      const us = super.wayUs(row, from);
      const connection = this.#of(row);
      if (connection !== undefined && isCutOff(connection, sources.machines)) return NONE;
      if (us < 0 || connection === undefined) return us;
      return us + this.#transfers.requestUs(row, connection, from, this.engine.now, us);
    }

    // At the server, and back.

    #reach(row: number, epoch: number): void {
      const servers = this.#serving!;
      const connection = this.#of(row);
      if (connection === undefined || this.calls.ints[CALL * row + Field.Epoch] !== epoch) {
        servers.reach(row, epoch);
        return;
      }
      const { server, endpoint, pool } = connection;
      const runs = sources.machines.nodeUp[endpoint.node] === 1;
      const takesMore = server !== undefined && !server.isLeaving && !server.hasEnded;
      if (!runs) servers.reach(row, epoch);
      else if (connection.isShut || server?.hasEnded === true) this.#refuse(row, connection);
      else if (!takesMore && pool.group.profile.protocol === 'http2') this.#repeat(row, connection);
      else if (!connection.accepted) connection.parked.push({ row, epoch });
      else this.arrived(row, epoch);
    }

    arrived(row: number, epoch: number): void {
      const connection = this.#of(row);
      if (connection !== undefined) this.connections.idle.serverWorks(connection);
      this.#serving!.reach(row, epoch);
    }

    unserved(row: number, epoch: number): void {
      const at = CALL * row;
      if (this.calls.ints[at + Field.Epoch] !== epoch) return;
      this.calls.ints[at + Field.Server] = ServerState.Ended;
      this.releaseIfOver(row);
    }

    orphaned(row: number): void {
      this.#leave(row);
      this.#end(row, Outcome.Reset);
    }

    /** The server's machine answers a request on a connection that it has not by a reset. */
    #refuse(row: number, connection: Connection): void {
      const { ints } = this.calls;
      const at = CALL * row;
      ints[at + Field.Server] = ServerState.Ended;
      ints[at + Field.Outcome] = Outcome.Reset;
      const us = this.#backUs(connection);
      if (us < 0) this.silent(row);
      else this.bookAnswer(row, us);
    }

    /** A stream that the server has not begun is sent again, on another connection, and its caller does not notice. */
    #repeat(row: number, connection: Connection): void {
      const { ints } = this.calls;
      const at = CALL * row;
      ints[at + Field.Server] = ServerState.Ended;
      connection.pool.group.edge.repeated += 1;
      const us = this.#backUs(connection);
      if (us < 0) this.silent(row);
      else this.engine.after(us, this.#onAgain, row, ints[at + Field.Epoch]);
    }

    #again(row: number, epoch = this.calls.ints[CALL * row + Field.Epoch]): void {
      const { ints } = this.calls;
      const at = CALL * row;
      if (ints[at + Field.Epoch] !== epoch || ints[at + Field.Caller] !== CallerState.Waiting) return;
      this.#hangUp(row, false);
      const handle = ints[at + Field.Connection];
      if (handle !== NONE) this.routes.disconnect(handle, Ended.Unanswered);
      ints[at + Field.Connection] = NONE;
      if (!this.callerLives(at)) {
        this.#end(row, Outcome.Reset);
        return;
      }
      const parent = ints[at + Field.Parent];
      this.open(row, this.#nodeOf(parent), this.#podOf(parent));
    }

    #backUs({ from, endpoint: { node, via } }: Connection): number {
      return this.routes.delayUs(node, via, from);
    }

    override bookAnswer(row: number, delayUs: number): void {
      const connection = this.#of(row);
      if (connection === undefined || connection.state === ConnectionState.Closed) {
        super.bookAnswer(row, delayUs);
        return;
      }
      if (isCutOff(connection, sources.machines)) {
        this.silent(row);
        return;
      }
      const outcome = this.calls.ints[CALL * row + Field.Outcome];
      let us = delayUs;
      if (outcome === Outcome.Ok || outcome === Outcome.Error) {
        if (connection.rows.size === 1) this.connections.idle.serverRests(connection);
        us += this.#transfers.answerUs(row, connection, connection.from, this.engine.now, delayUs);
      }
      super.bookAnswer(row, us);
    }

    override silent(row: number): void {
      const connection = this.#of(row);
      if (connection !== undefined && connection.state !== ConnectionState.Closed) this.connections.suspect(connection);
      super.silent(row);
    }

    // When it has ended.

    protected override attemptEnded(row: number, outcome: number): void {
      super.attemptEnded(row, outcome);
      this.#unanswered.attemptEnded(row);
      const { ints } = this.calls;
      const isOver = ints[CALL * row + Field.Server] === ServerState.Ended;
      const isAnswer = outcome === Outcome.Ok || outcome === Outcome.Error || outcome === Outcome.Overload;
      const pool = this.#leave(row);
      if (pool?.pending.delete(row) === true) this.connections.left(pool);
      this.#hangUp(row, isOver && isAnswer);
    }

    #hangUp(row: number, isWhole: boolean): void {
      const connection = this.#of(row);
      if (connection === undefined) return;
      this.#on[row] = undefined;
      this.connections.release(row, connection, isWhole);
    }

    /** It waits in no pool any more. */
    #leave(row: number): Pool | undefined {
      const pool = row < this.#waits.length ? this.#waits[row] : undefined;
      if (pool === undefined) return undefined;
      this.#waits[row] = undefined;
      pool.group.edge.pending -= 1;
      return pool;
    }

    leadConnection(row: number): number {
      const parent = this.calls.ints[CALL * row + Field.Parent];
      return this.connect(row, this.#nodeOf(parent), this.#podOf(parent));
    }

    admits(row: number, endpoint: Endpoint): number {
      const { ints } = this.calls;
      const at = CALL * row;
      const parent = ints[at + Field.Parent];
      const { [at + Field.Ordinal]: ordinal, [at + Field.Hop]: hop } = ints;
      const destination = this.sites.destination[ints[at + Field.Site]];
      return this.routes.admits(destination, this.#nodeOf(parent), this.#podOf(parent), ordinal, hop, endpoint);
    }

    #podOf(parent: number): PodRow {
      return parent === NONE ? NONE : (this.calls.ints[CALL * parent + Field.Pod] as PodRow);
    }

    #nodeOf(parent: number): NodeRow {
      return parent === NONE ? NONE : (this.calls.ints[CALL * parent + Field.Node] as NodeRow);
    }

    #groupOf(row: number, caller: PodRow): Group | undefined {
      const { ints } = this.calls;
      const at = CALL * row;
      const site = ints[at + Field.Site];
      const shared = this.#groups.at(site);
      if (shared === undefined && sources.mesh === undefined) return undefined;
      const parent = ints[at + Field.Parent];
      const node = this.#nodeOf(parent);
      const proxy = site === sources.queries.site ? undefined : sources.mesh?.of(caller, node);
      if (proxy !== undefined) return this.#groups.ofProxy(site, proxy, node);
      if (shared === undefined) return undefined;
      if (parent === NONE || caller === NONE) {
        const destination = this.sites.destination[site];
        const client = this.routes.clientOf(destination, ints[at + Field.Ordinal], ints[at + Field.Hop]);
        return this.#groups.ofClient(site, shared, client);
      }
      const container = ints[CALL * parent + Field.Container];
      return this.#groups.ofPod(site, shared, caller, container, node);
    }

    failed(row: number, pool: Pool, how: number): void {
      this.#leave(row);
      const { ints } = this.calls;
      const at = CALL * row;
      const handle = ints[at + Field.Connection];
      if (handle !== NONE) this.routes.disconnect(handle, Ended.Unanswered);
      ints[at + Field.Connection] = NONE;
      if (this.readings.watching) this.readings.sent(row, NONE, NONE);
      if (how !== Connect.Refused) {
        if (ints[at + Field.Caller] === CallerState.Waiting) this.#unanswered.add(row, pool.group.profile.openUs);
        this.silent(row);
      } else if (pool.group.node === NONE && pool.endpoint === undefined) this.unconnected(row, NONE, how);
      else this.#end(row, Outcome.Refused);
    }

    lost(row: number): void {
      this.engine.after(0, this.#onLost, row, this.calls.ints[CALL * row + Field.Epoch]);
    }

    #isLost(row: number, epoch: number): void {
      const { ints } = this.calls;
      const at = CALL * row;
      if (ints[at + Field.Epoch] !== epoch || ints[at + Field.Caller] !== CallerState.Waiting) return;
      const timer = ints[at + Field.Timer];
      if (timer !== NONE) this.lanes[ints[at + Field.Site]]!.remove(timer);
      this.settle(row, Outcome.Reset);
    }

    /** It ends at its caller, at this instant but after what is under way. */
    #end(row: number, outcome: number): void {
      const at = CALL * row;
      this.calls.ints[at + Field.Server] = ServerState.Ended;
      this.calls.ints[at + Field.Outcome] = outcome;
      this.bookAnswer(row, 0);
    }

    #of(row: number): Connection | undefined {
      return row < this.#on.length ? this.#on[row] : undefined;
    }
  };
}
