// Hot dialect: work of requests on its way to processors, where calls are traced: what it takes by itself, and what stands in its way.
import type { Processors } from '../../model/ports/processors.ts';
import type { PodRow } from '../../model/rows.ts';
import { CALL, type CallTable, Field } from '../calls.ts';
import { ForwardingProcessors } from '../forwarding-processors.ts';
import { RequestWork } from '../request-work.ts';
import type { Tracer } from './tracer.ts';

const NONE = -1;

/** Stands before processors. Their items are requests by row, or bursts of them: twice the row, and odd where garbage is collected. */
export class WatchedProcessors extends ForwardingProcessors {
  readonly #tracer: Tracer;
  readonly #calls: CallTable;
  readonly #haveBursts: boolean;

  constructor(tracer: Tracer, calls: CallTable, processors: Processors, haveBursts: boolean) {
    super(processors);
    this.#tracer = tracer;
    this.#calls = calls;
    this.#haveBursts = haveBursts;
  }

  override begin(pod: PodRow, item: number, workUs: number, cpuUs: number): void {
    const row = this.#tracedRow(item);
    if (row !== NONE) this.#tracer.burst(row, this.undisturbedUs(pod, workUs), this.throttledUs(pod), this);
    super.begin(pod, item, workUs, cpuUs);
  }

  override suspend(item: number): void {
    const row = this.#tracedRow(item);
    if (row !== NONE) {
      this.#tracer.burstEnds(row, this.throttledUs(this.#podOf(row)));
      if (!this.#haveBursts) this.#tracer.preempted(row);
    }
    super.suspend(item);
  }

  override resume(item: number): void {
    const row = this.#tracedRow(item);
    if (row !== NONE) {
      if (!this.#haveBursts) this.#tracer.resumed(row);
      this.#tracer.burstGoesOn(row, this.throttledUs(this.#podOf(row)));
    }
    super.resume(item);
  }

  /** -1 where nothing is traced. */
  #tracedRow(item: number): number {
    if (this.#haveBursts && (item & 1) === 1) return NONE;
    const row = this.#haveBursts ? item / 2 : item;
    return this.#tracer.traces(row) ? row : NONE;
  }

  #podOf(row: number): PodRow {
    return this.#calls.ints[CALL * row + Field.Pod] as PodRow;
  }
}

/** Work that is more than one burst. */
export function tracedWork(tracer: Tracer, calls: CallTable): typeof RequestWork {
  return class TracedWork extends RequestWork {
    override begin(pod: PodRow, row: number, workUs: number, cpuUs: number): void {
      super.begin(pod, row, workUs, cpuUs);
      tracer.slot(row, this.waitsUs(row));
    }

    override suspend(row: number): void {
      tracer.preempted(row);
      super.suspend(row);
    }

    override resume(row: number): void {
      tracer.resumed(row);
      super.resume(row);
    }

    override done(item: number): void {
      const row = item / 2;
      if ((item & 1) === 0 && tracer.traces(row)) {
        tracer.burstEnds(row, this.throttledUs(calls.ints[CALL * row + Field.Pod] as PodRow));
      }
      super.done(item);
    }
  };
}
