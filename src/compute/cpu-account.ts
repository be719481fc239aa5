// Hot dialect: the CPU time used so far by each pod and node, exact at any instant without an event of its own.
import type { Engine } from '../engine/engine.ts';
import { grown, nextCapacity } from '../model/columns.ts';
import type { SlownessOfWork } from './slowness.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

/** A pod is 32 bytes: two doubles, then ints. */
export const POD_REALS = 4;
export const POD_INTS = 2 * POD_REALS;
/** At time t it has used `Used` + `Rate` · t µs, but for what is booked in `Used` and still unused. */
export const PodReal = { Used: 0, Rate: 1 } as const;
/** `Token`: what is booked under an older one is void. */
export const PodInt = { Token: 4, Epoch: 5, Node: 6, Container: 7 } as const;

const NONE = -1;

/** CPU time that was booked in full when work began, and is not used yet. */
export interface UnusedTime {
  /** Adds it up by pod, µs. */
  addUnused(byPod: Float64Array): void;
}

/**
 * Work with a processor of its own is booked in full when it begins, and what is left of it is looked for when somebody asks. Where
 * processors are shared, a pod uses CPU at a rate that changes when work begins and ends, so that what it has used is a line in time
 * between two changes.
 */
export class CpuAccount {
  /** What begins and ends with each request is written by hand, here. */
  reals = new Float64Array(0);
  ints = new Int32Array(this.reals.buffer);
  /** By pod: what it had used when its current process began. */
  #beforeUs = new Float64Array(0);
  /** By node: what pods used whose rows others have now; and what all have used, as of `#summedUs`. */
  #goneUs = new Float64Array(0);
  #sumsUs = new Float64Array(0);
  #summedUs = 0.5;
  /** By pod: what is booked and unused, as of that event and time. */
  #unusedUs = new Float64Array(0);
  #unusedAt = NONE;
  #unusedAtUs = NONE;
  readonly #engine: Engine;
  /** Who books time before it is used. Set once, before anything runs. */
  unused: UnusedTime | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#summedUs = NONE;
  }

  /** Whether work of the pod's process has used anything, or will. */
  hasUsed(pod: PodRow): boolean {
    return pod < this.#pods && this.reals[POD_REALS * pod + PodReal.Used] !== 0;
  }

  /** A container of a pod runs: what is used from now on is of this pod. */
  open(pod: PodRow, epoch: number, node: NodeRow, container: number, nowUs: number): void {
    if (pod >= this.#pods) this.#grow(pod);
    if (node >= this.#goneUs.length) this.#growNodes(node);
    const at = POD_INTS * pod;
    const before = this.ints[at + PodInt.Epoch];
    if (before !== epoch) {
      if (before !== NONE) this.#goneUs[this.ints[at + PodInt.Node]] += this.#bookedUs(pod, nowUs);
      this.reals[POD_REALS * pod + PodReal.Used] = 0;
      this.reals[POD_REALS * pod + PodReal.Rate] = 0;
      this.#summedUs = NONE;
    }
    this.ints[at + PodInt.Epoch] = epoch;
    this.ints[at + PodInt.Node] = node;
    this.ints[at + PodInt.Container] = container;
  }

  /** How many times as long work of the pod takes that begins now. */
  slowness(pod: PodRow, slowness: SlownessOfWork): number {
    const at = POD_INTS * pod;
    return slowness.of(pod, this.ints[at + PodInt.Epoch], this.ints[at + PodInt.Node] as NodeRow);
  }

  /** The pod's process has ended: it uses nothing, what is booked for it is void, and the next one counts from 0. */
  end(pod: PodRow, nowUs: number): void {
    this.renew(pod);
    this.set(pod, 0, nowUs);
    this.#beforeUs[pod] = this.#bookedUs(pod, nowUs);
  }

  token(pod: PodRow): number {
    return this.ints[POD_INTS * pod + PodInt.Token];
  }

  /** Makes void what is booked for the pod; gives the new token. */
  renew(pod: PodRow): number {
    const at = POD_INTS * pod + PodInt.Token;
    this.ints[at] += 1;
    return this.ints[at];
  }

  /** The pod uses that much more CPU per µs from now on. */
  change(pod: PodRow, by: number, nowUs: number): void {
    this.reals[POD_REALS * pod + PodReal.Used] -= by * nowUs;
    this.reals[POD_REALS * pod + PodReal.Rate] += by;
  }

  /** The pod uses so much CPU per µs from now on. */
  set(pod: PodRow, rate: number, nowUs: number): void {
    this.change(pod, rate - this.reals[POD_REALS * pod + PodReal.Rate], nowUs);
  }

  /** The pod uses some CPU in no time. */
  add(pod: PodRow, usedUs: number): void {
    this.reals[POD_REALS * pod + PodReal.Used] += usedUs;
    this.#summedUs = NONE;
    this.#unusedAt = NONE;
  }

  podUs(pod: PodRow, epoch: number, nowUs: number): number {
    return this.#is(pod, epoch) ? this.#usedUs(pod, nowUs) : 0;
  }

  containerUs(pod: PodRow, epoch: number, container: number, nowUs: number): number {
    const used = this.#is(pod, epoch) && this.ints[POD_INTS * pod + PodInt.Container] === container;
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
    return pod < this.#pods && this.ints[POD_INTS * pod + PodInt.Epoch] === epoch;
  }

  #usedUs(pod: PodRow, nowUs: number): number {
    if (this.#unusedAt !== this.#engine.events || this.#unusedAtUs !== nowUs) this.#lookForUnused(nowUs);
    return this.#bookedUs(pod, nowUs) - this.#unusedUs[pod];
  }

  #bookedUs(pod: PodRow, nowUs: number): number {
    return this.reals[POD_REALS * pod + PodReal.Used] + this.reals[POD_REALS * pod + PodReal.Rate] * nowUs;
  }

  /** Looks at all work once an event, however many pods are asked for: nobody asks and then begins work in one event. */
  #lookForUnused(nowUs: number): void {
    this.#unusedUs.fill(0);
    this.unused?.addUnused(this.#unusedUs);
    this.#unusedAt = this.#engine.events;
    this.#unusedAtUs = nowUs;
  }

  #sum(nowUs: number): void {
    this.#sumsUs.set(this.#goneUs);
    for (let pod = 0 as PodRow; pod < this.#pods; pod = (pod + 1) as PodRow) {
      if (this.ints[POD_INTS * pod + PodInt.Epoch] === NONE) continue;
      this.#sumsUs[this.ints[POD_INTS * pod + PodInt.Node]] += this.#usedUs(pod, nowUs);
    }
    this.#summedUs = nowUs;
  }

  get #pods(): number {
    return this.reals.length / POD_REALS;
  }

  #grow(pod: PodRow): void {
    const old = this.#pods;
    let capacity = old;
    while (pod >= capacity) capacity = nextCapacity(capacity);
    this.reals = grown(this.reals, POD_REALS * capacity);
    this.ints = new Int32Array(this.reals.buffer);
    for (let row = old; row < capacity; row += 1) this.ints[POD_INTS * row + PodInt.Epoch] = NONE;
    this.#beforeUs = grown(this.#beforeUs, capacity);
    this.#unusedUs = grown(this.#unusedUs, capacity);
  }

  #growNodes(node: NodeRow): void {
    let capacity = this.#goneUs.length;
    while (node >= capacity) capacity = nextCapacity(capacity);
    this.#goneUs = grown(this.#goneUs, capacity);
    this.#sumsUs = grown(this.#sumsUs, capacity);
    this.#summedUs = NONE;
  }
}
