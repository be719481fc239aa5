// Hot dialect: items of work that have a processor each: the CPU time of an item is booked in full when it begins.
import type { Engine } from '../engine/engine.ts';
import { grown } from '../model/columns.ts';
import type { PodRow } from '../model/rows.ts';
import { type CpuAccount, POD_REALS, PodReal, type UnusedTime } from './cpu-account.ts';

/** An item is 16 bytes: a double, then ints. */
const REALS = 2;
const INTS = 2 * REALS;
/** When the item is done; 0 or less while nothing is worked on: then the negative of what is left. */
const ENDS = 0;
/** `Token` rises with each beginning and each end before its time. */
const Int = { Token: 2, Pod: 3 } as const;

export class DedicatedWorks implements UnusedTime {
  readonly #engine: Engine;
  readonly #account: CpuAccount;
  readonly #done: (work: number) => void;
  #reals = new Float64Array(0);
  #ints = new Int32Array(this.#reals.buffer);
  /** CPU time per µs of work; there are none while all work uses what it takes. */
  #factors = new Float64Array(0);
  readonly #onDone: number;
  /** Whether some work uses no CPU time, so that the account does not say who works. */
  #idles = false;

  constructor(engine: Engine, account: CpuAccount, done: (work: number) => void, name: string) {
    this.#engine = engine;
    this.#account = account;
    this.#done = done;
    this.#onDone = engine.kind(`${name}.done`, (work, token) => this.#ended(work, token));
  }

  /** Work that takes `us` (whole) and uses `factor` processors meanwhile. */
  begin(pod: PodRow, work: number, us: number, factor: number): void {
    if (INTS * work >= this.#ints.length) this.#grow(work);
    const at = INTS * work;
    const token = (this.#ints[at + Int.Token] + 1) | 0;
    this.#ints[at + Int.Token] = token;
    this.#ints[at + Int.Pod] = pod;
    this.#reals[REALS * work + ENDS] = this.#engine.now + us;
    if (factor !== 1 || this.#factors.length !== 0) this.#keepFactor(work, factor);
    const usedUs = factor * us;
    if (usedUs === 0) this.#idles = true;
    this.#account.reals[POD_REALS * pod + PodReal.Used] += usedUs;
    this.#engine.after(us, this.#onDone, work, token);
  }

  suspend(work: number): void {
    const leftUs = this.#reals[REALS * work + ENDS] - this.#engine.now;
    this.#end(work, leftUs);
    this.#reals[REALS * work + ENDS] = -leftUs;
  }

  resume(work: number): void {
    const pod = this.#ints[INTS * work + Int.Pod] as PodRow;
    this.begin(pod, work, -this.#reals[REALS * work + ENDS], this.#factor(work));
  }

  /** The pod's work is lost. */
  stop(pod: PodRow): void {
    if (!this.#idles && !this.#account.hasUsed(pod)) return;
    const { now } = this.#engine;
    const ends = this.#reals;
    for (let work = 0; REALS * work < ends.length; work += 1) {
      // What ends in this instant may not be done yet.
      if (ends[REALS * work + ENDS] < now || this.#ints[INTS * work + Int.Pod] !== pod) continue;
      this.#end(work, ends[REALS * work + ENDS] - now);
      ends[REALS * work + ENDS] = 0;
    }
  }

  addUnused(byPod: Float64Array): void {
    const { now } = this.#engine;
    const ends = this.#reals;
    for (let work = 0; REALS * work < ends.length; work += 1) {
      const leftUs = ends[REALS * work + ENDS] - now;
      if (leftUs > 0) byPod[this.#ints[INTS * work + Int.Pod]] += this.#factor(work) * leftUs;
    }
  }

  #ended(work: number, token: number): void {
    if (this.#ints[INTS * work + Int.Token] === token) this.#done(work);
  }

  /** The item ends before its time, and gives back what it has not used. */
  #end(work: number, leftUs: number): void {
    const at = INTS * work;
    this.#ints[at + Int.Token] = (this.#ints[at + Int.Token] + 1) | 0;
    this.#account.add(this.#ints[at + Int.Pod] as PodRow, -this.#factor(work) * leftUs);
  }

  #factor(work: number): number {
    return this.#factors.length === 0 ? 1 : this.#factors[work];
  }

  #keepFactor(work: number, factor: number): void {
    const known = this.#factors.length;
    if (work >= known) this.#factors = grown(this.#factors, this.#reals.length / REALS).fill(1, known);
    this.#factors[work] = factor;
  }

  #grow(work: number): void {
    let capacity = 64;
    while (work >= capacity) capacity *= 2;
    this.#reals = grown(this.#reals, REALS * capacity);
    this.#ints = new Int32Array(this.#reals.buffer);
  }
}
