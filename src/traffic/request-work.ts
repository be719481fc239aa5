// Hot dialect: what processes make of the work of requests before it comes to processors: bursts and waits, an event loop, warm-up, collections of garbage.
import { CounterRandom } from '../engine/counter.ts';
import type { Samplers } from '../engine/distributions.ts';
import type { Engine } from '../engine/engine.ts';
import { grown } from '../model/columns.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { Processors } from '../model/ports/processors.ts';
import { type ComputeName, MOST_GC_THREADS } from '../model/settings/traffic.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import { CALL, type CallTable, Field } from './calls.ts';
import { State, WorkingProcess } from './working-process.ts';

/** How a behaviour works, as numbers; samplers by their ids, -1 for none. */
export interface WorkPlan {
  /** What a request waits for beside processors, in how many parts. */
  readonly wait: number;
  readonly turns: number;
  readonly eventLoop: boolean;
  readonly warmupUs: number;
  readonly warmupFactor: number;
  readonly gcEvery: number;
  readonly gcWork: number;
  readonly gcThreads: number;
}

/**
 * Stands between what serves requests and the processors, where a behaviour asks for it. A request is `turns` times a burst and a
 * wait. With an event loop one burst runs at a time, the others are ready in the order in which they came. While garbage is collected
 * no burst runs. Items on processors are numbered 2 · row for requests, and odd for collectors.
 */
export class RequestWork implements Processors {
  readonly #engine: Engine;
  readonly #calls: CallTable;
  readonly #samplers: Samplers;
  readonly #planOf: (pod: PodRow) => WorkPlan | undefined;
  readonly #worked: (row: number) => void;
  readonly #processors: Processors;
  readonly #processes: (WorkingProcess | undefined)[] = [];
  readonly #luck: CounterRandom;
  readonly #gcLuck: CounterRandom;
  /** By row: whose it is, what it does, bursts that are left, how long each and the wait after it are, the CPU time of each (-1: as long as it is). */
  readonly #owners: (WorkingProcess | undefined)[] = [];
  #ints = new Int32Array(0);
  #bursts = new Float64Array(0);
  readonly #onWaited: number;
  readonly #onCollect: number;

  /** `make` gives the processors that tell when an item is done. */
  constructor(
    engine: Engine,
    calls: CallTable,
    samplers: Samplers,
    name: string,
    planOf: (pod: PodRow) => WorkPlan | undefined,
    worked: (row: number) => void,
    make: (done: (item: number) => void) => Processors,
  ) {
    this.#engine = engine;
    this.#calls = calls;
    this.#samplers = samplers;
    this.#planOf = planOf;
    this.#worked = worked;
    this.#luck = new CounterRandom(engine.seed, 'traffic/waits');
    this.#gcLuck = new CounterRandom(engine.seed, 'traffic/gc');
    this.#onWaited = engine.kind(`${name}.waited`, (row, token) => this.#waited(row, token));
    this.#onCollect = engine.kind(`${name}.collect`, (pod, token) => this.#collect(pod as PodRow, token));
    this.#processors = make((item) => this.done(item));
  }

