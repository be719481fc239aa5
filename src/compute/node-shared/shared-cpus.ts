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
  /** Cgroups whose process runs. */
  readonly running: Cgroup[] = [];
  /** While contended: those that want CPU, and some that no longer do. */
  readonly #active: Cgroup[] = [];
  readonly #burstable = new Share(1);
  readonly #bestEffort = new Share(weightOfMilli(0));
  #burstableMilli = 0;
  readonly #top: Share[] = [];
  readonly #pods: PodGroup[] = [];
  readonly #scratch: Share[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
    this.want = 0;
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
    this.#count(nowUs);
    this.#grantPods();
    for (const cgroup of this.#active) {
      if (cgroup.isThrottled()) continue;
      if (!cgroup.gathered && cgroup.count > 0) cgroup.work!.gather(cgroup);
      cgroup.setRate(cgroup.want === 0 ? 1 : Math.min(1, cgroup.grant / cgroup.want), nowUs);
    }
  }

  /** Sums up what containers want by pod; forgets those that want nothing. */
  #count(nowUs: number): void {
    const active = this.#active;
    const pods = this.#pods;
    pods.length = 0;
    let want = 0;
    for (let i = active.length - 1; i >= 0; i -= 1) {
      const cgroup = active[i];
      if (cgroup.want <= 0) {
        this.#unlist(i);
        if (!cgroup.isThrottled()) cgroup.setRate(1, nowUs);
        continue;
      }
      if (cgroup.isThrottled()) continue;
      const { pod } = cgroup;
      if (pod.active === 0) {
        pod.want = 0;
        pods.push(pod);
      }
      pod.want += cgroup.want;
      pod.active += 1;
      pod.only = cgroup;
      want += cgroup.want;
    }
    // Whatever rounding has added up is gone.
    this.want = want;
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
