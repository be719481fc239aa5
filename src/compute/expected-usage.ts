// CPU that the work of requests uses which are not simulated one by one: pods that are alike use what a line says, which somebody bends.
import { grown, nextCapacity } from '../model/columns.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

const NONE = -1;

/**
 * What a line has used is a polygon in time; a pod has used what its line has since the pod began to follow it. Nothing happens while it is used, and
 * one bend is one of all pods that follow. Times in µs, rates in CPUs.
 */
export class ExpectedUsage {
  #epoch = new Int32Array(0);
  #node = new Int32Array(0);
  #container = new Int32Array(0);
  #line = new Int32Array(0);
  /** Until it began to follow its line, and where the line was then; `#beforeUs` is what earlier processes of the pod used. */
  #usedUs = new Float64Array(0);
  #fromUs = new Float64Array(0);
  #beforeUs = new Float64Array(0);
  /** By line: where it was when it was bent, when that was, and its rate since. */
  readonly #lineUs: number[] = [];
  readonly #lineSinceUs: number[] = [];
  readonly #lineRate: number[] = [];
  /** By node: what pods used whose rows others have now; and what all have used, as of `#summedUs`. */
  #goneUs: number[] = [];
  #sumsUs: number[] = [];
  #summedUs = NONE;

  /** A line that nobody follows yet. */
  line(nowUs: number): number {
    this.#lineSinceUs.push(nowUs);
    this.#lineRate.push(0);
    return this.#lineUs.push(0) - 1;
  }

  /** Each pod that follows the line uses so much from now on. */
  bend(line: number, rate: number, nowUs: number): void {
    this.#lineUs[line] = this.#along(line, nowUs);
    this.#lineSinceUs[line] = nowUs;
    this.#lineRate[line] = rate;
    this.#summedUs = NONE;
  }

  /** The pod's container uses what the line says from now on; -1: nothing. */
  follow(pod: PodRow, epoch: number, node: NodeRow, container: number, line: number, nowUs: number): void {
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
    this.#line[pod] = line;
    this.#fromUs[pod] = line === NONE ? 0 : this.#along(line, nowUs);
  }

  /** The process of the pod has ended: it uses nothing any more, and the next one counts from 0. */
  end(pod: PodRow, nowUs: number): void {
    if (pod >= this.#epoch.length || this.#epoch[pod] === NONE) return;
    this.#usedUs[pod] = this.#now(pod, nowUs);
    this.#beforeUs[pod] = this.#usedUs[pod];
    this.#line[pod] = NONE;
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
    const line = this.#line[pod];
    return line === NONE ? this.#usedUs[pod] : this.#usedUs[pod] + this.#along(line, nowUs) - this.#fromUs[pod];
  }

  #along(line: number, nowUs: number): number {
    return this.#lineUs[line] + this.#lineRate[line] * (nowUs - this.#lineSinceUs[line]);
  }

  #grow(pod: PodRow): void {
    const old = this.#epoch.length;
    let capacity = old;
    while (pod >= capacity) capacity = nextCapacity(capacity);
    this.#epoch = grown(this.#epoch, capacity).fill(NONE, old);
    this.#node = grown(this.#node, capacity);
    this.#container = grown(this.#container, capacity);
    this.#line = grown(this.#line, capacity).fill(NONE, old);
    this.#usedUs = grown(this.#usedUs, capacity);
    this.#fromUs = grown(this.#fromUs, capacity);
    this.#beforeUs = grown(this.#beforeUs, capacity);
  }
}
