// Hot dialect: what runs in each pod: its slots, its queue, and the list of the requests that it holds.
import { grown, nextCapacity } from '../model/columns.ts';
import { CALL, type CallTable, Field } from './calls.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

/** Ints of a pod: `ints[SERVER * pod + ServerField]`. */
export const SERVER = 9;
export const ServerField = {
  /** Epoch of the pod whose process runs here; -1 when none does. */
  Epoch: 0,
  Behavior: 1,
  /** Requests in service, those waiting for their own calls included. */
  Busy: 2,
  Waiting: 3,
  /** Everything held; those that wait are at the end, from `NextWaiting` on, in the order in which they are served. */
  First: 4,
  Last: 5,
  NextWaiting: 6,
  /** 1 after SIGTERM. */
  Draining: 7,
  Node: 8,
} as const;

const NONE = -1;

export class Servers {
  ints = new Int32Array(0);
  readonly #calls: CallTable;

  constructor(calls: CallTable) {
    this.#calls = calls;
  }

  get length(): number {
    return this.ints.length / SERVER;
  }

  start(pod: PodRow, epoch: number, node: NodeRow, behavior: number): void {
    if (pod >= this.length) this.#grow(pod);
    const at = SERVER * pod;
    const { ints } = this;
    ints[at + ServerField.Node] = node;
    ints[at + ServerField.Epoch] = epoch;
    ints[at + ServerField.Behavior] = behavior;
    ints[at + ServerField.Busy] = 0;
    ints[at + ServerField.Waiting] = 0;
    ints[at + ServerField.First] = NONE;
    ints[at + ServerField.Last] = NONE;
    ints[at + ServerField.NextWaiting] = NONE;
    ints[at + ServerField.Draining] = 0;
  }

  /** Its process is gone, and it holds nothing. */
  stop(pod: PodRow): void {
    const at = SERVER * pod;
    this.ints[at + ServerField.Epoch] = NONE;
    this.ints[at + ServerField.Busy] = 0;
    this.ints[at + ServerField.Waiting] = 0;
    this.ints[at + ServerField.First] = NONE;
    this.ints[at + ServerField.Last] = NONE;
    this.ints[at + ServerField.NextWaiting] = NONE;
  }

  runs(pod: PodRow, epoch: number): boolean {
    return pod < this.length && this.ints[SERVER * pod + ServerField.Epoch] === epoch;
  }

  /** Whether a process runs there, of whatever pod. */
  runsAny(pod: PodRow): boolean {
    return pod < this.length && this.ints[SERVER * pod + ServerField.Epoch] >= 0;
  }

  held(pod: PodRow): number {
    if (pod >= this.length) return 0;
    return this.ints[SERVER * pod + ServerField.Busy] + this.ints[SERVER * pod + ServerField.Waiting];
  }

  waiting(pod: PodRow): number {
    return pod < this.length ? this.ints[SERVER * pod + ServerField.Waiting] : 0;
  }

  /** Appends a request to what the pod holds. */
  link(pod: PodRow, row: number): void {
    const at = SERVER * pod;
    const call = CALL * row;
    const calls = this.#calls.ints;
    const last = this.ints[at + ServerField.Last];
    calls[call + Field.Previous] = last;
    calls[call + Field.Next] = NONE;
    if (last === NONE) this.ints[at + ServerField.First] = row;
    else calls[CALL * last + Field.Next] = row;
    this.ints[at + ServerField.Last] = row;
  }

  /** Puts a request into what the pod holds, before another one. */
  linkBefore(pod: PodRow, row: number, before: number): void {
    const calls = this.#calls.ints;
    const previous = calls[CALL * before + Field.Previous];
    calls[CALL * row + Field.Previous] = previous;
    calls[CALL * row + Field.Next] = before;
    calls[CALL * before + Field.Previous] = row;
    if (previous === NONE) this.ints[SERVER * pod + ServerField.First] = row;
    else calls[CALL * previous + Field.Next] = row;
  }

  unlink(pod: PodRow, row: number): void {
    const at = SERVER * pod;
    const call = CALL * row;
    const calls = this.#calls.ints;
    const next = calls[call + Field.Next];
    const previous = calls[call + Field.Previous];
    if (previous === NONE) this.ints[at + ServerField.First] = next;
    else calls[CALL * previous + Field.Next] = next;
    if (next === NONE) this.ints[at + ServerField.Last] = previous;
    else calls[CALL * next + Field.Previous] = previous;
  }

  #grow(pod: PodRow): void {
    const old = this.length;
    let capacity = old;
    while (pod >= capacity) capacity = nextCapacity(capacity);
    this.ints = grown(this.ints, SERVER * capacity).fill(NONE, SERVER * old);
  }
}
