// CPU that the work of requests uses which are not simulated one by one: by pod a rate, set by whoever knows it in expectation.
import { grown, nextCapacity } from '../model/columns.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

const NONE = -1;

/** Between two changes what a pod has used is a line in time; nothing happens while it is used. Times in µs, rates in CPUs. */
export class ExpectedUsage {
  #epoch = new Int32Array(0);
  #node = new Int32Array(0);
  #container = new Int32Array(0);
  /** As of `#sinceUs`; `#beforeUs` of it by earlier processes of the pod. */
  #usedUs = new Float64Array(0);
  #rate = new Float64Array(0);
  #sinceUs = new Float64Array(0);
  #beforeUs = new Float64Array(0);
  /** By node: what pods used whose rows others have now; and what all have used, as of `#summedUs`. */
  #goneUs: number[] = [];
  #sumsUs: number[] = [];
  #summedUs = NONE;

  /** The pod's container uses so much from now on. */
  set(pod: PodRow, epoch: number, node: NodeRow, container: number, rate: number, nowUs: number): void {
    if (pod >= this.#epoch.length) this.#grow(pod);
    this.#summedUs = NONE;
    if (this.#epoch[pod] === epoch) {
      this.#usedUs[pod] = this.#now(pod, nowUs);
    } else {
      if (this.#epoch[pod] !== NONE) {
        const of = this.#node[pod];
        this.#goneUs[of] = (this.#goneUs[of] ?? 0) + this.#now(pod, nowUs);
      }
      this.#epoch[pod] = epoch;
      this.#node[pod] = node;
      this.#usedUs[pod] = 0;
      this.#beforeUs[pod] = 0;
    }
    this.#container[pod] = container;
    this.#sinceUs[pod] = nowUs;
    this.#rate[pod] = rate;
  }

  /** The process of the pod has ended: it uses nothing any more, and the next one counts from 0. */
  end(pod: PodRow, nowUs: number): void {
    if (pod >= this.#epoch.length || this.#epoch[pod] === NONE) return;
    this.#usedUs[pod] = this.#now(pod, nowUs);
    this.#beforeUs[pod] = this.#usedUs[pod];
    this.#sinceUs[pod] = nowUs;
    this.#rate[pod] = 0;
    this.#summedUs = NONE;
  }

  podUs(pod: PodRow, epoch: number, nowUs: number): number {
    return pod < this.#epoch.length && this.#epoch[pod] === epoch ? this.#now(pod, nowUs) : 0;
  }

  containerUs(pod: PodRow, epoch: number, container: number, nowUs: number): number {
    return pod < this.#epoch.length && this.#container[pod] === container ? this.podUs(pod, epoch, nowUs) : 0;
  }

  /** By the current process of the container. */
  processUs(pod: PodRow, epoch: number, container: number, nowUs: number): number {
    const us = this.containerUs(pod, epoch, container, nowUs);
    return us === 0 ? 0 : us - this.#beforeUs[pod];
  }

  /** Looks at all pods once an instant, however many nodes are asked for. */
  nodeUs(node: NodeRow, nowUs: number): number {
    if (nowUs !== this.#summedUs) {
      this.#sumsUs = [...this.#goneUs];
      for (let pod = 0; pod < this.#epoch.length; pod += 1) {
        if (this.#epoch[pod] === NONE) continue;
        const of = this.#node[pod];
        this.#sumsUs[of] = (this.#sumsUs[of] ?? 0) + this.#now(pod as PodRow, nowUs);
      }
      this.#summedUs = nowUs;
    }
    return this.#sumsUs[node] ?? 0;
  }

  #now(pod: PodRow, nowUs: number): number {
    return this.#usedUs[pod] + this.#rate[pod] * (nowUs - this.#sinceUs[pod]);
  }

  #grow(pod: PodRow): void {
    const old = this.#epoch.length;
    let capacity = old;
    while (pod >= capacity) capacity = nextCapacity(capacity);
    this.#epoch = grown(this.#epoch, capacity).fill(NONE, old);
    this.#node = grown(this.#node, capacity);
    this.#container = grown(this.#container, capacity);
    this.#usedUs = grown(this.#usedUs, capacity);
    this.#rate = grown(this.#rate, capacity);
    this.#sinceUs = grown(this.#sinceUs, capacity);
    this.#beforeUs = grown(this.#beforeUs, capacity);
  }
}
