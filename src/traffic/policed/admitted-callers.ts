// Hot dialect: the caller's half of a call where policies are, on its way out: what lets an attempt go, makes it wait, or turns it away.
import type { Engine } from '../../engine/engine.ts';
import type { EndpointSubset } from '../../model/endpoints.ts';
import type { Routes } from '../../model/ports/routes.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { CallSites } from '../call-sites.ts';
import { Callers } from '../callers.ts';
import { CALL, CallerState, type CallTable, Field, Outcome, ServerState } from '../calls.ts';
import type { Meters } from '../meters.ts';
import { endpointKey } from '../policies/endpoint-ejections.ts';
import { WAITS } from '../policies/policy.ts';
import type { Readings } from '../request-readings.ts';
import { AttemptNotes, Stage } from './attempt-notes.ts';
import type { Chain } from './chain.ts';
import { CallerChains } from './caller-chains.ts';
import type { Places, Waiters } from './places.ts';

const NONE = -1;

export abstract class AdmittedCallers extends Callers implements Waiters {
  readonly notes: AttemptNotes;
  readonly chains: CallerChains;
  /** Whose attempt is being sent: its endpoints are asked for. */
  #sending: Chain | undefined;
  readonly #filtered = new Set<number>();
  readonly #onTurn: number;
  readonly #onGiveUp: number;

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
    super(engine, calls, sites, meters, readings, routes, silenceUs);
    this.notes = new AttemptNotes(engine, calls, sites);
    this.chains = new CallerChains(places, sites, this);
    this.#onTurn = engine.kind('traffic.policy.turn', (row, epoch) => this.#turn(row, epoch));
    this.#onGiveUp = engine.kind('traffic.policy.giveUp', (row, epoch) => this.#giveUp(row, epoch));
  }

  /** The attempt, and its call with it, ends at that time unless it has ended. */
  /** It has no longer than the attempt. */
  protected override standsFor(row: number, attempt: number): void {
    this.notes.begin(row, undefined, this.notes.deadlineOf(attempt));
  }

  protected abstract endBy(row: number, deadlineUs: number): void;
  /** All policies have let the attempt go, and it went. */
  protected abstract sent(row: number, chain: Chain | undefined): void;
  /** The call has ended; where the caller can do without the answer, it goes on. */
  protected abstract end(row: number, outcome: number): void;

  // On the way out.

  protected override send(row: number): void {
    const { ints } = this.calls;
    const { notes, engine } = this;
    const at = CALL * row;
    if (ints[at + Field.Attempt] === 0) {
      const parent = ints[at + Field.Parent];
      const pod = parent === NONE ? NONE : (ints[CALL * parent + Field.Pod] as PodRow);
      const chain = this.chains.of(ints[at + Field.Site], pod);
      const ownUs = chain === undefined ? Infinity : engine.now + chain.deadlineUs;
      notes.begin(row, chain, Math.min(ownUs, notes.deadlineOf(parent)));
      if (chain !== undefined) this.#filter(chain, this.sites.destination[ints[at + Field.Site]]);
      chain?.policies.forEach((policy, index) => policy.begun?.(notes.show(row, index)));
    }
    const deadlineUs = notes.deadlineUs[row];
    if (deadlineUs < Infinity) {
      if (deadlineUs <= engine.now) {
        this.#refuse(row, Outcome.Timeout);
        return;
      }
      this.endBy(row, deadlineUs);
    }
    this.admit(row, 0);
  }

  /** Asks the policies from one on; the attempt goes when all let it. */
  protected admit(row: number, from: number): void {
    const { notes } = this;
    const chain = notes.chains[row];
    const count = chain?.policies.length ?? 0;
    for (let index = from; index < count; index += 1) {
      const policy = chain!.policies[index];
      if (policy.admit === undefined) continue;
      notes.started[row] = this.engine.now;
      const verdict = policy.admit(notes.show(row, index));
      chain!.look(index);
      const place = chain!.places[index];
      if (verdict === 0) {
        place.permitted += 1;
      } else if (verdict > 0) {
        place.waited += 1;
        this.#rest(row, index, Stage.Delayed);
        this.engine.after(verdict, this.#onTurn, row, this.calls.ints[CALL * row + Field.Epoch]);
        return;
      } else if (verdict === WAITS) {
        place.waited += 1;
        this.#rest(row, index, Stage.Waiting);
        this.#limitWait(row, policy.waitsUs);
        return;
      } else {
        place.rejected += 1;
        this.withdraw(row, index);
        this.#refuse(row, Outcome.Overload);
        return;
      }
    }
    notes.started[row] = this.engine.now;
    notes.endpoints[row] = NONE;
    notes.stages[row] = Stage.Sent;
    super.send(row);
    this.sent(row, chain);
  }

  /** The endpoints are asked for, now or once the name is known. */
  protected override connect(row: number, from: NodeRow, caller: PodRow): number {
    this.#sending = this.notes.chains[row];
    const result = super.connect(row, from, caller);
    this.#sending = undefined;
    return result;
  }

  /** An endpoint has been chosen: policies about it are asked before the attempt leaves. */
  protected override depart(row: number, from: NodeRow): void {
    const { ints } = this.calls;
    const { notes } = this;
    const at = CALL * row;
    notes.endpoints[row] = endpointKey(ints[at + Field.Pod] as PodRow, ints[at + Field.PodEpoch]);
    const chain = notes.chains[row];
    const count = chain?.policies.length ?? 0;
    for (let index = 0; index < count; index += 1) {
      const policy = chain!.policies[index];
      if (policy.connects === undefined) continue;
      const verdict = policy.connects(notes.show(row, index));
      chain!.look(index);
      if (verdict === 0) {
        chain!.places[index].permitted += 1;
      } else if (verdict === WAITS) {
        chain!.places[index].waited += 1;
        notes.stages[row] = Stage.Connecting;
        notes.indexes[row] = index;
        ints[at + Field.Server] = ServerState.Ended;
        this.#limitWait(row, policy.waitsUs);
        return;
      } else {
        chain!.places[index].rejected += 1;
        this.#overflow(row);
        return;
      }
    }
    super.depart(row, from);
  }

  /** The attempt ends at its caller, where a policy about its endpoint refuses it. */
  #overflow(row: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    this.notes.endpoints[row] = NONE;
    this.notes.stages[row] = Stage.Sent;
    ints[at + Field.Server] = ServerState.Ended;
    ints[at + Field.Outcome] = Outcome.Overload;
    this.bookAnswer(row, 0);
  }

  #rest(row: number, index: number, stage: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    this.notes.stages[row] = stage;
    this.notes.indexes[row] = index;
    ints[at + Field.Caller] = CallerState.BackingOff;
    ints[at + Field.Server] = ServerState.Ended;
    ints[at + Field.Timer] = NONE;
    ints[at + Field.Connection] = NONE;
  }

  #limitWait(row: number, waitsUs = Infinity): void {
    const { now } = this.engine;
    this.notes.untilUs[row] = now + waitsUs;
    if (waitsUs === Infinity) return;
    this.engine.after(waitsUs, this.#onGiveUp, row, this.calls.ints[CALL * row + Field.Epoch]);
  }

  /** An attempt that never left ends like one that was answered at once. */
  #refuse(row: number, outcome: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    this.#rest(row, 0, Stage.Refused);
    ints[at + Field.Caller] = CallerState.Waiting;
    ints[at + Field.Outcome] = outcome;
    this.bookAnswer(row, 0);
  }

  /** What the policies before `index` let through does not go. */
  protected withdraw(row: number, index: number): void {
    const { notes } = this;
    const chain = notes.chains[row];
    if (chain === undefined) return;
    for (let i = 0; i < index; i += 1) {
      const policy = chain.policies[i];
      if (policy.admit !== undefined) policy.withdrawn?.(notes.show(row, i));
    }
  }

  // While it waits.

  #turn(row: number, epoch: number): void {
    if (this.calls.ints[CALL * row + Field.Epoch] !== epoch || this.notes.stages[row] !== Stage.Delayed) return;
    this.#go(row);
  }

  resume(row: number): void {
    const { notes } = this;
    if (notes.stages[row] === Stage.Connecting) {
      const { ints } = this.calls;
      const parent = ints[CALL * row + Field.Parent];
      notes.stages[row] = Stage.Sent;
      ints[CALL * row + Field.Server] = ServerState.Travelling;
      this.leaves(row);
      super.depart(row, parent === NONE ? NONE : (ints[CALL * parent + Field.Node] as NodeRow));
    } else if (notes.stages[row] === Stage.Waiting) {
      this.#go(row);
    }
  }

  refuse(row: number): void {
    if (this.notes.stages[row] === Stage.Connecting) this.#overflow(row);
    else if (this.notes.stages[row] === Stage.Waiting) this.#turnAway(row);
  }

  /** Its turn has come: on to the next policy, if the caller still lives. */
  #go(row: number): void {
    const index = this.notes.indexes[row];
    if (this.callerLives(CALL * row)) {
      this.admit(row, index + 1);
      return;
    }
    this.withdraw(row, index + 1);
    this.notes.stages[row] = Stage.Refused;
    this.end(row, Outcome.Reset);
  }

  #giveUp(row: number, epoch: number): void {
    const { notes } = this;
    if (this.calls.ints[CALL * row + Field.Epoch] !== epoch || notes.untilUs[row] > this.engine.now) return;
    if (notes.stages[row] !== Stage.Waiting && notes.stages[row] !== Stage.Connecting) return;
    this.leaveQueue(row);
    if (notes.stages[row] === Stage.Connecting) this.#overflow(row);
    else this.#turnAway(row);
  }

  #turnAway(row: number): void {
    const { notes } = this;
    const index = notes.indexes[row];
    const chain = notes.chains[row];
    if (chain !== undefined) chain.places[index].rejected += 1;
    this.withdraw(row, index);
    this.#refuse(row, Outcome.Overload);
  }

  protected leaveQueue(row: number): void {
    const { notes } = this;
    const index = notes.indexes[row];
    notes.chains[row]?.policies[index].gaveUp?.(notes.show(row, index));
  }

  // Endpoints.

  #filter(chain: Chain, destination: number): void {
    if (chain.uses === undefined || this.#filtered.has(destination)) return;
    this.#filtered.add(destination);
    this.routes.filter(
      destination,
      (_caller: PodRow, endpoints: EndpointSubset) => this.#sending?.uses?.uses?.(endpoints) ?? endpoints,
    );
  }
}
