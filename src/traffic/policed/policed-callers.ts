// Hot dialect: the caller's half of a call where policies are, at its end: it is tried again, hedged, ended by its deadline, or gone on without.
import type { Engine } from '../../engine/engine.ts';
import type { Routes } from '../../model/ports/routes.ts';
import type { CallSites } from '../call-sites.ts';
import type { Callers, CallersKind } from '../callers.ts';
import { CALL, CallerState, type CallTable, Field, Outcome } from '../calls.ts';
import type { Meters } from '../meters.ts';
import type { Readings } from '../request-readings.ts';
import { AdmittedCallers } from './admitted-callers.ts';
import { Stage } from './attempt-notes.ts';
import type { Chain } from './chain.ts';
import type { Group } from './hedges.ts';
import type { Places } from './places.ts';

const NONE = -1;
const NOT_AGAIN = -1;

export class PolicedCallers extends AdmittedCallers {
  /** Rows of attempts beside the one that stands for their call. */
  readonly spare = new Set<number>();
  readonly #onDeadline: number;
  readonly #onHedge: number;
  readonly #onFallback: number;

  constructor(
    engine: Engine,
    calls: CallTable,
    sites: CallSites,
    meters: Meters,
    readings: Readings,
    routes: Routes,
    silenceUs: number,
    places: Places,
  ) {
    super(engine, calls, sites, meters, readings, routes, silenceUs, places);
    this.#onDeadline = engine.kind('traffic.policy.deadline', (row, epoch) => this.#deadline(row, epoch));
    this.#onHedge = engine.kind('traffic.policy.hedge', (row, epoch) => this.#hedge(row, epoch));
    this.#onFallback = engine.kind('traffic.policy.fallback', (row, epoch) => this.#goOnWithout(row, epoch));
  }

  protected override endBy(row: number, deadlineUs: number): void {
    const { engine } = this;
    engine.at(Math.max(deadlineUs, engine.now), this.#onDeadline, row, this.calls.ints[CALL * row + Field.Epoch]);
  }

  /** The call ends now, wherever it is. */
  #deadline(row: number, epoch: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    if (ints[at + Field.Epoch] !== epoch || ints[at + Field.Caller] === CallerState.Gone) return;
    if (this.notes.stages[row] === Stage.Fallback) return;
    const group = this.notes.groups[row];
    if (group !== undefined) for (const other of group.rows.filter((one) => one !== row)) this.#abandon(other);
    this.#stop(row, Outcome.Timeout);
    this.end(row, Outcome.Timeout);
  }

  // When it has ended.

  protected override settle(row: number, outcome: number): void {
    const { notes } = this;
    const chain = notes.chains[row];
    if (chain === undefined) {
      super.settle(row, outcome);
      return;
    }
    const retryUs = outcome === Outcome.Ok ? NOT_AGAIN : this.#retryUs(row, outcome, chain);
    const group = notes.groups[row];
    this.#close(row, outcome);
    if (group !== undefined) {
      this.#settleHedged(row, outcome, chain, group, retryUs >= 0);
    } else if (retryUs >= 0 && this.callerLives(CALL * row)) {
      (chain.retryPlace ?? chain.places[0]).retries += 1;
      this.tryAgain(row, retryUs);
    } else {
      this.calls.ints[CALL * row + Field.Timer] = NONE;
      this.end(row, outcome);
    }
  }

