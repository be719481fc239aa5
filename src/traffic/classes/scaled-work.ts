// Hot dialect: requests of some classes are more work than others, for whoever serves them first.
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { Processors } from '../../model/ports/processors.ts';
import type { ComputeName } from '../../model/settings/traffic.ts';
import type { CallSites } from '../call-sites.ts';
import { CALL, type CallTable, Field } from '../calls.ts';

/** Before the processors, or what stands before them. */
export class ScaledWork implements Processors {
  readonly #processors: Processors;
  readonly #calls: CallTable;
  readonly #sites: CallSites;

  constructor(processors: Processors, calls: CallTable, sites: CallSites) {
    this.#processors = processors;
    this.#calls = calls;
    this.#sites = sites;
  }

  open(pod: PodRow, epoch: number, node: NodeRow, container: number, compute: ComputeName, processors: number): void {
    this.#processors.open(pod, epoch, node, container, compute, processors);
  }

  begin(pod: PodRow, row: number, workUs: number, cpuUs: number): void {
    const factor = this.#sites.work[this.#calls.ints[CALL * row + Field.Site]];
    this.#processors.begin(pod, row, workUs * factor, cpuUs < 0 ? -1 : cpuUs * factor);
  }

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
