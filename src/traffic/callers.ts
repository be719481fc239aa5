// Hot dialect: the caller's half of a call: attempts, their timeouts, retries with back-off, and the end of the call.
import { CounterRandom } from '../engine/counter.ts';
import type { Engine } from '../engine/engine.ts';
import type { Lane } from '../engine/lane.ts';
import { Connect, type Routes } from '../model/ports/routes.ts';
import type { CallSites } from './call-sites.ts';
import { CALL, CallerState, type CallTable, endings, Field, Outcome, ServerState } from './calls.ts';
import { type Meters, Tally } from './meters.ts';
import type { Connections } from './connections/connections.ts';
import type { Names } from './names/names.ts';
import type { Readings } from './request-readings.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

const NONE = -1;
/** A wait that no run lives to see the end of. */
const MOST_DOUBLINGS = 52;
const LONGEST_US = 2 ** MOST_DOUBLINGS;

/** What the caller's half needs of the server's. */
export interface ServerHalf {
  /** The attempt arrives at its pod. */
  reach(row: number, epoch: number): void;
  /** A call made by the request of that row has ended. */
  callEnded(row: number, outcome: number): void;
}

/** `Callers`, or a class with more to it: `Base` of those that add a feature. */
export type CallersKind = new (...given: ConstructorParameters<typeof Callers>) => Callers;

export class Callers {
  /** Undefined where names are known without a lookup. */
  readonly names: Names | undefined = undefined;
  /** Undefined where no caller keeps connections. */
  readonly connections: Connections | undefined = undefined;
  protected readonly engine: Engine;
  protected readonly calls: CallTable;
  protected readonly sites: CallSites;
  protected readonly meters: Meters;
  protected readonly readings: Readings;
  protected readonly routes: Routes;
  readonly #silenceUs: number;
  readonly #luck: CounterRandom;
  /** By site: its lane of timeouts. */
  protected readonly lanes: (Lane | undefined)[] = [];
  readonly #laneByDelay = new Map<number, Lane>();
  protected servers: ServerHalf | undefined;
  readonly onReach: number;
  readonly #onAnswer: number;
  readonly #onTimeout: number;
  readonly #onRetry: number;
  readonly #onSilence: number;

  constructor(
    engine: Engine,
    calls: CallTable,
    sites: CallSites,
    meters: Meters,
    readings: Readings,
    routes: Routes,
    silenceUs: number,
  ) {
    this.engine = engine;
    this.calls = calls;
    this.sites = sites;
    this.meters = meters;
    this.readings = readings;
    this.routes = routes;
    this.#silenceUs = silenceUs;
    this.#luck = new CounterRandom(engine.seed, 'traffic/backoff');
    this.onReach = engine.kind('traffic.reach', (row, epoch) => this.servers!.reach(row, epoch));
    this.#onAnswer = engine.kind('traffic.answer', (row, epoch) => this.#answered(row, epoch));
    this.#onTimeout = engine.kind('traffic.timeout', (row) => this.settle(row, Outcome.Timeout));
    this.#onRetry = engine.kind('traffic.retry', (row, epoch) => this.#retry(row, epoch));
    this.#onSilence = engine.kind('traffic.silence', (row, epoch) => this.#gaveUp(row, epoch));
  }

  /** The other half. Once, before anything runs. */
  join(servers: ServerHalf): void {
    this.servers = servers;
  }

  /** Begins a call: from outside (parent -1), or by a request that is being served. */
  begin(parent: number, site: number, ordinal: number, hop: number): void {
    this.beginIn(this.calls.allocate(), parent, site, ordinal, hop);
  }

