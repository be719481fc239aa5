// What faults have done to processes of containers: they hang, exit again and again, hold more and more memory.
import type { Engine } from '../engine/engine.ts';
import type { ProcessTroubles } from '../model/ports/troubles.ts';
import type { ContainerRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { PodRuntimes } from './pod-runtimes.ts';

/** How often it is looked whether a leaking process holds too much. */
const LOOK_US = 1e6;

interface Ends {
  readonly afterUs: number;
  readonly exitCode: number;
}

interface Leak {
  readonly fromUs: number;
  readonly bytesPerUs: number;
}

/** What the runtime does about it. */
export interface TroubledRuntime {
  healthChanged(row: ContainerRow, pod: PodRow): void;
  exited(row: ContainerRow, pod: PodRow, exitCode: number): void;
  /** The process of a container holds more than before: it may be too much for it, or for its node. */
  grown(row: ContainerRow, pod: PodRow): void;
}

export class SimulatedProcessTroubles implements ProcessTroubles {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #runtimes: PodRuntimes;
  readonly #runtime: TroubledRuntime;
  /** By container: the generation of the process that hangs, and by how many faults. */
  readonly #hung = new Map<ContainerRow, { readonly generation: number; holders: number }>();
  readonly #loops = new Map<ContainerRow, Set<Ends>>();
  readonly #leaks = new Map<ContainerRow, Set<Leak>>();
  readonly #onCrash: number;
  readonly #onLook: number;

  constructor(engine: Engine, state: ClusterState, runtimes: PodRuntimes, runtime: TroubledRuntime) {
    this.#engine = engine;
    this.#state = state;
    this.#runtimes = runtimes;
    this.#runtime = runtime;
    this.#onCrash = runtimes.processKind('kubelet.crash-loop', (row, pod) => {
      const [first] = this.#loops.get(row) ?? [];
      if (first !== undefined) runtime.exited(row, pod, first.exitCode);
    });
    this.#onLook = runtimes.processKind('kubelet.leak', (row, pod) => {
      // The row may have another pod by now, which nobody has started.
      if (!this.#leaks.has(row) || runtimes.runs[row]?.running !== true) return;
      runtime.grown(row, pod);
      this.#look(row);
    });
  }

  hang(pod: PodRow, epoch: number, container: number): () => void {
    const row = this.#rowOf(pod, epoch, container);
    if (row === undefined || this.#runtimes.runs[row]?.running !== true) return () => undefined;
    const generation = this.#runtimes.generation[row];
    const known = this.#hung.get(row);
    const hung = known?.generation === generation ? known : { generation, holders: 0 };
    hung.holders += 1;
    this.#hung.set(row, hung);
    this.#runtime.healthChanged(row, pod);
    return () => {
      hung.holders -= 1;
      if (hung.holders > 0 || this.#hung.get(row) !== hung) return;
      this.#hung.delete(row);
      if (this.#runtimes.generation[row] === generation) this.#runtime.healthChanged(row, pod);
    };
  }

  crashLoop(pod: PodRow, epoch: number, container: number, afterUs: number, exitCode: number): () => void {
    const row = this.#rowOf(pod, epoch, container);
    if (row === undefined) return () => undefined;
    const end = add(this.#loops, row, { afterUs, exitCode });
    if (this.#runtimes.runs[row]?.running === true) this.#bookCrash(row, afterUs);
    return end;
  }

  leak(pod: PodRow, epoch: number, container: number, bytesPerSecond: number): () => void {
    const row = this.#rowOf(pod, epoch, container);
    if (row === undefined) return () => undefined;
    const end = add(this.#leaks, row, { fromUs: this.#engine.now, bytesPerUs: bytesPerSecond / 1e6 });
    this.#look(row);
    return end;
  }

  /** A process begins. */
  began(row: ContainerRow): void {
    if (this.#hung.size > 0) this.#hung.delete(row);
    for (const { afterUs } of this.#loops.get(row) ?? []) this.#bookCrash(row, afterUs);
    if (this.#leaks.has(row)) this.#look(row);
  }

  isHung(row: ContainerRow): boolean {
    return this.#hung.size > 0 && this.#hung.get(row)?.generation === this.#runtimes.generation[row];
  }

  /** What the current process of a container holds because it leaks. */
  leakedBytes(row: ContainerRow): number {
    if (this.#leaks.size === 0) return 0;
    const run = this.#runtimes.runs[row];
    if (run?.running !== true) return 0;
    let bytes = 0;
    for (const { fromUs, bytesPerUs } of this.#leaks.get(row) ?? [])
      bytes += (this.#engine.now - Math.max(fromUs, run.startedAt)) * bytesPerUs;
    return Math.round(bytes);
  }

  get anyLeaks(): boolean {
    return this.#leaks.size > 0;
  }

  /** The row has another pod. */
  forget(pod: PodRow): void {
    if (this.#loops.size === 0 && this.#leaks.size === 0) return;
    const first = this.#state.pods.firstContainer[pod];
    const count = this.#runtimes.planOf(pod).containers.length;
    for (let row = first; row < first + count; row = (row + 1) as ContainerRow) {
      this.#loops.delete(row);
      this.#leaks.delete(row);
    }
  }

  #bookCrash(row: ContainerRow, afterUs: number): void {
    this.#engine.after(afterUs, this.#onCrash, row, this.#runtimes.generation[row]);
  }

  #look(row: ContainerRow): void {
    this.#engine.after(LOOK_US, this.#onLook, row, this.#runtimes.generation[row]);
  }

  #rowOf(pod: PodRow, epoch: number, container: number): ContainerRow | undefined {
    const { pods } = this.#state;
    if (pods.alive[pod] === 0 || pods.epoch[pod] !== epoch || pods.node[pod] < 0) return undefined;
    return container < this.#runtimes.planOf(pod).ofProcess.length ? this.#runtimes.rowOf(pod, container) : undefined;
  }
}

function add<T>(all: Map<ContainerRow, Set<T>>, row: ContainerRow, one: T): () => void {
  const known = all.get(row) ?? new Set<T>();
  known.add(one);
  all.set(row, known);
  return () => {
    known.delete(one);
    if (known.size === 0 && all.get(row) === known) all.delete(row);
  };
}
