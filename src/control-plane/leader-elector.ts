// Leader election by a Lease object: who renews it leads; who sees it unchanged for its duration takes it (client-go tools/leaderelection).
import type { ApiClient } from '../api/client.ts';
import type { Calendar } from '../engine/calendar.ts';
import type { Random } from '../engine/random.ts';
import { type Script, type Signal, sleep, type Wait, within } from '../engine/script.ts';
import type { LeaderElection } from '../model/settings/leader-election.ts';
import type { ObjectRow } from '../model/rows.ts';
import {
  heldBy,
  type LeaderRecord,
  LEASES,
  leaseOf,
  type LeaseObject,
  releasedBy,
  sameRecord,
} from './leader-record.ts';

/** Looks of candidates are so much further apart than the retry period, at most. */
const JITTER = 1.2;

export interface Candidate {
  /** The name of the lease. */
  readonly lease: string;
  /** `cp1_…`: another one with each start of the process. */
  readonly identity: string;
  /** Whether a leader that ends in order gives the lease back (ReleaseOnCancel). */
  readonly releases: boolean;
  /** It leads from now on. */
  led(): void;
  /** It does not lead any more: its process ends. */
  lost(): void;
}

interface Observed {
  readonly row: ObjectRow;
  readonly object: LeaseObject;
  /** By this candidate's own clock. */
  readonly atUs: number;
}

export class LeaderElector {
  leads = false;
  readonly #calendar: Calendar;
  readonly #client: ApiClient;
  readonly #timing: LeaderElection;
  readonly #random: Random;
  readonly #candidate: Candidate;
  #observed: Observed | undefined;
  #cancelled = false;

  constructor(calendar: Calendar, client: ApiClient, timing: LeaderElection, random: Random, candidate: Candidate) {
    this.#calendar = calendar;
    this.#client = client;
    this.#timing = timing;
    this.#random = random;
    this.#candidate = candidate;
  }

  /** From the first look to the end of its leadership. */
  *run(): Script {
    const { retryPeriodUs } = this.#timing;
    while (!(yield* this.#try(Infinity))) {
      // A fraction of a thousandth is nothing.
      yield* sleep(retryPeriodUs * (1 + (JITTER * this.#random.int(1000)) / 1000));
    }
    if (this.#cancelled) return;
    this.leads = true;
    this.#event('became leader');
    this.#candidate.led();
    while (yield* this.#renewed()) yield* sleep(retryPeriodUs);
    if (this.#cancelled) return;
    yield* this.#giveUp();
    this.#candidate.lost();
  }

  /** The process ends in order: a lease that it holds is given back, if that is its way. */
  *cancel(): Generator<Wait, void, unknown> {
    if (this.#cancelled) return;
    this.#cancelled = true;
    if (this.leads) yield* this.#giveUp();
  }

  *#giveUp(): Generator<Wait, void, unknown> {
    this.#event('stopped leading');
    if (this.#candidate.releases) yield* this.#release();
    this.leads = false;
  }

  /** Whether the lease was renewed before the deadline: a try fails, and is repeated at the period. */
  *#renewed(): Generator<Wait, boolean, unknown> {
    const { retryPeriodUs, renewDeadlineUs } = this.#timing;
    const deadlineUs = this.#calendar.now + renewDeadlineUs;
    for (;;) {
      const beganUs = this.#calendar.now;
      if (yield* this.#try(deadlineUs)) return true;
      const nextUs = Math.max(beganUs + retryPeriodUs, this.#calendar.now);
      yield* sleep(Math.max(0, Math.min(nextUs, deadlineUs) - this.#calendar.now));
      if (this.#calendar.now >= deadlineUs || this.#cancelled) return false;
    }
  }

  /** One look, and one write if the lease is to be had: whether this candidate holds it now. */
  *#try(deadlineUs: number): Generator<Wait, boolean, unknown> {
    const own = this.#observed;
    // Its own view is good enough as long as the lease runs.
    if (own !== undefined && this.#holds(own.object.spec) && this.#runs(own) && (yield* this.#renew(own, deadlineUs)))
      return true;
    if (!(yield* this.#answered(this.#client.read(own?.row ?? 0), deadlineUs))) return false;
    const seen = this.#look();
    if (seen === undefined) return yield* this.#create(deadlineUs);
    const { holderIdentity } = seen.object.spec;
    if (holderIdentity !== '' && !this.#holds(seen.object.spec) && this.#runs(seen)) return false;
    return yield* this.#renew(seen, deadlineUs);
  }

  /** The lease as the answer to a read has it; it counts as new from now on when it is another one than that seen last. */
  #look(): Observed | undefined {
    const row = this.#client.api.registry.objects.find('Lease', LEASES, this.#candidate.lease);
    const object = this.#client.answered(row) as LeaseObject | undefined;
    if (object === undefined) return undefined;
    const before = this.#observed;
    const same = before !== undefined && sameRecord(object.spec, before.object.spec);
    this.#observed = { row, object, atUs: same ? before.atUs : this.#calendar.now };
    return this.#observed;
  }

  *#create(deadlineUs: number): Generator<Wait, boolean, unknown> {
    const { lease, identity } = this.#candidate;
    const record = heldBy(identity, this.#seconds, this.#calendar.now);
    return (yield* this.#answered(this.#client.create(leaseOf(lease, record)), deadlineUs)) && this.#wrote();
  }

  /** PUT of the record with which this candidate holds the lease, on top of what it saw. */
  *#renew({ row, object }: Observed, deadlineUs: number): Generator<Wait, boolean, unknown> {
    const { lease, identity } = this.#candidate;
    const record = heldBy(identity, this.#seconds, this.#calendar.now, object.spec);
    const written = this.#client.update(row, leaseOf(lease, record, object));
    return (yield* this.#answered(written, deadlineUs)) && this.#wrote();
  }

  /** The answer to a write has the lease as it is now. */
  #wrote(): boolean {
    const seen = this.#look();
    return seen !== undefined && this.#holds(seen.object.spec);
  }

  *#release(): Generator<Wait, void, unknown> {
    const own = this.#observed;
    if (own === undefined || !this.#holds(own.object.spec)) return;
    const { now } = this.#calendar;
    const lease = leaseOf(this.#candidate.lease, releasedBy(own.object.spec, now), own.object);
    yield* this.#answered(this.#client.update(own.row, lease), now + this.#timing.renewDeadlineUs);
  }

  /** Whether a request succeeds; it has half the deadline to do so. */
  *#answered(answer: Signal<number>, deadlineUs: number): Generator<Wait, boolean, unknown> {
    const limitUs = Math.min(this.#timing.renewDeadlineUs / 2, deadlineUs - this.#calendar.now);
    const result = yield* within(this.#calendar, answer, Math.max(0, limitUs));
    return result !== undefined && result >= 0;
  }

  #holds({ holderIdentity }: LeaderRecord): boolean {
    return holderIdentity === this.#candidate.identity;
  }

  #runs({ object, atUs }: Observed): boolean {
    return atUs + object.spec.leaseDurationSeconds * 1e6 > this.#calendar.now;
  }

  get #seconds(): number {
    return Math.round(this.#timing.leaseDurationUs / 1e6);
  }

  #event(what: string): void {
    const row = this.#observed?.row;
    const said = `${this.#candidate.identity} ${what}`;
    if (row !== undefined) this.#client.objectEvent('Normal', 'LeaderElection', said, row);
  }
}
