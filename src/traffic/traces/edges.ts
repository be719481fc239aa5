// Hot dialect: calls by who makes them and to which Service, each pair with a meter of its own.
import { grown, nextCapacity } from '../../model/columns.ts';
import type { CallSites } from '../call-sites.ts';
import { CALL, type CallTable, Field, ServerState } from '../calls.ts';
import { Meters, Tally } from '../meters.ts';

const NONE = -1;

export class Edges {
  /** By edge. Their names say nothing. */
  readonly meters = new Meters();
  /** By edge: the meter of the source or Service that calls, -1 for copies of requests; and that of the Service that is called. */
  readonly callers: number[] = [];
  readonly callees: number[] = [];
  readonly #calls: CallTable;
  readonly #sites: CallSites;
  /** By caller (one place further) and callee. */
  readonly #edges: number[][] = [];
  /** By row: the meter of the Service that the call goes to, plus one; and its edge. */
  #callee = new Int32Array(0);
  #edge = new Int32Array(0);
  /** By row: the number of the attempt that was sent last, plus one. */
  #sent = new Int32Array(0);

  constructor(calls: CallTable, sites: CallSites) {
    this.#calls = calls;
    this.#sites = sites;
  }

  get length(): number {
    return this.callers.length;
  }

  /** Who makes a call of the request in that row (-1: a source, from there). */
  makerOf(parent: number, site: number): number {
    // A source has the number of its meter.
    return parent === NONE ? this.#sites.sourceOf(site) : this.#callee[parent] - 1;
  }

  callerOf(row: number): number {
    return this.callers[this.#edge[row]];
  }

  /** A call begins in the row. Gives its edge. */
  begun(row: number, caller: number, site: number, nowUs: number): number {
    if (row >= this.#edge.length) this.#grow(row);
    const callee = this.#sites.meter[site];
    const edge = this.#edges[caller + 1]?.[callee] ?? this.#add(caller, callee);
    this.#callee[row] = callee + 1;
    this.#edge[row] = edge;
    this.#sent[row] = 0;
    this.meters.begin(edge, nowUs);
    return edge;
  }

  /** The call goes on in another row, or has an attempt more there. */
  copy(from: number, to: number): void {
    if (to >= this.#edge.length) this.#grow(to);
    this.#callee[to] = this.#callee[from];
    this.#edge[to] = this.#edge[from];
    if (from !== to) this.#sent[to] = 0;
  }

  /** An attempt is sent; one that its server had not begun is sent again, and is no other attempt. */
  sent(row: number): void {
    const number = this.#calls.ints[CALL * row + Field.Attempt] + 1;
    if (this.#sent[row] === number) return;
    this.#sent[row] = number;
    this.meters.count(this.#edge[row], Tally.Attempts);
  }

  attemptEnded(row: number, outcome: number): void {
    this.meters.count(this.#edge[row], Tally.Attempt + outcome);
  }

  /** The call of the row ends, for whoever made it if that is still there. A query ends for its resolver. */
  ended(row: number, outcome: number, nowUs: number, isQuery: boolean): void {
    const { ints, reals } = this.#calls;
    const parent = ints[CALL * row + Field.Parent];
    const lives = isQuery || parent === NONE || ints[CALL * parent + Field.Server] === ServerState.Calling;
    if (lives) this.meters.end(this.#edge[row], outcome, reals[(CALL / 2) * row], nowUs);
    else this.meters.abandon(this.#edge[row], nowUs);
  }

  /** The row is free, and may be one that no call begins in. */
  forget(row: number): void {
    if (row < this.#callee.length) this.#callee[row] = 0;
  }

  #add(caller: number, callee: number): number {
    const edge = this.callers.push(caller) - 1;
    this.callees.push(callee);
    while (this.#edges.length <= caller + 1) this.#edges.push([]);
    this.#edges[caller + 1][callee] = edge;
    return this.meters.add('');
  }

  #grow(row: number): void {
    let capacity = this.#edge.length;
    while (row >= capacity) capacity = nextCapacity(capacity);
    this.#callee = grown(this.#callee, capacity);
    this.#edge = grown(this.#edge, capacity);
    this.#sent = grown(this.#sent, capacity);
  }
}
