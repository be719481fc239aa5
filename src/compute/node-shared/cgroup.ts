// Hot dialect: the cgroup of a container: what it wants of the processors, the rate at which it gets it, and what it has used beside its work.
import type { NodeRow, PodRow } from '../../model/rows.ts';
import { WorkHeap } from '../work-heap.ts';
import type { Bandwidth } from './bandwidth.ts';
import type { PodGroup } from './pod-group.ts';
import type { SharedCpus } from './shared-cpus.ts';
import { Share } from './share.ts';

const NONE = -1;

/** Who keeps the work of a cgroup. */
export interface CgroupWork {
  /** Items that were on their own from now on share a rate. */
  gather(cgroup: Cgroup): void;
  /** The rate is another one from now on. */
  rateChanged(cgroup: Cgroup): void;
  /** While the cgroup was short each of its items has had so much work done. */
  worked(cgroup: Cgroup, us: number): void;
  /** The first of its items is done. */
  firstDone(cgroup: Cgroup): void;
  /** CPU time that the work has used, µs, up to a time since its last change. */
  usedUs(cgroup: Cgroup, untilUs: number): number;
}

/**
 * An item of work is *alone* while nothing stands in its way: it ends when it has had its time. Where processors are scarce, or a quota
 * may bind, the items of a cgroup are *gathered*: all are worked on at one rate, and leave in the order of what they need.
 */
export class Cgroup extends Share {
  readonly pod: PodGroup;
  readonly row: PodRow;
  readonly container: number;
  readonly cpus: SharedCpus;
  readonly node: NodeRow;
  readonly speed: number;
  bandwidth: Bandwidth | undefined;
  work: CgroupWork | undefined;
  /** Who has it open: its work, what is used beside it. */
  users = 0;
  /** Items of work, and the CPUs that they would use at full rate. */
  count = 0;
  demand = 0.5;
  /** CPUs that are wanted beside work. */
  standing = 0.5;
  gathered = false;
  /** Its place among those that compete, while they do; -1 while it runs by itself. */
  slot = NONE;
  /** It gets less than it wants: its work proceeds by virtual time, so much by µs of it. Otherwise by time, at the rate: 1, or 0 while it is throttled. */
  isShort = false;
  pace = 0.5;
  rate = 0.5;
  /** Gathered items: the work that each has had, as of `sinceUs`, which is virtual time while it is short. */
  attainedUs = 0.5;
  sinceUs = 0.5;
  /** When a look at its quota was taken, and after how many changes. */
  lookedUs = 0.5;
  lookedAt = NONE;
  readonly heap = new WorkHeap();
  /** When the next end is booked, and under which token. */
  bookedUs = 0.5;
  token = 0;
  /** The first of the items that are alone. */
  first = NONE;
  /** At time t it has used this much beside its work: a line. */
  #standingUs = 0.5;
  #standingRate = 0.5;

  constructor(pod: PodGroup, container: number, weight: number, cpus: SharedCpus, node: NodeRow, speed: number) {
    super(weight);
    this.node = node;
    this.speed = speed;
    this.pod = pod;
    this.row = pod.pod;
    this.container = container;
    this.cpus = cpus;
    this.demand = 0;
    this.standing = 0;
    this.rate = 1;
    this.pace = 0;
    this.lookedUs = NONE;
    this.attainedUs = 0;
    this.sinceUs = 0;
    this.bookedUs = Infinity;
    this.#standingUs = 0;
    this.#standingRate = 0;
  }

  /** Progress of work and of what is used beside it now, as a part of full speed. */
  get speedNow(): number {
    return this.isShort ? this.pace * this.cpus.pace : this.rate;
  }

  /** CPUs that it uses now. */
  get usesCpus(): number {
    return this.speedNow * this.want;
  }

  setWant(cpus: number): void {
    this.want = cpus;
    if (this.slot >= 0) this.cpus.wants(this);
  }

  isThrottled(): boolean {
    return this.bandwidth?.throttled === true;
  }

  /** Before it wants more or less: its work, and what is used beside it, proceed up to now. */
  advance(nowUs: number): void {
    if (!this.isShort) {
      this.attainedUs += (nowUs - this.sinceUs) * this.rate;
      this.sinceUs = nowUs;
      return;
    }
    const us = this.shortUs(nowUs);
    this.sinceUs = this.cpus.virtualUs(nowUs);
    if (us === 0) return;
    this.attainedUs += us;
    this.#standingUs += us * this.standing;
    this.work?.worked(this, us);
  }

  /** It runs at that rate from now on; false where it did. */
  run(rate: 0 | 1, nowUs: number): boolean {
    if (rate === this.rate && !this.isShort) return false;
    this.bandwidth?.roll(nowUs);
    this.advance(nowUs);
    this.isShort = false;
    this.sinceUs = nowUs;
    this.rate = rate;
    this.drawLine(nowUs);
    this.work?.rateChanged(this);
    this.bandwidth?.check(nowUs);
    return true;
  }

  /** It proceeds by virtual time from now on, at that pace. */
  slow(pace: number, nowUs: number): void {
    this.bandwidth?.roll(nowUs);
    this.advance(nowUs);
    this.pace = pace;
    if (!this.isShort) {
      this.isShort = true;
      this.sinceUs = this.cpus.virtualUs(nowUs);
      this.drawLine(nowUs);
      this.work?.rateChanged(this);
    }
    this.bandwidth?.check(nowUs);
  }

  /** When the first of its gathered items is done, in virtual time if it is short. */
  endUs(nowUs: number): number {
    const { heap } = this;
    if (heap.count === 0) return Infinity;
    const us = heap.firstUs - this.attainedUs;
    if (!this.isShort) return Math.max(nowUs, this.sinceUs + Math.round(us));
    return us <= 0 ? this.sinceUs : this.sinceUs + us / this.pace;
  }

  /** What is used beside work changes from now on; while it is short it stands still, and grows with the work. */
  drawLine(nowUs: number): void {
    const rate = this.isShort ? 0 : this.rate * this.standing;
    this.#standingUs += (this.#standingRate - rate) * nowUs;
    this.#standingRate = rate;
  }

  standingUs(untilUs: number): number {
    return this.#standingUs + this.#standingRate * untilUs + this.shortUs(untilUs) * this.standing;
  }

  usedUs(untilUs: number): number {
    return this.standingUs(untilUs) + (this.work === undefined ? 0 : this.work.usedUs(this, untilUs));
  }

  /** The work that was done of each item while it is short, since it was last brought up to date. */
  shortUs(untilUs: number): number {
    return this.isShort ? (this.cpus.virtualUs(untilUs) - this.sinceUs) * this.pace : 0;
  }
}
