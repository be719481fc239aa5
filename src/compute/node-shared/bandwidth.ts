// Hot dialect: a CPU quota: what cgroups may use together in each period, and how often and how long they were throttled.
import { CFS_PERIOD_US } from '../../model/cpu-cgroup.ts';
import type { Cgroup } from './cgroup.ts';

/** Books a look at a bandwidth. */
export type BookLook = (bandwidth: Bandwidth, atUs: number) => void;

const NEVER = -2;

/**
 * Periods lie on a grid of their own. A look is booked only where the quota may run out, at the instant at which it would. Counted
 * is as the kernel does: each period in which something ran and the one after it, in which the timer finds that nothing does;
 * periods at whose end something is throttled; and the time throttled, summed over the processors that were wanted.
 */
export class Bandwidth {
  readonly id: number;
  /** CPUs and µs a period. */
  cpus: number;
  quotaUs: number;
  readonly phaseUs: number;
  readonly members: Cgroup[] = [];
  /** CPUs that its members want. */
  want = 0.5;
  throttled = false;
  /** A look is booked for this time, under this token. */
  bookedUs = 0.5;
  token = 0;
  readonly #book: BookLook;
  readonly #mostCpus: number;
  #periodEndUs = 0.5;
  /** What members had used when the period began. */
  #startedUs = 0.5;
  #periods = 0;
  #throttledPeriods = 0;
  #throttledUs = 0.5;
  #throttledSinceUs = 0.5;
  /** The same of one processor, up to the last period that was throttled. */
  #stoodUs = 0.5;
  #stoodSinceUs = 0.5;
  /** The last period in which something is known to have run; and since when something wants to. */
  #lastPeriod = NEVER;
  #activeSince = NEVER;
  #isActive = false;
  #lookedUs = 0.5;

  /** `mostCpus`: the processors that there are. */
  constructor(id: number, quotaUs: number, phaseUs: number, mostCpus: number, book: BookLook) {
    this.id = id;
    this.quotaUs = quotaUs;
    this.cpus = quotaUs / CFS_PERIOD_US;
    this.phaseUs = phaseUs;
    this.#mostCpus = mostCpus;
    this.#book = book;
    this.want = 0;
    this.bookedUs = Infinity;
    this.#periodEndUs = 0;
    this.#startedUs = 0;
    this.#throttledUs = 0;
    this.#throttledSinceUs = 0;
    this.#stoodUs = 0;
    this.#stoodSinceUs = 0;
    this.#lookedUs = NEVER;
  }

