// Hot dialect: the CPU time used so far by each pod and node, exact at any instant without an event of its own.
import { grown, nextCapacity } from '../model/columns.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

/** Doubles of a pod: at time t it has used `lines[PAIR * pod] + lines[PAIR * pod + 1] · t` µs. */
export const PAIR = 2;
/** Ints of a pod. */
const INTS = 3;
const Field = { Epoch: 0, Node: 1, Container: 2 } as const;

const NONE = -1;

/** A pod uses CPU at a rate that changes when work begins and ends, so that what it has used is a line in time between two changes. */
export class CpuAccount {
  lines = new Float64Array(0);
  #ints = new Int32Array(0);
  /** By pod: what it had used when its present process began. */
  #beforeUs = new Float64Array(0);
  /** By node: what pods used whose rows others have now; and what all have used, as of `#summedUs`. */
  #goneUs = new Float64Array(0);
  #sumsUs = new Float64Array(0);
  #summedUs = 0.5;

  constructor() {
    this.#summedUs = NONE;
  }

  /** A container of a pod runs: what is used from now on is of this pod. */
  open(pod: PodRow, epoch: number, node: NodeRow, container: number, nowUs: number): void {
    if (pod >= this.#ints.length / INTS) this.#grow(pod);
    if (node >= this.#goneUs.length) this.#growNodes(node);
    const at = INTS * pod;
    const before = this.#ints[at + Field.Epoch];
    if (before !== epoch) {
      if (before !== NONE) this.#goneUs[this.#ints[at + Field.Node]] += this.#usedUs(pod, nowUs);
      this.lines[PAIR * pod] = 0;
      this.lines[PAIR * pod + 1] = 0;
      this.#summedUs = NONE;
    }
    this.#ints[at + Field.Epoch] = epoch;
    this.#ints[at + Field.Node] = node;
    this.#ints[at + Field.Container] = container;
  }

  /** The pod's process has ended: it uses nothing, and the next one counts from 0. */
  end(pod: PodRow, nowUs: number): void {
    this.set(pod, 0, nowUs);
    this.#beforeUs[pod] = this.#usedUs(pod, nowUs);
  }

  /** The pod uses that much more CPU per µs from now on. */
  change(pod: PodRow, by: number, nowUs: number): void {
    this.lines[PAIR * pod] -= by * nowUs;
    this.lines[PAIR * pod + 1] += by;
  }

  /** The pod uses so much CPU per µs from now on. */
  set(pod: PodRow, rate: number, nowUs: number): void {
    this.change(pod, rate - this.lines[PAIR * pod + 1], nowUs);
  }

  /** The pod uses some CPU in no time. */
  add(pod: PodRow, usedUs: number): void {
    this.lines[PAIR * pod] += usedUs;
    this.#summedUs = NONE;
  }

  podUs(pod: PodRow, epoch: number, nowUs: number): number {
    return this.#is(pod, epoch) ? this.#usedUs(pod, nowUs) : 0;
  }

  containerUs(pod: PodRow, epoch: number, container: number, nowUs: number): number {
    const used = this.#is(pod, epoch) && this.#ints[INTS * pod + Field.Container] === container;
    return used ? this.#usedUs(pod, nowUs) : 0;
  }

  processUs(pod: PodRow, epoch: number, container: number, nowUs: number): number {
    const usedUs = this.containerUs(pod, epoch, container, nowUs);
    return usedUs === 0 ? 0 : usedUs - this.#beforeUs[pod];
  }

  /** Looks at all pods once an instant, however many nodes are asked for. */
  nodeUs(node: NodeRow, nowUs: number): number {
    if (nowUs !== this.#summedUs) this.#sum(nowUs);
    return node < this.#sumsUs.length ? this.#sumsUs[node] : 0;
  }

  #is(pod: PodRow, epoch: number): boolean {
    return pod < this.#ints.length / INTS && this.#ints[INTS * pod + Field.Epoch] === epoch;
  }

  #usedUs(pod: PodRow, nowUs: number): number {
    return this.lines[PAIR * pod] + this.lines[PAIR * pod + 1] * nowUs;
  }

  #sum(nowUs: number): void {
    this.#sumsUs.set(this.#goneUs);
    for (let pod = 0 as PodRow; pod < this.#ints.length / INTS; pod = (pod + 1) as PodRow) {
      if (this.#ints[INTS * pod + Field.Epoch] === NONE) continue;
      this.#sumsUs[this.#ints[INTS * pod + Field.Node]] += this.#usedUs(pod, nowUs);
    }
    this.#summedUs = nowUs;
  }

  #grow(pod: PodRow): void {
    const old = this.#ints.length / INTS;
    let capacity = old;
    while (pod >= capacity) capacity = nextCapacity(capacity);
    this.#ints = grown(this.#ints, INTS * capacity).fill(NONE, INTS * old);
    this.lines = grown(this.lines, PAIR * capacity);
    this.#beforeUs = grown(this.#beforeUs, capacity);
  }

  #growNodes(node: NodeRow): void {
    let capacity = this.#goneUs.length;
    while (node >= capacity) capacity = nextCapacity(capacity);
    this.#goneUs = grown(this.#goneUs, capacity);
    this.#sumsUs = grown(this.#sumsUs, capacity);
    this.#summedUs = NONE;
  }
}
