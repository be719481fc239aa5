// Processes that do nothing any more: the steps that their requests would take wait until they go on.
import type { PodRow } from '../model/rows.ts';

/** What a request of a hung process would do next. */
export const Step = { Worked: 0, Finish: 1 } as const;
export type StepName = (typeof Step)[keyof typeof Step];

interface WaitingStep {
  readonly row: number;
  readonly epoch: number;
  readonly step: StepName;
}

interface Hung {
  readonly steps: WaitingStep[];
  /** How many faults hold it. */
  holders: number;
}

export class HungProcesses {
  /** Whether there is one: all that is asked where nothing hangs. */
  any = false;
  readonly #pods = new Map<PodRow, Hung>();
  readonly #goOn: (waiting: WaitingStep) => void;

  /** `goOn` takes a step that has waited. */
  constructor(goOn: (waiting: WaitingStep) => void) {
    this.#goOn = goOn;
  }

  has(pod: PodRow): boolean {
    return this.#pods.has(pod);
  }

  /** What this gives ends it. */
  hang(pod: PodRow): () => void {
    const hung = this.#pods.get(pod) ?? { steps: [], holders: 0 };
    hung.holders += 1;
    this.#pods.set(pod, hung);
    this.any = true;
    return () => {
      hung.holders -= 1;
      if (hung.holders > 0 || this.#pods.get(pod) !== hung) return;
      this.forget(pod);
      for (const waiting of hung.steps) this.#goOn(waiting);
    };
  }

  /** Keeps a step of a request, if its process hangs. */
  keeps(pod: PodRow, row: number, epoch: number, step: StepName): boolean {
    const hung = this.#pods.get(pod);
    hung?.steps.push({ row, epoch, step });
    return hung !== undefined;
  }

  /** The process has ended, and what it held with it. */
  forget(pod: PodRow): void {
    this.#pods.delete(pod);
    this.any = this.#pods.size > 0;
  }
}
