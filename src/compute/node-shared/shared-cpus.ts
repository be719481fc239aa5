// Hot dialect: processors for which cgroups compete: those of a node, or some that belong to one container alone.
import { grown } from '../../model/columns.ts';
import type { Cgroup } from './cgroup.ts';
import { CpuTree } from './cpu-tree.ts';
import { FirstEnds } from './first-ends.ts';
import type { PodGroup } from './pod-group.ts';
import { WaterLevel } from './water-level.ts';

const ROUNDING = 1e-9;
/** Where no more than this part of the capacity is wanted, cgroups are left to themselves again. */
const CALM = 0.75;
/** In place of the want by which a cgroup runs: it has just been listed; it gets all that it wants. */
const UNKNOWN = -1;
const FULL = 0;
/** After so many changes what is wanted is summed up anew: whatever rounding has added up is gone. */
const SUMS = 1024;

/** Books a look at processors. */
export type BookCpus = (cpus: SharedCpus, atUs: number) => void;

/**
 * What pods want up to the capacity they get. Beyond it there is a *level*, the CPUs by weight up to which everybody gets what he wants. Those who want more are *short*: each has the
 * level times his weight. Virtual time (as of weighted fair queueing) runs at the level, so that whatever it is, work that is short ends at a virtual time that stays, and its quota is
 * used up at one: a change of what one cgroup wants moves the level and touches no other cgroup, unless that falls below the level or rises above it.
 *
 * That is so where all cgroups weigh against each other: pods of one class with one container each. Elsewhere the tree of cgroups divides; then virtual time is time, and a cgroup's part
 * stands in place of its weight.
 */
export class SharedCpus {
  /** CPUs that pods get when they want more. */
  capacity = 0.5;
  /** CPUs wanted by cgroups that are not throttled. */
  want = 0.5;
  contended = false;
  /** How often somebody has said that something has changed. */
  changes = 0;
  /** Cgroups whose process runs. */
  readonly running: Cgroup[] = [];
  /** Virtual µs by µs. */
  pace = 0.5;
  readonly #tree = new CpuTree();
  readonly #level = new WaterLevel();
  readonly #ends = new FirstEnds();
  readonly #book: BookCpus;
  #virtualUs = 0.5;
  #sinceUs = 0.5;
  /** While contended: those that want CPU and are not throttled, each at its slot. */
  readonly #active: Cgroup[] = [];
  /** By slot: the want by which it runs. */
  #paced = new Float64Array(8);
  /** Those whose part is worked out anew. */
  readonly #touched: Cgroup[] = [];
  #touches = 0;
  /** How many of those that are listed have a quota. */
  #limited = 0;
  /** Whether all weigh against each other; to be found out again when others are listed. */
  #isLevel = true;
  #isKnown = false;
  /** The earliest look that is booked, and its token. */
  #bookedUs = 0.5;
  token = 0;
  #isBusy = false;

  constructor(capacity: number, book: BookCpus) {
    this.capacity = capacity;
    this.#book = book;
    this.want = 0;
    this.pace = 0;
    this.#virtualUs = 0;
    this.#sinceUs = 0;
    this.#bookedUs = Infinity;
  }

  /** Whether all get what they want. */
  get suffices(): boolean {
    return this.want <= this.capacity + ROUNDING;
  }

  /** At a time since the level last moved. */
  virtualUs(timeUs: number): number {
    return this.#virtualUs + this.pace * (timeUs - this.#sinceUs);
  }

  /** A pod comes or goes, or has another weight from now on. */
  weigh(pod: PodGroup, sign: 1 | -1): void {
    this.#tree.weigh(pod, sign);
    this.forget();
  }

  /** Weights or quotas are others: everybody's part is worked out anew. */
  forget(): void {
    this.#isKnown = false;
  }

  start(cgroup: Cgroup): void {
    this.running.push(cgroup);
    this.forget();
  }

  stop(cgroup: Cgroup, nowUs: number): void {
    this.running.splice(this.running.indexOf(cgroup), 1);
    this.unlist(cgroup, 1, nowUs);
    this.forget();
  }