  /** Whether no quota can bind while no more is wanted than now. */
  isSafe(nowUs: number): boolean {
    if (this.throttled || this.want > this.cpus) return false;
    return this.usedInPeriodUs(nowUs) <= this.cpus * (nowUs - (this.#periodEndUs - CFS_PERIOD_US)) + 1e-6;
  }

  usedInPeriodUs(nowUs: number): number {
    return this.#used(nowUs) - this.#startedUs;
  }

  /** Before anything changes: begins the period that it is by now. */
  roll(nowUs: number): void {
    if (nowUs < this.#periodEndUs) return;
    const startUs = this.phaseUs + this.#period(nowUs) * CFS_PERIOD_US;
    this.#startedUs = this.#used(startUs);
    this.#periodEndUs = startUs + CFS_PERIOD_US;
  }

  /** Before what is wanted becomes more or less by so many CPUs. */
  wantMore(cpus: number, nowUs: number): void {
    this.roll(nowUs);
    if (this.throttled) this.#accrue(nowUs);
    this.want = Math.abs(this.want + cpus) < 1e-9 ? 0 : this.want + cpus;
    const wants = this.want > 0;
    if (wants === this.#isActive) return;
    if (wants) this.#activeSince = this.#period(nowUs);
    else this.#ran(this.#activeSince, nowUs);
    this.#isActive = wants;
  }

  join(cgroup: Cgroup, nowUs: number): void {
    if (this.throttled) this.#letRun(nowUs);
    this.roll(nowUs);
    this.members.push(cgroup);
    this.wantMore(cgroup.want, nowUs);
  }

  leave(cgroup: Cgroup, nowUs: number): void {
    if (this.throttled) this.#letRun(nowUs);
    this.wantMore(-cgroup.want, nowUs);
    this.members.splice(this.members.indexOf(cgroup), 1);
  }

  /** A quota is written: as in the kernel there is all of it for the rest of the period, and what was throttled runs again. */
  refill(quotaUs: number, nowUs: number): void {
    this.roll(nowUs);
    this.quotaUs = quotaUs;
    this.cpus = quotaUs / CFS_PERIOD_US;
    this.#startedUs = this.#used(nowUs);
    if (this.throttled) this.#letRun(nowUs);
    this.check(nowUs);
  }

  /** After a change: books a look if the quota may run out, unless there is an earlier one. */
  check(nowUs: number): void {
    if (this.throttled) return;
    const cpus = this.#usesCpus();
    if (cpus <= 0) return;
    const leftUs = Math.max(0, this.quotaUs - this.usedInPeriodUs(nowUs));
    for (const cgroup of this.members) if (cgroup.isShort && cgroup.cpus.limits(cgroup, leftUs, nowUs)) return;
    let atUs = nowUs + Math.floor(leftUs / cpus);
    if (atUs >= this.#periodEndUs) {
      if (cpus <= this.cpus) return;
      atUs = this.#periodEndUs + Math.floor(this.quotaUs / cpus);
    }
    if (atUs < this.bookedUs) this.#book(this, atUs);
  }

  /** The look that was booked. */
  look(nowUs: number): void {
    this.bookedUs = Infinity;
    if (this.throttled) {
      this.#release(nowUs);
      return;
    }
    this.roll(nowUs);
    const cpus = this.#usesCpus();
    if (cpus <= 0 || this.quotaUs - this.usedInPeriodUs(nowUs) >= cpus) {
      this.check(nowUs);
    } else if (this.#lookedUs < nowUs) {
      // What ends in this very instant is not throttled.
      this.#lookedUs = nowUs;
      this.#book(this, nowUs);
    } else {
      this.#throttle(nowUs);
    }
  }

  /** Periods so far in which the timer ran, as of an instant. */
  periods(nowUs: number): number {
    const last = this.#isActive ? Math.max(this.#activeSince, this.#lastIn(nowUs)) : this.#lastPeriod;
    const counted = this.#isActive ? this.#periods + this.#added(this.#activeSince, last) : this.#periods;
    if (last === NEVER) return 0;
    return counted - Math.max(0, last + 2 - this.#period(nowUs));
  }

  throttledPeriods(): number {
    return this.#throttledPeriods;
  }

  throttledUs(nowUs: number): number {
    return this.#throttledUs + (this.throttled ? (nowUs - this.#throttledSinceUs) * this.#wantedCpus() : 0);
  }

  /** Time for which what it limits has stood still, however many processors would have been used. */
  stoodUs(nowUs: number): number {
    return this.#stoodUs + (this.throttled ? nowUs - this.#stoodSinceUs : 0);
  }

  #throttle(nowUs: number): void {
    const { cpus } = this.members[0];
    this.throttled = true;
    this.#throttledSinceUs = nowUs;
    this.#stoodSinceUs = nowUs;
    for (const cgroup of this.members) {
      if (!cgroup.gathered && cgroup.count > 0) cgroup.work!.gather(cgroup);
      cpus.want -= cgroup.want;
      cpus.unlist(cgroup, 0, nowUs);
      cgroup.run(0, nowUs);
    }
    this.#book(this, this.#periodEndUs);
    cpus.changed(nowUs);
  }

  /** The period ends. */
  #release(nowUs: number): void {
    this.#throttledPeriods += 1;
    this.#letRun(nowUs);
    this.check(nowUs);
  }

  #letRun(nowUs: number): void {
    const { cpus } = this.members[0];
    this.#accrue(nowUs);
    this.#stoodUs += nowUs - this.#stoodSinceUs;
    this.throttled = false;
    this.roll(nowUs);
    for (const cgroup of this.members) cpus.want += cgroup.want;
    for (const cgroup of this.members) {
      if (cpus.contended && cgroup.want > 0) cpus.list(cgroup);
      else cgroup.run(1, nowUs);
    }
    cpus.changed(nowUs);
  }

  #accrue(nowUs: number): void {
    this.#throttledUs += (nowUs - this.#throttledSinceUs) * this.#wantedCpus();
    this.#throttledSinceUs = nowUs;
  }

  #wantedCpus(): number {
    return Math.min(this.want, this.#mostCpus);
  }

  #usesCpus(): number {
    let cpus = 0;
    for (const cgroup of this.members) cpus += cgroup.usesCpus;
    return cpus;
  }

  #used(untilUs: number): number {
    let us = 0;
    for (const cgroup of this.members) us += cgroup.usedUs(untilUs);
    return us;
  }

  #period(atUs: number): number {
    return Math.floor((atUs - this.phaseUs) / CFS_PERIOD_US);
  }

  /** The period in which something ran last that ran until now. */
  #lastIn(nowUs: number): number {
    return this.#period(nowUs - 1);
  }

  #ran(from: number, untilUs: number): void {
    const to = Math.max(from, this.#lastIn(untilUs));
    this.#periods += this.#added(from, to);
    this.#lastPeriod = Math.max(this.#lastPeriod, to);
  }

  /** Periods that are counted again when something runs in these. */
  #added(from: number, to: number): number {
    const last = this.#lastPeriod;
    if (last === NEVER || from > last + 1) return to - from + 2;
    return Math.max(0, to - last);
  }
}
