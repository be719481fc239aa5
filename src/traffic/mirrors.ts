// Hot dialect: mirrored requests: what goes to a second pod is served, and nobody waits for its answer.
import type { Engine } from '../engine/engine.ts';
import { Connect, type Routes } from '../model/ports/routes.ts';
import type { NodeRow } from '../model/rows.ts';
import type { CallSites } from './call-sites.ts';
import { CALL, CallerState, type CallTable, endings, Field, Outcome, ServerState } from './calls.ts';
import type { Callers } from './callers.ts';
import type { Readings } from './request-readings.ts';

const NONE = -1;

/** A mirrored request is an attempt that its caller gave up as it was sent: no meter has it, its pod has its work. */
export class Mirrors {
  readonly #callers: Callers;
  readonly #engine: Engine;
  readonly #calls: CallTable;
  readonly #sites: CallSites;
  readonly #readings: Readings;
  readonly #routes: Routes;
  readonly #onMirror: number;
  /** By row: 1 for a mirrored request that is under way. */
  #mirrored = new Uint8Array(64);

  constructor(
    engine: Engine,
    callers: Callers,
    calls: CallTable,
    sites: CallSites,
    readings: Readings,
    routes: Routes,
  ) {
    this.#callers = callers;
    this.#engine = engine;
    this.#calls = calls;
    this.#sites = sites;
    this.#readings = readings;
    this.#routes = routes;
    this.#onMirror = engine.kind('traffic.mirror', (row, destination) => this.#send(row, destination));
    // Only where requests are mirrored does anybody look whether one that nobody waits for is such a one.
    const silent = callers.silent.bind(callers);
    callers.silent = (row) => {
      if (this.#isMirrored(row)) this.#calls.ints[CALL * row + Field.Outcome] = Outcome.Timeout;
      silent(row);
    };
    const releaseIfOver = callers.releaseIfOver.bind(callers);
    callers.releaseIfOver = (row) => {
      this.#endIfOver(row);
      releaseIfOver(row);
    };
  }

  /** The proxy of a node (-1: outside) sends a copy of the request there, at once but after what it is doing. */
  mirror(destination: number, from: NodeRow, ordinal: number, hop: number, attempt: number): void {
    const row = this.#calls.allocate();
    const { ints } = this.#calls;
    const at = CALL * row;
    ints[at + Field.Caller] = CallerState.Gone;
    ints[at + Field.Server] = ServerState.Travelling;
    ints[at + Field.Parent] = NONE;
    // No source's: nobody's request.
    ints[at + Field.Site] = this.#sites.length - 1;
    ints[at + Field.Attempt] = attempt;
    ints[at + Field.Ordinal] = ordinal;
    ints[at + Field.Hop] = hop;
    ints[at + Field.Node] = from;
    ints[at + Field.Timer] = NONE;
    ints[at + Field.Connection] = NONE;
    ints[at + Field.Pending] = 0;
    this.#engine.after(0, this.#onMirror, row, destination);
  }

  #send(row: number, destination: number): void {
    const { ints } = this.#calls;
    const at = CALL * row;
    const routes = this.#routes;
    const from = ints[at + Field.Node] as NodeRow;
    this.#mark(row);
    const { [at + Field.Ordinal]: ordinal, [at + Field.Hop]: hop, [at + Field.Attempt]: attempt } = ints;
    const result = routes.connect(destination, from, NONE, ordinal, hop, attempt);
    if (result !== Connect.Open) {
      if (this.#readings.watching) this.#readings.sent(row, NONE, NONE);
      this.#callers.silent(row);
      return;
    }
    if (this.#readings.watching) this.#readings.sent(row, routes.podClass, routes.pod);
    const { node, via } = routes;
    ints[at + Field.Pod] = routes.pod;
    ints[at + Field.PodEpoch] = routes.epoch;
    ints[at + Field.Node] = node;
    ints[at + Field.Port] = routes.port;
    ints[at + Field.Connection] = routes.connection;
    this.#calls.setVia(row, via);
    const delayUs = routes.delayUs(from, via, node);
    if (delayUs < 0) this.#callers.silent(row);
    else this.#engine.after(delayUs, this.#callers.onReach, row, ints[at + Field.Epoch]);
  }

  /** The pod is done with it. */
  #endIfOver(row: number): void {
    const { ints } = this.#calls;
    const at = CALL * row;
    if (!this.#isMirrored(row) || ints[at + Field.Server] !== ServerState.Ended) return;
    this.#mirrored[row] = 0;
    const connection = ints[at + Field.Connection];
    if (connection !== NONE) this.#routes.disconnect(connection, endings[ints[at + Field.Outcome]]);
    if (this.#readings.watching) this.#readings.mirrored(row, ints[at + Field.Outcome]);
  }

  #isMirrored(row: number): boolean {
    return row < this.#mirrored.length && this.#mirrored[row] === 1;
  }

  #mark(row: number): void {
    if (row >= this.#mirrored.length) {
      let capacity = this.#mirrored.length;
      while (row >= capacity) capacity *= 2;
      const grown = new Uint8Array(capacity);
      grown.set(this.#mirrored);
      this.#mirrored = grown;
    }
    this.#mirrored[row] = 1;
  }
}
