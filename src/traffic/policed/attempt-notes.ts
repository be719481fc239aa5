// Hot dialect: what policies need to know of attempts beside their rows, by row; and an attempt as a policy sees it.
import { grown, nextCapacity } from '../../model/columns.ts';
import { CALL, type CallTable, Field } from '../calls.ts';
import type { CallSites } from '../call-sites.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Attempt } from '../policies/policy.ts';
import type { Chain } from './chain.ts';
import type { Group } from './hedges.ts';

/** Where an attempt is on its way through the policies. */
export const Stage = { Refused: 0, Delayed: 1, Waiting: 2, Connecting: 3, Sent: 4, Fallback: 5 } as const;

/** Most policies of one call. */
export const MOST_POLICIES = 12;

export class AttemptNotes implements Attempt {
  readonly chains: (Chain | undefined)[] = [];
  readonly groups: (Group | undefined)[] = [];
  deadlineUs = new Float64Array(0);
  started = new Float64Array(0);
  endpoints = new Float64Array(0);
  /** Of one that waits: until when, at most. */
  untilUs = new Float64Array(0);
  stages = new Uint8Array(0);
  /** The policy at which one waits; while a fallback is under way, the outcome that it is for. */
  indexes = new Uint8Array(0);
  #memories = new Float64Array(0);
  // The attempt that is shown, and to which of its policies.
  #row = 0;
  #index = 0;
  outcome = 0;
  waiting = 0;
  readonly #engine: Engine;
  readonly #calls: CallTable;
  readonly #sites: CallSites;

  constructor(engine: Engine, calls: CallTable, sites: CallSites) {
    this.#engine = engine;
    this.#calls = calls;
    this.#sites = sites;
  }

  /** A call begins in that row. */
  begin(row: number, chain: Chain | undefined, deadlineUs: number): void {
    if (row >= this.stages.length) this.#grow(row);
    this.chains[row] = chain;
    this.groups[row] = undefined;
    this.deadlineUs[row] = deadlineUs;
    this.endpoints[row] = -1;
    if (chain !== undefined) this.#memories.fill(0, MOST_POLICIES * row, MOST_POLICIES * row + chain.policies.length);
  }

  /** The call goes on in another row. */
  copy(from: number, to: number): void {
    if (to >= this.stages.length) this.#grow(to);
    this.chains[to] = this.chains[from];
    this.groups[to] = undefined;
    this.deadlineUs[to] = this.deadlineUs[from];
    this.endpoints[to] = -1;
    this.#memories.copyWithin(MOST_POLICIES * to, MOST_POLICIES * from, MOST_POLICIES * (from + 1));
  }

  deadlineOf(row: number): number {
    return row >= 0 && row < this.deadlineUs.length ? this.deadlineUs[row] : Infinity;
  }

  show(row: number, index: number, outcome = 0): this {
    this.#row = row;
    this.#index = index;
    this.outcome = outcome;
    return this;
  }

  get nowUs(): number {
    return this.#engine.now;
  }

  get ticket(): number {
    return this.#row;
  }

  get number(): number {
    return this.#calls.ints[CALL * this.#row + Field.Attempt];
  }

  get priority(): number {
    return this.#sites.priority[this.#calls.ints[CALL * this.#row + Field.Site]];
  }

  get request(): number {
    return this.#calls.ints[CALL * this.#row + Field.Ordinal];
  }

  get startedUs(): number {
    return this.started[this.#row];
  }

  get endpoint(): number {
    return this.endpoints[this.#row];
  }

  get memory(): number {
    return this.#memories[MOST_POLICIES * this.#row + this.#index];
  }

  set memory(value: number) {
    this.#memories[MOST_POLICIES * this.#row + this.#index] = value;
  }

  #grow(row: number): void {
    let capacity = this.stages.length;
    while (row >= capacity) capacity = nextCapacity(capacity);
    while (this.chains.length < capacity) {
      this.chains.push(undefined);
      this.groups.push(undefined);
    }
    const old = this.deadlineUs.length;
    this.deadlineUs = grown(this.deadlineUs, capacity).fill(Infinity, old);
    this.started = grown(this.started, capacity);
    this.endpoints = grown(this.endpoints, capacity);
    this.untilUs = grown(this.untilUs, capacity);
    this.stages = grown(this.stages, capacity);
    this.indexes = grown(this.indexes, capacity);
    this.#memories = grown(this.#memories, MOST_POLICIES * capacity);
  }
}
