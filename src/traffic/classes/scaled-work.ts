// Hot dialect: requests of some classes are more work than others, for whoever serves them first.
import type { PodRow } from '../../model/rows.ts';
import type { Processors } from '../../model/ports/processors.ts';
import { ForwardingProcessors } from '../forwarding-processors.ts';
import type { SentAs } from './sent-as.ts';

/** Before the processors, or what stands before them. */
export class ScaledWork extends ForwardingProcessors {
  readonly #sentAs: SentAs;

  constructor(processors: Processors, sentAs: SentAs) {
    super(processors);
    this.#sentAs = sentAs;
  }

  override begin(pod: PodRow, row: number, workUs: number, cpuUs: number): void {
    const factor = this.#sentAs.workOf(row);
    super.begin(pod, row, workUs * factor, cpuUs < 0 ? -1 : cpuUs * factor);
  }
}
