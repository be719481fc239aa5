// Hot dialect: items of work that share the processors of their pod.
import type { Engine } from '../engine/engine.ts';
import { grown } from '../model/columns.ts';
import type { PodRow } from '../model/rows.ts';
import type { CpuAccount } from './cpu-account.ts';
import { SharedProcessors } from './pod-shared-processors.ts';

/** Doubles of an item: what is left of it while it is suspended, µs; CPU time per µs of work. */
const REALS = 2;
const Real = { Left: 0, Factor: 1 } as const;

export class PodSharedWorks {
  readonly #engine: Engine;
  readonly #account: CpuAccount;
  readonly #done: (work: number) => void;
  /** By pod: what its work shares, undefined where it shares nothing. */
  readonly #shared: (SharedProcessors | undefined)[] = [];
  #reals = new Float64Array(0);
  readonly #onDone: number;

  constructor(engine: Engine, account: CpuAccount, done: (work: number) => void, name: string) {
    this.#engine = engine;
    this.#account = account;
    this.#done = done;
    this.#onDone = engine.kind(`${name}.shared`, (pod, token) => this.#firstDone(pod as PodRow, token));
  }

  open(pod: PodRow, processors: number): void {
    while (this.#shared.length < pod) this.#shared.push(undefined);
    this.#shared[pod] = new SharedProcessors(processors);
  }

  /** The pod's work is put on processors in another way. */
  close(pod: PodRow): void {
    if (pod < this.#shared.length) this.#shared[pod] = undefined;
  }

  has(pod: PodRow): boolean {
    return pod >= 0 && pod < this.#shared.length && this.#shared[pod] !== undefined;
  }

  /** Work that takes `workUs` on a processor of its own and uses `factor` processors meanwhile. */
  begin(pod: PodRow, work: number, workUs: number, factor: number): void {
    if (REALS * work >= this.#reals.length) this.#grow(work);
    this.#reals[REALS * work + Real.Factor] = factor;
    this.#enter(pod, work, workUs);
  }

  suspend(pod: PodRow, work: number): void {
    const shared = this.#shared[pod]!;
    shared.advance(this.#engine.now);
    this.#reals[REALS * work + Real.Left] = shared.take(work);
    this.#reshare(pod, shared, -this.#reals[REALS * work + Real.Factor]);
  }

  resume(pod: PodRow, work: number): void {
    this.#enter(pod, work, this.#reals[REALS * work + Real.Left]);
  }

  /** The pod's work is lost; the account has ended its process already. */
  stop(pod: PodRow): void {
    if (pod < this.#shared.length) this.#shared[pod]?.clear();
  }

  #enter(pod: PodRow, work: number, workUs: number): void {
    const shared = this.#shared[pod]!;
    shared.advance(this.#engine.now);
    shared.push(shared.attainedUs + workUs, work);
    this.#reshare(pod, shared, this.#reals[REALS * work + Real.Factor]);
  }

  #firstDone(pod: PodRow, token: number): void {
    const shared = this.#shared[pod];
    if (shared === undefined || this.#account.token(pod) !== token) return;
    shared.advance(this.#engine.now);
    const work = shared.pop();
    this.#reshare(pod, shared, -this.#reals[REALS * work + Real.Factor]);
    this.#done(work);
  }

  /** What shares the processors has changed: books who is done first, and what is used from now on. */
  #reshare(pod: PodRow, shared: SharedProcessors, factor: number): void {
    const token = this.#account.renew(pod);
    shared.factors = shared.count === 0 ? 0 : shared.factors + factor;
    this.#account.set(pod, shared.rate * shared.factors, this.#engine.now);
    if (shared.count > 0) this.#engine.after(shared.leftUs, this.#onDone, pod, token);
  }

  #grow(work: number): void {
    let capacity = 64;
    while (work >= capacity) capacity *= 2;
    this.#reals = grown(this.#reals, REALS * capacity);
  }
}
