// Hot dialect: writes that keep other writes of a database process waiting, until they are committed. Stands before the processors.
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { Processors } from '../../model/ports/processors.ts';
import type { ComputeName } from '../../model/settings/traffic.ts';

interface Waiting {
  readonly row: number;
  readonly workUs: number;
  readonly cpuUs: number;
  readonly sinceUs: number;
}

export interface Locking {
  nowUs(): number;
  /** What the request has to lock in its process; undefined for nothing. */
  lockOf(row: number): number | undefined;
  /** It has got its lock after so long. */
  waited(pod: PodRow, us: number): void;
}

export class WriteLocks implements Processors {
  readonly #processors: Processors;
  readonly #locking: Locking;
  /** By pod, by lock that is held: who waits for it, the first one first. */
  readonly #held = new Map<PodRow, Map<number, Waiting[]>>();

  constructor(processors: Processors, locking: Locking) {
    this.#processors = processors;
    this.#locking = locking;
  }

  open(pod: PodRow, epoch: number, node: NodeRow, container: number, compute: ComputeName, processors: number): void {
    this.#processors.open(pod, epoch, node, container, compute, processors);
  }

  begin(pod: PodRow, row: number, workUs: number, cpuUs: number): void {
    const lock = this.#locking.lockOf(row);
    if (lock !== undefined) {
      let locks = this.#held.get(pod);
      if (locks === undefined) {
        locks = new Map();
        this.#held.set(pod, locks);
      }
      const queue = locks.get(lock);
      if (queue !== undefined) {
        queue.push({ row, workUs, cpuUs, sinceUs: this.#locking.nowUs() });
        return;
      }
      locks.set(lock, []);
      this.#locking.waited(pod, 0);
    }
    this.#processors.begin(pod, row, workUs, cpuUs);
  }

  /** The request has been committed: the next one goes on. */
  release(pod: PodRow, row: number): void {
    const lock = this.#locking.lockOf(row);
    const locks = this.#held.get(pod);
    if (lock === undefined || locks === undefined) return;
    const next = locks.get(lock)?.shift();
    if (next === undefined) {
      locks.delete(lock);
      return;
    }
    this.#locking.waited(pod, this.#locking.nowUs() - next.sinceUs);
    this.#processors.begin(pod, next.row, next.workUs, next.cpuUs);
  }

  /** None is interrupted while it waits: the schema refuses preemption beside locks. */
  suspend(row: number): void {
    this.#processors.suspend(row);
  }

  resume(row: number): void {
    this.#processors.resume(row);
  }

  resize(pod: PodRow, podClass: PodClass): void {
    this.#processors.resize(pod, podClass);
  }

  stop(pod: PodRow): void {
    this.#held.delete(pod);
    this.#processors.stop(pod);
  }

  undisturbedUs(pod: PodRow, workUs: number): number {
    return this.#processors.undisturbedUs(pod, workUs);
  }

  throttledUs(pod: PodRow): number {
    return this.#processors.throttledUs(pod);
  }

  beside(done: (work: number) => void): Processors {
    return this.#processors.beside(done);
  }
}
