// Hot dialect: how the tree of cgroups divides processors: kubepods among slices and Guaranteed pods, these among pods, a pod among its containers.
import { weightOfMilli } from '../../model/cpu-cgroup.ts';
import type { Cgroup } from './cgroup.ts';
import type { PodGroup } from './pod-group.ts';
import { divide, Share } from './share.ts';

export class CpuTree {
  readonly #burstable = new Share(1);
  readonly #bestEffort = new Share(weightOfMilli(0));
  #burstableMilli = 0;
  readonly #top: Share[] = [];
  readonly #pods: PodGroup[] = [];
  readonly #scratch: Share[] = [];

  /** A pod comes or goes: the weight of its slice is that of what its pods request. */
  weigh(pod: PodGroup, sign: 1 | -1): void {
    if (pod.qos !== 'Burstable') return;
    this.#burstableMilli += sign * pod.requestMilli;
    this.#burstable.weight = weightOfMilli(this.#burstableMilli);
  }

  /** Grants each of the cgroups, all of those that want CPU, its part of the capacity. */
  grant(capacity: number, wanting: readonly Cgroup[]): void {
    this.#sumPods(wanting);
    this.#grantPods(capacity, wanting);
  }

  /** Sums up what containers want by pod. */
  #sumPods(wanting: readonly Cgroup[]): void {
    const pods = this.#pods;
    pods.length = 0;
    for (const cgroup of wanting) {
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

  #grantPods(capacity: number, wanting: readonly Cgroup[]): void {
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
    divide(capacity, top, top.length);
    if (burstable.want > 0) this.#grantSlice(burstable, 'Burstable');
    if (bestEffort.want > 0) this.#grantSlice(bestEffort, 'BestEffort');
    for (const pod of pods) {
      if (pod.active === 1) pod.only!.grant = pod.grant;
      else this.#grantContainers(pod, wanting);
      pod.active = 0;
    }
  }

  #grantSlice(slice: Share, qos: PodGroup['qos']): void {
    const inSlice = this.#scratch;
    inSlice.length = 0;
    for (const pod of this.#pods) if (pod.qos === qos) inSlice.push(pod);
    divide(slice.grant, inSlice, inSlice.length);
  }

  #grantContainers(pod: PodGroup, wanting: readonly Cgroup[]): void {
    const containers = this.#scratch;
    containers.length = 0;
    for (const one of pod.cgroups) if (one !== undefined && wanting[one.slot] === one) containers.push(one);
    divide(pod.grant, containers, containers.length);
  }
}
