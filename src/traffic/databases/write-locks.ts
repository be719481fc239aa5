// Hot dialect: writes that keep other writes of a database process waiting, until they are committed. Stands before the processors.
import type { PodRow } from '../../model/rows.ts';
import type { Processors } from '../../model/ports/processors.ts';
import { ForwardingProcessors } from '../forwarding-processors.ts';

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

/** None is interrupted while it waits: the schema refuses preemption beside locks. */
export class WriteLocks extends ForwardingProcessors {
  readonly #locking: Locking;
  /** By pod, by lock that is held: who waits for it, the first one first. */
  readonly #held = new Map<PodRow, Map<number, Waiting[]>>();

  constructor(processors: Processors, locking: Locking) {
    super(processors);
    this.#locking = locking;
  }

  override open(...given: Parameters<Processors['open']>): void {
    this.#held.delete(given[0]);
    super.open(...given);
  }

  override begin(pod: PodRow, row: number, workUs: number, cpuUs: number): void {
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
    super.begin(pod, row, workUs, cpuUs);
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
    super.begin(pod, next.row, next.workUs, next.cpuUs);
  }

  override stop(pod: PodRow): void {
    this.#held.delete(pod);
    super.stop(pod);
  }
}
