// Hot dialect: processors for which cgroups compete: those of a node, or some that belong to one container alone.
import { weightOfMilli } from '../../model/cpu-cgroup.ts';
import type { Cgroup } from './cgroup.ts';
import type { PodGroup } from './pod-group.ts';
import { divide, Share } from './share.ts';

const ROUNDING = 1e-9;

/**
 * What pods want up to the capacity they get. Beyond it the tree of cgroups divides: kubepods among Guaranteed pods and the slices of
 * the two other classes, these among their pods, and a pod among its containers, each by weights.
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
  /** While contended: those that want CPU, and some that no longer do. */
  readonly #active: Cgroup[] = [];
  /** Those of `#active` that divide the capacity now come first; and the level up to which they were granted CPU. */
  readonly #wanting: Cgroup[] = [];
  #level = 0.5;
  readonly #burstable = new Share(1);
  readonly #bestEffort = new Share(weightOfMilli(0));
  #burstableMilli = 0;
  readonly #top: Share[] = [];
  readonly #pods: PodGroup[] = [];
  readonly #scratch: Share[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
    this.want = 0;
    this.#level = 0;
  }

  /** Whether all get what they want. */
  get suffices(): boolean {
    return this.want <= this.capacity + ROUNDING;
  }

  /** A pod comes or goes: the weight of its slice is that of what its pods request. */
  weigh(pod: PodGroup, sign: 1 | -1): void {
    if (pod.qos !== 'Burstable') return;
    this.#burstableMilli += sign * pod.requestMilli;
    this.#burstable.weight = weightOfMilli(this.#burstableMilli);
  }

  start(cgroup: Cgroup): void {
    this.running.push(cgroup);
  }

  stop(cgroup: Cgroup): void {
    this.running.splice(this.running.indexOf(cgroup), 1);
    if (cgroup.listed) this.#unlist(this.#active.indexOf(cgroup));
  }

  /** While contended: the cgroup may want CPU from now on. */
  list(cgroup: Cgroup): void {
    if (cgroup.listed) return;
    cgroup.listed = true;
    this.#active.push(cgroup);
  }

  /** What is wanted, or the capacity, has changed. */
  changed(nowUs: number): void {
    this.changes += 1;
    if (this.suffices) {
      if (!this.contended) return;
      this.contended = false;
      for (const cgroup of this.#active) {
        cgroup.listed = false;
        if (!cgroup.isThrottled()) cgroup.setRate(1, nowUs);
      }
      this.#active.length = 0;
      return;
    }
    if (!this.contended) {
      this.contended = true;
      for (const cgroup of this.running) if (cgroup.want > 0) this.list(cgroup);
    }
    this.#divide(nowUs);
  }

  #divide(nowUs: number): void {
    const count = this.#collect(nowUs);
    if (this.#isLevel(count)) {
      this.#fill(count);
    } else {
      this.#sumPods(count);
      this.#grantPods();
    }
    const wanting = this.#wanting;
    for (let i = 0; i < count; i += 1) {
      const cgroup = wanting[i];
      if (!cgroup.gathered && cgroup.count > 0) cgroup.work!.gather(cgroup);
      cgroup.setRate(cgroup.grant >= cgroup.want ? 1 : cgroup.grant / cgroup.want, nowUs);
    }
  }

  /** Those that want CPU and are not throttled: gives how many. Forgets those that want nothing. */
  #collect(nowUs: number): number {
    const active = this.#active;
    const wanting = this.#wanting;
    let count = 0;
    let want = 0;
    for (let i = active.length - 1; i >= 0; i -= 1) {
      const cgroup = active[i];
      if (cgroup.want <= 0) {
        this.#unlist(i);
        if (!cgroup.isThrottled()) cgroup.setRate(1, nowUs);
      } else if (!cgroup.isThrottled()) {
        wanting[count] = cgroup;
        count += 1;
        want += cgroup.want;
      }
    }
    // Whatever rounding has added up is gone.
    this.want = want;
    return count;
  }

  /** Whether all weigh against each other: pods of one class with one container each. */
  #isLevel(count: number): boolean {
    const wanting = this.#wanting;
    if (count === 0) return false;
    const { qos } = wanting[0].pod;
    for (let i = 0; i < count; i += 1) if (wanting[i].pod.running !== 1 || wanting[i].pod.qos !== qos) return false;
    return true;
  }

  /**
   * Grants up to the water level L at which Σ min(want, L · weight) is the capacity. That sum is a concave function of the level, made of lines, so that Newton's steps
   * come to it from below, and mostly the level was nearly the same the last time.
   */
  #fill(count: number): void {
    const wanting = this.#wanting;
    let level = this.#level;
    for (;;) {
      let left = this.capacity;
      let weights = 0;
      for (let i = 0; i < count; i += 1) {
        const { want, pod } = wanting[i];
        if (want > level * pod.weight) weights += pod.weight;
        else left -= want;
      }
      // At a level at which all have what they want, more is wanted than there is: begin from nothing.
      const next = weights === 0 ? 0 : left / weights;
      if (next === level) break;
      // Rounding may have it go to and fro between two neighbours.
      if (weights !== 0 && Math.abs(next - level) <= ROUNDING * next) break;
      level = next;
    }
    this.#level = level;
    for (let i = 0; i < count; i += 1) {
      const one = wanting[i];
      one.grant = Math.min(one.want, level * one.pod.weight);
    }
  }

  /** Sums up what containers want by pod. */
  #sumPods(count: number): void {
    const wanting = this.#wanting;
    const pods = this.#pods;
    pods.length = 0;
    for (let i = 0; i < count; i += 1) {
      const cgroup = wanting[i];
      const { pod } = cgroup;
      if (pod.active === 0) {
        pod.want = 0;
        pods.push(pod);
      }
      pod.want += cgroup.want;
      pod.active += 1;
      pod.only = cgroup;
    }
  }

  #grantPods(): void {
    const top = this.#top;
    const pods = this.#pods;
    const burstable = this.#burstable;
    const bestEffort = this.#bestEffort;
    top.length = 0;
    burstable.want = 0;
    bestEffort.want = 0;
    for (const pod of pods) {
      if (pod.qos === 'Guaranteed') top.push(pod);
      else (pod.qos === 'Burstable' ? burstable : bestEffort).want += pod.want;
    }
    if (burstable.want > 0) top.push(burstable);
    if (bestEffort.want > 0) top.push(bestEffort);
    divide(this.capacity, top, top.length);
    if (burstable.want > 0) this.#grantSlice(burstable, 'Burstable');
    if (bestEffort.want > 0) this.#grantSlice(bestEffort, 'BestEffort');
    for (const pod of pods) {
      if (pod.active === 1) pod.only!.grant = pod.grant;
      else this.#grantContainers(pod);
      pod.active = 0;
    }
  }

  #grantSlice(slice: Share, qos: PodGroup['qos']): void {
    const inSlice = this.#scratch;
    inSlice.length = 0;
    for (const pod of this.#pods) if (pod.qos === qos) inSlice.push(pod);
    divide(slice.grant, inSlice, inSlice.length);
  }

  #grantContainers(pod: PodGroup): void {
    const containers = this.#scratch;
    containers.length = 0;
    for (const one of pod.cgroups) {
      if (one !== undefined && one.cpus === this && one.want > 0 && !one.isThrottled()) containers.push(one);
    }
    divide(pod.grant, containers, containers.length);
  }

  #unlist(at: number): void {
    const active = this.#active;
    active[at].listed = false;
    active[at] = active[active.length - 1];
    active.length -= 1;
  }
}