  /** What the policies hear of an attempt that has ended, by its answer or its timeout. */
  #close(row: number, outcome: number): void {
    const { notes } = this;
    const chain = notes.chains[row];
    const stage = notes.stages[row];
    if (stage === Stage.Connecting) {
      this.leaveQueue(row);
      notes.endpoints[row] = NONE;
    }
    if (stage !== Stage.Sent && stage !== Stage.Connecting) return;
    notes.stages[row] = Stage.Refused;
    this.attemptEnded(row, outcome);
    if (chain === undefined) return;
    for (let index = 0; index < chain.policies.length; index += 1) {
      chain.policies[index].ended?.(notes.show(row, index, outcome));
      chain.look(index);
    }
  }

  /** Ends an attempt that has no answer yet, wherever it is. */
  #stop(row: number, outcome: number): void {
    const { ints } = this.calls;
    const { notes } = this;
    const at = CALL * row;
    const timer = ints[at + Field.Timer];
    const stage = notes.stages[row];
    if (stage === Stage.Waiting || stage === Stage.Delayed) {
      if (stage === Stage.Waiting) this.leaveQueue(row);
      this.withdraw(row, notes.indexes[row] + (stage === Stage.Delayed ? 1 : 0));
      notes.stages[row] = Stage.Refused;
    } else if (ints[at + Field.Caller] === CallerState.Waiting) {
      if (timer !== NONE) this.lanes[ints[at + Field.Site]]!.remove(timer);
      this.#close(row, outcome);
    }
    // Others may have been let go meanwhile, and the table have grown.
    this.calls.ints[at + Field.Timer] = NONE;
  }

  /** What to wait before the next attempt; -1: there is none. */
  #retryUs(row: number, outcome: number, chain: Chain): number {
    const { ints } = this.calls;
    const { notes } = this;
    const at = CALL * row;
    const group = notes.groups[row];
    const retryable = this.#isRetryable(ints[at + Field.Site], outcome, chain);
    let us = NOT_AGAIN;
    if (group !== undefined) us = group.made < (chain.hedging?.attempts ?? 0) ? 0 : NOT_AGAIN;
    else if (chain.retry?.retryUs !== undefined)
      us = chain.retry.retryUs(notes.show(row, chain.policies.indexOf(chain.retry), outcome));
    else if (this.mayRetry(at, ints[at + Field.Site], outcome)) us = this.backOffUs(row);
    for (let index = 0; index < chain.policies.length; index += 1) {
      const policy = chain.policies[index];
      if (policy.mayRetry === undefined || policy.mayRetry(notes.show(row, index, outcome), us >= 0, retryable))
        continue;
      if (us >= 0) chain.places[index].retriesRefused += 1;
      us = NOT_AGAIN;
    }
    return us;
  }

  /** Whether it would be followed by another attempt if there was one left. */
  #isRetryable(site: number, outcome: number, { hedging, retry }: Chain): boolean {
    if (hedging !== undefined) return !hedging.isFatal(outcome);
    if (retry !== undefined) return retry.retries?.(outcome) ?? true;
    return ((this.sites.retryOn[site] >> outcome) & 1) === 1;
  }

  protected override tryAgain(row: number, delayUs: number): number {
    const { notes, engine } = this;
    const next = super.tryAgain(row, delayUs);
    if (next !== row) notes.copy(row, next);
    notes.stages[next] = Stage.Refused;
    const deadlineUs = notes.deadlineUs[next];
    if (deadlineUs <= engine.now + delayUs) this.endBy(next, deadlineUs);
    return next;
  }

  protected override end(row: number, outcome: number): void {
    const { ints } = this.calls;
    const chain = this.notes.chains[row];
    const fallback = chain?.fallback;
    if (fallback === undefined || !fallback.covers(outcome) || !this.callerLives(CALL * row)) {
      this.conclude(row, outcome);
    } else if (fallback.takesUs === 0) {
      this.#conclude(row, outcome);
    } else {
      const at = CALL * row;
      ints[at + Field.Caller] = CallerState.BackingOff;
      this.notes.stages[row] = Stage.Fallback;
      this.notes.indexes[row] = outcome;
      this.engine.after(fallback.takesUs, this.#onFallback, row, ints[at + Field.Epoch]);
    }
  }

  #goOnWithout(row: number, epoch: number): void {
    if (this.calls.ints[CALL * row + Field.Epoch] !== epoch || this.notes.stages[row] !== Stage.Fallback) return;
    this.#conclude(row, this.notes.indexes[row]);
  }

  #conclude(row: number, outcome: number): void {
    const place = this.notes.chains[row]?.fallbackPlace;
    if (place !== undefined) place.fallbacks += 1;
    this.conclude(row, outcome, Outcome.Ok);
  }

  protected override conclude(row: number, outcome: number, reported = outcome): void {
    const { notes } = this;
    const chain = notes.chains[row];
    if (chain !== undefined) {
      for (let index = 0; index < chain.policies.length; index += 1) {
        chain.policies[index].concluded?.(notes.show(row, index, outcome));
      }
    }
    this.spare.delete(row);
    notes.groups[row] = undefined;
    notes.stages[row] = Stage.Refused;
    super.conclude(row, outcome, reported);
  }

  // Hedging.

  protected override sent(row: number, chain: Chain | undefined): void {
    const hedging = chain?.hedging;
    if (hedging === undefined) return;
    const { ints } = this.calls;
    const { groups } = this.notes;
    let group = groups[row];
    if (group === undefined) {
      group = { rows: [row], made: 1, epoch: 0 };
      groups[row] = group;
    }
    if (group.made < hedging.attempts && ints[CALL * row + Field.Caller] !== CallerState.Gone) {
      group.epoch = ints[CALL * group.rows[0] + Field.Epoch];
      this.engine.after(hedging.delayUs, this.#onHedge, group.rows[0], group.made);
    }
  }

  /** The delay is over; `made` tells whether another attempt has been made meanwhile. */
  #hedge(row: number, made: number): void {
    const group = this.notes.groups[row];
    if (group === undefined || group.rows[0] !== row || group.made !== made) return;
    if (this.calls.ints[CALL * row + Field.Epoch] !== group.epoch || !this.callerLives(CALL * row)) return;
    this.#addHedge(row, group);
  }

  /** One more attempt of the call of that row. */
  #addHedge(row: number, group: Group): void {
    const { calls, notes } = this;
    const chain = notes.chains[row];
    if (chain?.hedgingPlace === undefined) return;
    const next = calls.allocate();
    calls.copyCall(row, next);
    notes.copy(row, next);
    const { ints } = calls;
    ints[CALL * next + Field.Attempt] = group.made;
    ints[CALL * next + Field.Connection] = NONE;
    group.made += 1;
    group.rows.push(next);
    notes.groups[next] = group;
    this.spare.add(next);
    chain.hedgingPlace.hedges += 1;
    const deadlineUs = notes.deadlineUs[next];
    if (deadlineUs < Infinity) this.endBy(next, deadlineUs);
    this.hedges(row, next);
    this.admit(next, 0);
  }

  #settleHedged(row: number, outcome: number, chain: Chain, group: Group, mayHedge: boolean): void {
    const isFinal = outcome === Outcome.Ok || chain.hedging?.isFatal(outcome) === true || !this.callerLives(CALL * row);
    if (!isFinal) {
      group.rows.splice(group.rows.indexOf(row), 1);
      // The next one is made at once.
      if (mayHedge) this.#addHedge(row, group);
      if (group.rows.length > 0) {
        if (!this.spare.delete(row)) this.spare.delete(group.rows[0]);
        this.#part(row);
        return;
      }
    }
    for (const other of group.rows.filter((one) => one !== row)) this.#abandon(other);
    this.calls.ints[CALL * row + Field.Timer] = NONE;
    this.end(row, outcome);
  }

  /** An attempt whose answer is of no use any more. Its server works on for nobody. */
  #abandon(row: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    // Its policies get back what they gave, and learn nothing.
    if (this.notes.stages[row] === Stage.Sent && ints[at + Field.Caller] === CallerState.Waiting) {
      const timer = ints[at + Field.Timer];
      if (timer !== NONE) this.lanes[ints[at + Field.Site]]!.remove(timer);
      this.notes.stages[row] = Stage.Refused;
      this.attemptEnded(row, Outcome.Ok);
      this.withdraw(row, this.notes.chains[row]?.policies.length ?? 0);
    } else {
      this.#stop(row, Outcome.Timeout);
    }
    this.spare.delete(row);
    this.#part(row);
  }

  /** The caller's half of an attempt ends, but not its call. */
  #part(row: number): void {
    const { ints } = this.calls;
    this.notes.groups[row] = undefined;
    ints[CALL * row + Field.Timer] = NONE;
    ints[CALL * row + Field.Caller] = CallerState.Gone;
    ints[CALL * row + Field.Parent] = NONE;
    this.releaseIfOver(row);
  }
}

/** The caller's half of calls with these policies, made like one without. */
export function policedBy(places: Places): CallersKind {
  return class extends PolicedCallers {
    constructor(...given: ConstructorParameters<typeof Callers>) {
      super(...given, places);
    }
  };
}