  /** The same, in a row that was allocated for it. */
  protected beginIn(row: number, parent: number, site: number, ordinal: number, hop: number): void {
    const { now } = this.engine;
    const { ints } = this.calls;
    const at = CALL * row;
    this.calls.reals[(CALL / 2) * row] = now;
    ints[at + Field.Parent] = parent;
    ints[at + Field.Site] = site;
    ints[at + Field.Attempt] = 0;
    ints[at + Field.Ordinal] = ordinal;
    ints[at + Field.Hop] = hop;
    ints[at + Field.Pending] = 0;
    this.meters.begin(this.sites.meter[site], now);
    this.send(row);
  }

  /** Books the answer's arrival at its caller. */
  bookAnswer(row: number, delayUs: number): void {
    this.engine.after(delayUs, this.#onAnswer, row, this.calls.ints[CALL * row + Field.Epoch]);
  }

  /** Nothing will ever come back: the caller waits for its timeout, or without one for as long as TCP tries. */
  silent(row: number): void {
    const at = CALL * row;
    const { ints } = this.calls;
    ints[at + Field.Server] = ServerState.Ended;
    if (ints[at + Field.Caller] !== CallerState.Waiting) this.releaseIfOver(row);
    else if (ints[at + Field.Timer] === NONE) {
      this.engine.after(this.#silenceUs, this.#onSilence, row, ints[at + Field.Epoch]);
    }
  }

  /** A row lives as long as one of its halves, or a call that its request has made. */
  releaseIfOver(row: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    if (
      ints[at + Field.Caller] === CallerState.Gone &&
      ints[at + Field.Server] === ServerState.Ended &&
      ints[at + Field.Pending] === 0
    ) {
      this.calls.release(row);
    }
  }

  protected send(row: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    const site = ints[at + Field.Site];
    const parent = ints[at + Field.Parent];
    const caller = parent === NONE ? NONE : (ints[CALL * parent + Field.Pod] as PodRow);
    const from = parent === NONE ? NONE : (ints[CALL * parent + Field.Node] as NodeRow);
    ints[at + Field.Caller] = CallerState.Waiting;
    this.meters.count(this.sites.meter[site], Tally.Attempts);
    const lane = site < this.lanes.length ? this.lanes[site] : this.#openLanes(site);
    ints[at + Field.Timer] = lane === undefined ? NONE : lane.push(row, 0);
    this.open(row, from, caller);
  }

  /** Opens the attempt's connection. */
  protected open(row: number, from: NodeRow, caller: PodRow): void {
    const { ints } = this.calls;
    const at = CALL * row;
    const { routes } = this;
    const result = this.connect(row, from, caller);
    if (result !== Connect.Open) {
      this.unconnected(row, from, result);
      return;
    }
    if (this.readings.watching) this.readings.sent(row, routes.podClass, routes.pod);
    const { node, via } = routes;
    ints[at + Field.Pod] = routes.pod;
    ints[at + Field.PodEpoch] = routes.epoch;
    ints[at + Field.Node] = node;
    ints[at + Field.Port] = routes.port;
    ints[at + Field.Connection] = routes.connection;
    this.calls.setVia(row, via);
    ints[at + Field.Server] = ServerState.Travelling;
    this.depart(row, from);
  }

  /** What leads it: an endpoint, or none. Gives one of `Connect`. */
  protected connect(row: number, from: NodeRow, caller: PodRow): number {
    const { ints } = this.calls;
    const at = CALL * row;
    const destination = this.sites.destination[ints[at + Field.Site]];
    const ordinal = ints[at + Field.Ordinal];
    return this.routes.connect(destination, from, caller, ordinal, ints[at + Field.Hop], ints[at + Field.Attempt]);
  }

  // What those who trace calls hear beside (src/traffic/traces). For others there is nothing to do.

  /** An attempt that waited for its endpoint leaves. */
  protected leaves(_row: number): void {
    return undefined;
  }

  /** The name of the attempt's Service has been found. */
  protected named(_row: number): void {
    return undefined;
  }

  /** Who makes the call of that row, by a number of theirs. */
  protected callerOf(_row: number): number {
    return NONE;
  }

  /** What begins next is a query of that caller, for the attempt in the row; -1: which has ended meanwhile. */
  protected asks(_caller: number, _row: number): void {
    return undefined;
  }

  /** One more attempt of the call of that row begins in `next`, while it is under way. */
  protected hedges(_row: number, _next: number): void {
    return undefined;
  }

  /** Whether the attempt opens a connection, for which a name is looked up. */
  protected opensConnection(_row: number, _caller: PodRow): boolean {
    return true;
  }

  /** The row is no call but stands for the attempt in another one, at a proxy. */
  protected standsFor(_row: number, _attempt: number): void {
    return undefined;
  }

  /** The attempt leaves for the pod that it is connected to. */
  protected depart(row: number, from: NodeRow): void {
    const delayUs = this.wayUs(row, from);
    if (delayUs < 0) this.silent(row);
    else this.engine.after(delayUs, this.onReach, row, this.calls.ints[CALL * row + Field.Epoch]);
  }

  /** Until all of it has come to its pod, -1 for never. */
  protected wayUs(row: number, from: NodeRow): number {
    const to = this.calls.ints[CALL * row + Field.Node] as NodeRow;
    return this.routes.delayUs(from, this.calls.via(row), to);
  }

  protected unconnected(row: number, from: NodeRow, result: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    if (this.readings.watching) this.readings.sent(row, NONE, NONE);
    ints[at + Field.Connection] = NONE;
    if (result !== Connect.Refused) {
      this.silent(row);
      return;
    }
    // Rejected on the spot: for a client outside after the way to the edge and back.
    const routes = this.routes;
    ints[at + Field.Server] = ServerState.Ended;
    ints[at + Field.Outcome] = Outcome.Refused;
    const thereUs = from === NONE ? routes.delayUs(NONE, NONE, NONE) : 0;
    const backUs = from === NONE ? routes.delayUs(NONE, NONE, NONE) : 0;
    // Who is cut off hears of no refusal.
    if (thereUs < 0 || backUs < 0) this.silent(row);
    else this.bookAnswer(row, thereUs + backUs);
  }

  #answered(row: number, epoch: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    if (ints[at + Field.Epoch] !== epoch || ints[at + Field.Caller] !== CallerState.Waiting) return;
    const timer = ints[at + Field.Timer];
    if (timer !== NONE) this.lanes[ints[at + Field.Site]]!.remove(timer);
    this.settle(row, ints[at + Field.Outcome]);
  }

  #gaveUp(row: number, epoch: number): void {
    if (this.calls.ints[CALL * row + Field.Epoch] === epoch) this.settle(row, Outcome.Timeout);
  }

