// Hot dialect: requests of some classes are more work than others, for whoever serves them first.
import type { PodRow } from '../../model/rows.ts';
import type { Processors } from '../../model/ports/processors.ts';
import type { CallSites } from '../call-sites.ts';
import { CALL, type CallTable, Field } from '../calls.ts';
import { ForwardingProcessors } from '../forwarding-processors.ts';

/** Before the processors, or what stands before them. */
export class ScaledWork extends ForwardingProcessors {
  readonly #calls: CallTable;
  readonly #sites: CallSites;

  constructor(processors: Processors, calls: CallTable, sites: CallSites) {
    super(processors);
    this.#calls = calls;
    this.#sites = sites;
  }

  override begin(pod: PodRow, row: number, workUs: number, cpuUs: number): void {
    const factor = this.#sites.work[this.#calls.ints[CALL * row + Field.Site]];
    super.begin(pod, row, workUs * factor, cpuUs < 0 ? -1 : cpuUs * factor);
  }
}