  open(pod: PodRow, epoch: number, node: NodeRow, container: number, compute: ComputeName, processors: number): void {
    this.#end(pod);
    this.#processors.open(pod, epoch, node, container, compute, processors);
    const plan = this.#planOf(pod);
    while (this.#processes.length < pod) this.#processes.push(undefined);
    const before = this.#processes[pod];
    const made =
      plan === undefined ? undefined : new WorkingProcess(pod, plan, this.#engine.now, (before?.token ?? 0) + 1);
    this.#processes[pod] = made;
    if (made !== undefined && made.plan.gcEvery >= 0) this.#bookCollection(made);
  }

  begin(pod: PodRow, row: number, workUs: number, cpuUs: number): void {
    const process = this.#processes[pod];
    if (row >= this.#bursts.length / 3) this.#grow(row);
    this.#owners[row] = process;
    if (process === undefined) {
      this.#processors.begin(pod, 2 * row, workUs, cpuUs);
      return;
    }
    const { plan } = process;
    const factor = process.slowness(this.#engine.now) / plan.turns;
    this.#ints[2 * row] = plan.turns;
    this.#bursts[3 * row] = workUs * factor;
    this.#bursts[3 * row + 1] = plan.wait < 0 ? 0 : this.#drawWait(row, plan.wait) / plan.turns;
    this.#bursts[3 * row + 2] = cpuUs < 0 ? -1 : cpuUs * factor;
    this.#ready(process, row);
  }

  /** Only where there are neither waits, nor an event loop, nor collections: others are not preempted. */
  suspend(row: number): void {
    this.#processors.suspend(2 * row);
  }

  resume(row: number): void {
    this.#processors.resume(2 * row);
  }

  resize(pod: PodRow, podClass: PodClass): void {
    this.#processors.resize(pod, podClass);
  }

  stop(pod: PodRow): void {
    this.#end(pod);
    this.#processors.stop(pod);
  }

  beside(done: (work: number) => void): Processors {
    return this.#processors.beside(done);
  }

  /** What a request that has begun waits for beside processors, in all of its turns, µs; right after its beginning. */
  protected waitsUs(row: number): number {
    const process = this.#owners[row];
    return process === undefined ? 0 : process.plan.turns * this.#bursts[3 * row + 1];
  }

  undisturbedUs(pod: PodRow, workUs: number): number {
    return this.#processors.undisturbedUs(pod, workUs);
  }

  throttledUs(pod: PodRow): number {
    return this.#processors.throttledUs(pod);
  }

  /** An item has had its work. */
  done(item: number): void {
    if ((item & 1) === 1) {
      this.#collected(Math.floor(item / 2 / MOST_GC_THREADS) as PodRow);
      return;
    }
    const row = item / 2;
    const process = this.#owners[row];
    if (process === undefined) {
      this.#worked(row);
      return;
    }
    process.ended(row);
    const next = process.nextOfLoop();
    if (next >= 0) this.#run(process, next);
    this.#ints[2 * row] -= 1;
    const waitUs = this.#bursts[3 * row + 1];
    if (waitUs > 0) {
      this.#ints[2 * row + 1] = (this.#ints[2 * row + 1] + 1) | 0;
      this.#engine.after(waitUs, this.#onWaited, row, this.#ints[2 * row + 1]);
    } else {
      this.#goOn(process, row);
    }
  }

  #waited(row: number, token: number): void {
    const process = this.#owners[row];
    if (process === undefined || process.state === State.Ended || this.#ints[2 * row + 1] !== token) return;
    this.#goOn(process, row);
  }

  /** After a burst and its wait. */
  #goOn(process: WorkingProcess, row: number): void {
    if (this.#ints[2 * row] > 0) this.#ready(process, row);
    else this.#worked(row);
  }

  #ready(process: WorkingProcess, row: number): void {
    if (process.mayRun(row)) this.#run(process, row);
  }

  #run(process: WorkingProcess, row: number): void {
    process.runs(row);
    this.#processors.begin(process.pod, 2 * row, this.#bursts[3 * row], this.#bursts[3 * row + 2]);
  }

  /** What has been asked for since the last one is garbage: without any there is nothing to do. */
  #collect(pod: PodRow, token: number): void {
    const process = this.#processes[pod];
    if (process?.token !== token || process.state !== State.Works) return;
    if (!process.hasWorked) {
      this.#bookCollection(process);
      return;
    }
    const { gcWork, gcThreads } = process.plan;
    for (const row of process.running) this.#processors.suspend(2 * row);
    process.collect(gcThreads);
    const workUs = this.#samplers.draw(gcWork, this.#gcLuck) / gcThreads;
    for (let thread = 0; thread < gcThreads; thread += 1) {
      this.#processors.begin(pod, 2 * (pod * MOST_GC_THREADS + thread) + 1, workUs, -1);
    }
  }

  /** A thread of the collector is done. */
  #collected(pod: PodRow): void {
    const process = this.#processes[pod];
    if (process === undefined || !process.threadEnded()) return;
    for (const row of process.running) this.#processors.resume(2 * row);
    for (const row of process.takeHeld()) this.#ready(process, row);
    this.#bookCollection(process);
  }

  #bookCollection(process: WorkingProcess): void {
    const { pod, token, plan } = process;
    this.#gcLuck.seek(pod, token, process.collections);
    const everyUs = Math.max(1, this.#samplers.draw(plan.gcEvery, this.#gcLuck));
    this.#engine.after(everyUs, this.#onCollect, pod, token);
  }

  #drawWait(row: number, wait: number): number {
    const { ints } = this.#calls;
    const at = CALL * row;
    this.#luck.seek(ints[at + Field.Ordinal], ints[at + Field.Hop], ints[at + Field.Attempt]);
    return this.#samplers.draw(wait, this.#luck);
  }

  #end(pod: PodRow): void {
    const process = this.#processes.at(pod);
    if (process !== undefined) process.state = State.Ended;
  }

  #grow(row: number): void {
    let capacity = Math.max(64, this.#bursts.length / 3);
    while (row >= capacity) capacity *= 2;
    this.#ints = grown(this.#ints, 2 * capacity);
    this.#bursts = grown(this.#bursts, 3 * capacity);
    while (this.#owners.length < capacity) this.#owners.push(undefined);
  }
}