  /** An attempt has ended for its caller: the call ends with it, or goes into another one. */
  protected settle(row: number, outcome: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    const site = ints[at + Field.Site];
    this.attemptEnded(row, outcome);
    if (outcome === Outcome.Ok || !this.mayRetry(at, site, outcome) || !this.callerLives(at)) {
      this.conclude(row, outcome);
    } else {
      this.tryAgain(row, this.backOffUs(row));
    }
  }

  protected attemptEnded(row: number, outcome: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    const connection = ints[at + Field.Connection];
    if (connection !== NONE) this.routes.disconnect(connection, endings[outcome]);
    this.meters.count(this.sites.meter[ints[at + Field.Site]], Tally.Attempt + outcome);
    if (this.readings.watching) this.readings.settled(row, outcome);
  }

  protected mayRetry(at: number, site: number, outcome: number): boolean {
    const { maxRetries, retryOn } = this.sites;
    return this.calls.ints[at + Field.Attempt] < maxRetries[site] && ((retryOn[site] >> outcome) & 1) === 1;
  }

  protected callerLives(at: number): boolean {
    const { ints } = this.calls;
    const parent = ints[at + Field.Parent];
    return parent === NONE || ints[CALL * parent + Field.Server] === ServerState.Calling;
  }

  /** What the site waits before the attempt after this one. */
  protected backOffUs(row: number): number {
    const { ints } = this.calls;
    const at = CALL * row;
    const site = ints[at + Field.Site];
    const attempt = ints[at + Field.Attempt];
    this.#luck.seek(ints[at + Field.Ordinal], ints[at + Field.Hop], attempt);
    const jitter = 1 + this.sites.jitter[site] * (2 * this.#luck.uniform() - 1);
    return Math.min(LONGEST_US, this.sites.backoffUs[site] * 2 ** Math.min(attempt, MOST_DOUBLINGS) * jitter);
  }

  /** The call goes on, in a row of its own where the server is still busy with this attempt. Gives its row. */
  protected tryAgain(row: number, delayUs: number): number {
    const { calls } = this;
    let next = row;
    if (calls.ints[CALL * row + Field.Server] !== ServerState.Ended || calls.ints[CALL * row + Field.Pending] !== 0) {
      next = calls.allocate();
      calls.copyCall(row, next);
      calls.ints[CALL * row + Field.Caller] = CallerState.Gone;
      calls.ints[CALL * row + Field.Parent] = NONE;
    } else {
      calls.ints[CALL * row + Field.Epoch] += 1;
    }
    const { ints } = calls;
    const at = CALL * next;
    ints[at + Field.Caller] = CallerState.BackingOff;
    ints[at + Field.Server] = ServerState.Ended;
    ints[at + Field.Attempt] += 1;
    ints[at + Field.Timer] = NONE;
    ints[at + Field.Connection] = NONE;
    this.engine.after(delayUs, this.#onRetry, next, ints[at + Field.Epoch]);
    return next;
  }

  #retry(row: number, epoch: number): void {
    const at = CALL * row;
    if (this.calls.ints[at + Field.Epoch] !== epoch) return;
    if (this.callerLives(at)) this.send(row);
    else this.conclude(row, Outcome.Reset);
  }

  /** The call has ended: its caller is notified, and may hear of another outcome than it had. */
  protected conclude(row: number, outcome: number, reported = outcome): void {
    const { ints } = this.calls;
    const at = CALL * row;
    const { now } = this.engine;
    const site = ints[at + Field.Site];
    const parent = ints[at + Field.Parent];
    const meter = this.sites.meter[site];
    const startedUs = this.calls.reals[(CALL / 2) * row];
    ints[at + Field.Caller] = CallerState.Gone;
    ints[at + Field.Parent] = NONE;
    if (parent === NONE) {
      this.endRequest(row, site, reported);
      this.meters.end(meter, outcome, startedUs, now);
      this.releaseIfOver(row);
      return;
    }
    const lives = ints[CALL * parent + Field.Server] === ServerState.Calling;
    if (lives) this.meters.end(meter, outcome, startedUs, now);
    else this.meters.abandon(meter, now);
    this.releaseIfOver(row);
    this.servers!.callEnded(parent, reported);
  }

  /** A request got from a cache what it would have called for: heard by whoever traces. */
  protected cached(_parent: number, _site: number, _what: string, _fromUs: number, _toUs: number): void {
    // Nobody listens.
  }

  /** A request from outside has ended. */
  protected endRequest(row: number, site: number, outcome: number): void {
    // A source's site has the source's number, and so has its meter.
    this.meters.end(site, outcome, this.calls.reals[(CALL / 2) * row], this.engine.now);
  }

  #openLanes(site: number): Lane | undefined {
    for (let next = this.lanes.length; next <= site; next += 1) {
      const delayUs = this.sites.timeoutUs[next];
      let lane = this.#laneByDelay.get(delayUs);
      if (lane === undefined && delayUs > 0) {
        lane = this.engine.lane(`traffic.timeout ${delayUs}`, delayUs, this.#onTimeout);
        this.#laneByDelay.set(delayUs, lane);
      }
      this.lanes.push(lane);
    }
    return this.lanes[site];
  }
}