  /** While contended: the cgroup wants CPU from now on. */
  list(cgroup: Cgroup): void {
    if (cgroup.slot >= 0) return;
    const slot = this.#active.push(cgroup) - 1;
    if (slot === this.#paced.length) this.#paced = grown(this.#paced, 2 * slot);
    cgroup.slot = slot;
    this.#paced[slot] = UNKNOWN;
    this.#ends.add(slot);
    this.#level.add(slot, cgroup.pod.weight);
    this.wants(cgroup);
    // Its look is this one's affair now.
    cgroup.token = (cgroup.token + 1) | 0;
    cgroup.bookedUs = Infinity;
    if (cgroup.bandwidth !== undefined) this.#limited += 1;
    if (this.#isLevel !== this.#fits(cgroup)) this.forget();
  }

  /** It wants nothing any more, it may not have it, or there is enough: it runs at that rate from now on, by itself. */
  unlist(cgroup: Cgroup, rate: 0 | 1, nowUs: number): void {
    const { slot } = cgroup;
    if (slot < 0) return;
    const last = this.#active.pop()!;
    const from = last.slot;
    last.slot = slot;
    if (last !== cgroup) this.#active[slot] = last;
    this.#paced[slot] = this.#paced[from];
    this.#ends.remove(slot, from);
    this.#level.remove(slot, from);
    cgroup.slot = -1;
    if (cgroup.bandwidth !== undefined) this.#limited -= 1;
    if (!this.#isLevel) this.forget();
    cgroup.advance(nowUs);
    if (!cgroup.run(rate, nowUs)) cgroup.work?.rateChanged(cgroup);
  }

  /** A cgroup that is listed wants more or less. */
  wants(cgroup: Cgroup): void {
    this.#touched[this.#touches] = cgroup;
    this.#touches += 1;
  }

  /** What is wanted, or the capacity, has changed. */
  changed(nowUs: number): void {
    this.changes += 1;
    if (!this.contended) {
      if (this.suffices) return;
      this.contended = true;
      for (const cgroup of this.running) if (cgroup.want > 0 && !cgroup.isThrottled()) this.list(cgroup);
    } else if (this.want <= CALM * this.capacity) {
      this.contended = false;
      for (let i = this.#active.length - 1; i >= 0; i -= 1) this.unlist(this.#active[i], 1, nowUs);
      this.#touches = 0;
      this.#move(0, nowUs);
      return;
    }
    const outer = this.#isBusy;
    this.#isBusy = true;
    this.#divide(nowUs);
    this.#isBusy = outer;
    this.bookNext(nowUs);
  }

  /** The first of the cgroup's work is another one. */
  renewEnd(cgroup: Cgroup, nowUs: number): void {
    this.#ends.set(cgroup.slot, cgroup.isShort, cgroup.endUs(nowUs));
  }

  /** A cgroup that is short has so much of its quota left. False where looks at it are to be booked as at any other. */
  limits(cgroup: Cgroup, leftUs: number, nowUs: number): boolean {
    if (!this.#isLevel) return false;
    this.#ends.limit(cgroup.slot, this.virtualUs(nowUs) + leftUs / this.#level.weightOf(cgroup.slot));
    this.bookNext(nowUs);
    return true;
  }

  /** Books a look for the next time at which work is done or a quota is used up, unless an earlier one is booked. */
  bookNext(nowUs: number): void {
    if (this.#isBusy) return;
    const atUs = this.#nextUs(nowUs);
    if (atUs >= this.#bookedUs) return;
    this.#bookedUs = atUs;
    this.token = (this.token + 1) | 0;
    this.#book(this, atUs);
  }

  /** The look that was booked. */
  look(nowUs: number): void {
    this.#bookedUs = Infinity;
    this.#isBusy = true;
    for (;;) {
      if (this.#endUs(nowUs) <= nowUs) {
        const cgroup = this.#active[this.#ends.first(nowUs)];
        cgroup.work!.firstDone(cgroup);
      } else if (this.#limited > 0 && this.#quotaUs(nowUs) <= nowUs) {
        this.#lookAtQuota(this.#active[this.#ends.firstQuota()], nowUs);
      } else {
        break;
      }
    }
    this.#isBusy = false;
    this.bookNext(nowUs);
  }

  #nextUs(nowUs: number): number {
    const endUs = this.#endUs(nowUs);
    return this.#limited === 0 ? endUs : Math.min(endUs, this.#quotaUs(nowUs));
  }

  /** When work is done next. */
  #endUs(nowUs: number): number {
    const shortUs = nowUs + Math.round(this.#untilUs(this.#ends.shortUs, nowUs));
    return Math.max(nowUs, Math.min(shortUs, this.#ends.freeUs));
  }

  /** When a quota of one that is short is used up next. */
  #quotaUs(nowUs: number): number {
    const atUs = nowUs + Math.floor(this.#untilUs(this.#ends.quotaUs, nowUs));
    if (atUs > nowUs) return atUs;
    // There is a µs of it left at least where somebody has just looked.
    const { lookedUs, lookedAt } = this.#active[this.#ends.firstQuota()];
    return lookedUs === nowUs && lookedAt === this.changes ? nowUs + 1 : nowUs;
  }

  /** How long it takes until that virtual time. */
  #untilUs(virtualUs: number, nowUs: number): number {
    const us = virtualUs - this.virtualUs(nowUs);
    return us <= 0 ? 0 : us / this.pace;
  }

  #lookAtQuota(cgroup: Cgroup, nowUs: number): void {
    cgroup.lookedUs = nowUs;
    cgroup.lookedAt = this.changes;
    this.#ends.limit(cgroup.slot, Infinity);
    cgroup.bandwidth!.look(nowUs);
  }

  #divide(nowUs: number): void {
    if (!this.#isKnown) this.#find();
    if (this.changes % SUMS === 0) this.#sum();
    if (this.#isLevel) this.#divideByLevel(nowUs);
    else this.#divideByTree(nowUs);
    this.#touches = 0;
  }

  #divideByLevel(nowUs: number): void {
    const touched = this.#touched;
    const level = this.#level;
    for (let i = 0; i < this.#touches; i += 1) {
      const cgroup = touched[i];
      if (cgroup.slot < 0) continue;
      if (cgroup.want > 0) level.put(cgroup.slot, cgroup.want);
      else this.unlist(cgroup, 1, nowUs);
    }
    const pace = level.find(this.suffices ? Infinity : this.capacity);
    for (let i = 0; i < level.crossings; i += 1) this.wants(this.#active[level.crossed[i]]);
    this.#move(pace, nowUs);
    for (let i = 0; i < this.#touches; i += 1) {
      const cgroup = touched[i];
      const { slot, want } = cgroup;
      if (slot < 0) continue;
      const isAbove = level.isAbove(slot);
      if (isAbove && this.#paced[slot] !== want) this.#slow(cgroup, level.weightOf(slot) / want, nowUs);
      else if (!isAbove && this.#paced[slot] !== FULL) this.#free(cgroup, nowUs);
      else this.renewEnd(cgroup, nowUs);
    }
  }

  #divideByTree(nowUs: number): void {
    const active = this.#active;
    for (let i = active.length - 1; i >= 0; i -= 1) if (active[i].want <= 0) this.unlist(active[i], 1, nowUs);
    this.#sum();
    const { suffices } = this;
    if (!suffices) this.#tree.grant(this.capacity, active);
    this.#move(1, nowUs);
    for (let i = 0; i < active.length; i += 1) {
      const { grant, want, isShort, pace } = active[i];
      if (suffices || grant >= want) {
        if (this.#paced[i] !== FULL) this.#free(active[i], nowUs);
      } else if (this.#paced[i] === UNKNOWN || !isShort || pace !== grant / want) {
        this.#slow(active[i], grant / want, nowUs);
      }
    }
    for (let i = 0; i < this.#touches; i += 1) if (this.#touched[i].slot >= 0) this.renewEnd(this.#touched[i], nowUs);
  }

  #sum(): void {
    let total = 0;
    for (const { want } of this.#active) total += want;
    this.want = total;
    this.#level.sum();
  }

  /** Virtual time runs at another pace from now on. */
  #move(pace: number, nowUs: number): void {
    if (pace === this.pace) return;
    if (this.#limited > 0) for (const { bandwidth } of this.#active) bandwidth?.roll(nowUs);
    this.#virtualUs = this.virtualUs(nowUs);
    this.#sinceUs = nowUs;
    this.pace = pace;
  }

  /** The cgroup gets less than it wants. */
  #slow(cgroup: Cgroup, pace: number, nowUs: number): void {
    if (this.#paced[cgroup.slot] === UNKNOWN) gather(cgroup);
    cgroup.slow(pace, nowUs);
    if (this.#paced[cgroup.slot] <= FULL) this.#ends.turn(cgroup.slot, true);
    this.#paced[cgroup.slot] = cgroup.want;
    this.renewEnd(cgroup, nowUs);
  }

  /** It gets all that it wants. */
  #free(cgroup: Cgroup, nowUs: number): void {
    if (this.#paced[cgroup.slot] === UNKNOWN) gather(cgroup);
    cgroup.run(1, nowUs);
    this.#ends.turn(cgroup.slot, false);
    this.#paced[cgroup.slot] = FULL;
    this.#ends.limit(cgroup.slot, Infinity);
    this.renewEnd(cgroup, nowUs);
  }

  /** Finds out whether all that want CPU weigh against each other, and works everybody's part out anew. */
  #find(): void {
    this.#isKnown = true;
    this.#isLevel = this.#active.every((one) => this.#fits(one));
    this.#limited = this.#active.filter(({ bandwidth }) => bandwidth !== undefined).length;
    this.#level.clear();
    this.#touches = 0;
    for (const [slot, cgroup] of this.#active.entries()) {
      this.#paced[slot] = UNKNOWN;
      this.#ends.limit(slot, Infinity);
      this.#level.add(slot, cgroup.pod.weight);
      this.wants(cgroup);
    }
  }

  /** Whether it weighs against the first one. */
  #fits({ pod }: Cgroup): boolean {
    return pod.running === 1 && pod.qos === this.#active[0].pod.qos;
  }
}

function gather(cgroup: Cgroup): void {
  if (!cgroup.gathered && cgroup.count > 0) cgroup.work!.gather(cgroup);
}
