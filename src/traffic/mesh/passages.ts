// Hot dialect: passages: what a proxy of a mesh does with one request, or with its answer. Each is a small request in the container of the proxy.
import type { Engine } from '../../engine/engine.ts';
import { CALL, CallerState, type CallTable, Field, Outcome, ServerState } from '../calls.ts';
import type { MeshProxy } from './mesh.ts';
import type { PassingServing } from './passing-serving.ts';

const NONE = -1;

/** On the way from the caller's process to the called one, and back. */
export const Leg = { Out: 0, In: 1, AnswerOut: 2, AnswerIn: 3 } as const;
/** It leaves no trace: its machine is down. */
export const SILENT = -1;

export interface Passage {
  /** The attempt of a call that passes. */
  readonly row: number;
  readonly epoch: number;
  /** One of `Leg`. */
  readonly leg: number;
  /** What the attempt waits for after an answer has left the called pod's proxy, µs. */
  readonly wayUs: number;
  readonly proxy: MeshProxy;
  readonly sinceUs: number;
}

/** Goes on when a passage has ended, by one of `Outcome` or `SILENT`. The attempt may have ended before. */
type Passed = (passage: Passage, outcome: number) => void;

/** Hears of passages as they begin and end, by the row of their attempt. */
export interface PassageListener {
  passes(row: number, leg: number): void;
  passed(row: number): void;
}

export class Passages {
  listener: PassageListener | undefined;
  /** The row stands for a passage of that attempt. */
  standsFor: (row: number, attempt: number) => void = () => undefined;
  readonly #passed: Passed[] = [];
  readonly #engine: Engine;
  readonly #calls: CallTable;
  readonly #servingOf: (number: number) => PassingServing | undefined;
  /** By row of the passage itself. */
  readonly #all = new Map<number, Passage>();

  /** `servingOf`: the containers of that number; undefined where none has run. */
  constructor(engine: Engine, calls: CallTable, servingOf: (number: number) => PassingServing | undefined) {
    this.#engine = engine;
    this.#calls = calls;
    this.#servingOf = servingOf;
  }

  /** Who goes on after that leg. Once for each. */
  on(leg: number, passed: Passed): void {
    this.#passed[leg] = passed;
  }

  begin(proxy: MeshProxy, attempt: number, leg: number, wayUs: number): void {
    const { counts, pod, epoch, number } = proxy;
    if (leg === Leg.Out) counts.outbound += 1;
    else if (leg === Leg.In) counts.inbound += 1;
    else counts.answers += 1;
    const row = this.#calls.allocate();
    const { ints } = this.#calls;
    const from = CALL * attempt;
    const at = CALL * row;
    for (const field of [Field.Site, Field.Attempt, Field.Ordinal]) ints[at + field] = ints[from + field];
    // Each passage has luck of its own.
    ints[at + Field.Hop] = Math.imul(ints[from + Field.Hop] ^ Math.imul(leg + 1, 0x2c1b3c6d), 0x9e3779b1);
    ints[at + Field.Parent] = NONE;
    ints[at + Field.Caller] = CallerState.Gone;
    ints[at + Field.Server] = ServerState.Ended;
    ints[at + Field.Outcome] = Outcome.Ok;
    ints[at + Field.Pod] = pod;
    ints[at + Field.Timer] = NONE;
    ints[at + Field.Connection] = NONE;
    ints[at + Field.Pending] = 0;
    this.standsFor(row, attempt);
    const now = this.#engine.now;
    this.#all.set(row, { row: attempt, epoch: ints[from + Field.Epoch], leg, wayUs, proxy, sinceUs: now });
    this.listener?.passes(attempt, leg);
    const serving = this.#servingOf(number);
    if (serving?.pass(row, pod, epoch) === true) return;
    this.ended(row, Outcome.Refused);
    this.#calls.release(row);
  }

  /** A row has been answered, or lost: the passage for which it stood ends, if it stood for one. */
  ended(row: number, outcome: number): void {
    const passage = this.#all.get(row);
    if (passage === undefined) return;
    this.#all.delete(row);
    if (this.#calls.ints[CALL * passage.row + Field.Epoch] === passage.epoch) this.listener?.passed(passage.row);
    const { counts } = passage.proxy;
    if (outcome === Outcome.Ok) counts.took(this.#engine.now - passage.sinceUs);
    else counts.failed += 1;
    this.#passed[passage.leg](passage, outcome);
  }
}
