// Hot dialect: the cgroup of a container: what it wants of the processors, the rate at which it gets it, and what it has used beside its work.
import type { NodeRow } from '../../model/rows.ts';
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
  /** CPU time that the work has used, µs, up to a time since its last change. */
  usedUs(cgroup: Cgroup, untilUs: number): number;
}

/**
 * An item of work is *alone* while nothing stands in its way: it ends when it has had its time. Where processors are scarce, or a quota
 * may bind, the items of a cgroup are *gathered*: all are worked on at one rate, and leave in the order of what they need.
 */
export class Cgroup extends Share {
  readonly pod: PodGroup;
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
  listed = false;
  /** Progress of work and of what is used beside it, as a part of full speed. */
  rate = 0.5;
  /** Gathered items: the work that each has had, as of `sinceUs`. */
  attainedUs = 0.5;
  sinceUs = 0.5;
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
    this.container = container;
    this.cpus = cpus;
    this.demand = 0;
    this.standing = 0;
    this.rate = 1;
    this.attainedUs = 0;
    this.sinceUs = 0;
    this.bookedUs = Infinity;
    this.#standingUs = 0;
    this.#standingRate = 0;
  }

  /** CPUs that it uses now. */
  get usesCpus(): number {
    return this.rate * this.want;
  }

  isThrottled(): boolean {
    return this.bandwidth?.throttled === true;
  }

  advance(nowUs: number): void {
    this.attainedUs += (nowUs - this.sinceUs) * this.rate;
    this.sinceUs = nowUs;
  }

  setRate(rate: number, nowUs: number): void {
    if (rate === this.rate) return;
    this.bandwidth?.roll(nowUs);
    this.advance(nowUs);
    this.rate = rate;
    this.drawLine(nowUs);
    this.work?.rateChanged(this);
    this.bandwidth?.check(nowUs);
  }

  /** What is used beside work changes from now on. */
  drawLine(nowUs: number): void {
    const rate = this.rate * this.standing;
    this.#standingUs += (this.#standingRate - rate) * nowUs;
    this.#standingRate = rate;
  }

  standingUs(untilUs: number): number {
    return this.#standingUs + this.#standingRate * untilUs;
  }

  usedUs(untilUs: number): number {
    return this.standingUs(untilUs) + (this.work === undefined ? 0 : this.work.usedUs(this, untilUs));
  }
}
