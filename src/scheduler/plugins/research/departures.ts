// Hot dialect: what will be free on a node when pods of known length have left it.
import { grown } from '../../../model/columns.ts';
import type { PodClass } from '../../../model/pod-class.ts';
import type { SchedulerCache } from '../../cache/cache.ts';
import { capacityColumn, requestOf, usedColumn } from '../resource-columns.ts';
import type { NodeRow, PodRow } from '../../../model/rows.ts';

/** An overdue pod may end at any moment: after the current one. */
const SOON_US = 1;
const PLAIN = ['cpu', 'memory', 'ephemeral-storage'] as const;

/** When each pod will leave, and what that makes free. */
export class Departures {
  /** By pod row: the expected end of a pod with that epoch, µs. */
  #endsUs = new Float64Array(0);
  #epochs = new Int32Array(0);
  readonly #cache: SchedulerCache;

  constructor(cache: SchedulerCache) {
    this.#cache = cache;
  }

  set(pod: PodRow, epoch: number, endsUs: number): void {
    if (pod >= this.#endsUs.length) {
      const capacity = Math.max(64, pod + 1, this.#endsUs.length * 2);
      this.#endsUs = grown(this.#endsUs, capacity);
      this.#epochs = grown(this.#epochs, capacity).fill(-1, this.#epochs.length);
    }
    this.#endsUs[pod] = endsUs;
    this.#epochs[pod] = epoch;
  }

  /** Infinity for a pod of which nothing is known. */
  endOf(pod: PodRow, nowUs: number): number {
    const known = pod < this.#epochs.length && this.#epochs[pod] === this.#cache.podEpoch[pod];
    return known ? Math.max(nowUs + SOON_US, this.#endsUs[pod]) : Infinity;
  }

  /**
   * The earliest time at which the pod's requests fit on the node if nobody else comes: now, when one of the pods there ends, or
   * Infinity when it has to wait for a pod whose end nobody knows.
   */
  earliestFit({ shape }: PodClass, node: NodeRow, nowUs: number): number {
    const ends = new Set<number>([nowUs, ...this.endsOn(node, nowUs)]);
    for (const atUs of [...ends].sort((a, b) => a - b)) {
      if (atUs < Infinity && this.fits([shape], node, nowUs, atUs)) return atUs;
    }
    return Infinity;
  }

  /** Whether both pods' requests fit on the node at a time to come, beside those that will still be there then. */
  fitBoth(one: PodClass, other: PodClass, node: NodeRow, nowUs: number, atUs: number): boolean {
    return this.fits([one.shape, other.shape], node, nowUs, Math.max(nowUs + SOON_US, atUs));
  }

  /** When the pods on the node are expected to leave it, µs; Infinity for those of which nothing is known. */
  endsOn(node: NodeRow, nowUs: number): number[] {
    const ends: number[] = [];
    for (let pod = this.#cache.firstPod[node]; pod >= 0; pod = this.#cache.nextPod[pod])
      ends.push(this.endOf(pod, nowUs));
    return ends;
  }

  /** Whether pods of these shapes fit on the node at a time, beside those that will still be there then. */
  fits(shapes: readonly PodClass['shape'][], node: NodeRow, nowUs: number, atUs: number): boolean {
    const cache = this.#cache;
    if (cache.present[node] !== 1) return false;
    const { classes } = cache.state;
    let pods = cache.podCount[node];
    for (let pod = cache.firstPod[node]; pod >= 0; pod = cache.nextPod[pod]) {
      if (this.endOf(pod, nowUs) <= atUs) pods -= 1;
    }
    if (pods + shapes.length > cache.maxPods[node]) return false;
    const names = new Set([...PLAIN, ...shapes.flatMap(({ extended }) => Object.keys(extended))]);
    for (const name of names) {
      let wanted = 0;
      for (const shape of shapes) wanted += requestOf(shape, name);
      if (wanted === 0) continue;
      let used = usedColumn(cache, name, false)[node];
      for (let pod = cache.firstPod[node]; pod >= 0; pod = cache.nextPod[pod]) {
        if (this.endOf(pod, nowUs) <= atUs) used -= requestOf(classes.get(cache.podClass[pod]).shape, name);
      }
      if (wanted > capacityColumn(cache, name)[node] - used) return false;
    }
    return true;
  }
}
