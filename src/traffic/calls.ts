// Hot dialect: the rows of calls in flight. A row is one attempt of one call: the caller's half of it and the server's half.
import { InputError } from '../lib/errors.ts';
import { grown } from '../model/columns.ts';
import { Ended } from '../model/ports/routes.ts';
import type { NodeRow } from '../model/rows.ts';

/** Ints of a row: `ints[CALL * row + Field]`. The first two places are a double: when the call began, µs. */
export const CALL = 20;
export const Field = {
  /** Rises whenever what was booked for the row no longer holds. */
  Epoch: 2,
  /** One of `CallerState`: what the caller's half is doing. */
  Caller: 3,
  /** One of `ServerState`: what the server's half is doing. */
  Server: 4,
  /** One of `Outcome`: what the answer on its way says, or what the request being served will end in. */
  Outcome: 5,
  /** The request whose service makes this call; -1 from outside. */
  Parent: 6,
  /** Where the call is described: a call site, or a source for one from outside. */
  Site: 7,
  /** 0 for the first. */
  Attempt: 8,
  /** The request's own luck is drawn by (ordinal, hop, attempt). */
  Ordinal: 9,
  Hop: 10,
  /** The chosen endpoint. */
  Pod: 11,
  /** While it travels. One place with `Container`. */
  PodEpoch: 12,
  /** From its arrival on: which of the serving containers of its pod has it, 0 for the main one. */
  Container: 12,
  Node: 13,
  /** Neighbours among what the pod holds; `Next` also links free rows. */
  Next: 14,
  Previous: 15,
  /** Handle of the timeout in its lane, -1 for none. */
  Timer: 16,
  /** The balancer's connection, -1 when it does not count. */
  Connection: 17,
  /** While it travels: the port of the chosen endpoint. One place with `Step`, which is of no use before. */
  Port: 18,
  /** The call site after those that the request being served has come to. */
  Step: 18,
  /** Low half: calls under way. High half: calls to be made one after the other. */
  Pending: 19,
} as const;

export const CallerState = { Gone: 0, Waiting: 1, BackingOff: 2 } as const;
/** `Preempted` waits like `Queued`, with a part of its work done. */
export const ServerState = { Ended: 0, Travelling: 1, Queued: 2, Serving: 3, Calling: 4, Preempted: 5 } as const;

/** How a call ends; also the column of a meter where it is counted. */
export const Outcome = { Ok: 0, Error: 1, Timeout: 2, Refused: 3, Reset: 4, Overload: 5 } as const;
export const outcomeNames = ['ok', 'error', 'timeout', 'refused', 'reset', 'overload'] as const;

/** What an outcome is to the balancer that led the attempt, by outcome: one of `Ended`. */
export const endings = new Uint8Array(6);
endings[Outcome.Error] = Ended.Badly;
endings[Outcome.Overload] = Ended.Badly;
endings[Outcome.Timeout] = Ended.Unanswered;
endings[Outcome.Refused] = Ended.Unanswered;
endings[Outcome.Reset] = Ended.Unanswered;

const NONE = -1;

/** 1.3 GB of them. */
const MAX_CALLS = 16_777_216;

/** 80 bytes a row. */
export class CallTable {
  reals = new Float64Array((CALL / 2) * 64);
  ints = new Int32Array(this.reals.buffer);
  /** Rows ever used; those that are free have both halves at 0. */
  used = 0;
  #free = NONE;
  /** By row: the node by which packets come in and go out, plus one. Kept from the first one on: most runs have none. */
  #vias: Int32Array<ArrayBuffer> | undefined;

  allocate(): number {
    const row = this.#free;
    if (row !== NONE) {
      this.#free = this.ints[CALL * row + Field.Next];
      return row;
    }
    if (CALL * this.used === this.ints.length) this.#grow();
    return this.used++;
  }

  /** The row may be used again; whatever was booked for it is void. */
  release(row: number): void {
    const at = CALL * row;
    this.ints[at + Field.Epoch] += 1;
    this.ints[at + Field.Next] = this.#free;
    this.#free = row;
  }

  /** Makes `to` the row of the call whose attempt is `from`: everything of the caller's half. */
  copyCall(from: number, to: number): void {
    this.reals[(CALL / 2) * to] = this.reals[(CALL / 2) * from];
    const { ints } = this;
    for (let field = Field.Parent; field <= Field.Hop; field += 1) {
      ints[CALL * to + field] = ints[CALL * from + field];
    }
    ints[CALL * to + Field.Pending] = 0;
  }

  /** The node by which the attempt's packets go, -1 where they go straight. */
  via(row: number): NodeRow {
    return this.#vias === undefined ? NONE : ((this.#vias[row] - 1) as NodeRow);
  }

  setVia(row: number, via: NodeRow): void {
    if (via < 0 && this.#vias === undefined) return;
    this.#vias ??= new Int32Array(this.ints.length / CALL);
    this.#vias[row] = via + 1;
  }

  #grow(): void {
    if (this.used >= MAX_CALLS) {
      const message = `more than ${MAX_CALLS} calls in flight at a time, which is the limit: more arrive than are answered`;
      throw new InputError(message);
    }
    const reals = new Float64Array(2 * this.reals.length);
    reals.set(this.reals);
    this.reals = reals;
    this.ints = new Int32Array(reals.buffer);
    if (this.#vias !== undefined) this.#vias = grown(this.#vias, this.ints.length / CALL);
  }
}
