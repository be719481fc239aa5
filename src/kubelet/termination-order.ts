// The order in which the containers of a pod are stopped: all regular ones at once, sidecars one after another from the last to the first.
import { UNTIL_WOKEN } from './tasks.ts';

export class TerminationOrder {
  /** Containers that have not ended, by their index in the pod. */
  readonly #open: Set<number>;
  readonly #inits: number;
  readonly #isSidecar: (index: number) => boolean;
  readonly #wake: (task: number) => void;
  readonly #waiting = new Map<number, number>();

  constructor(
    running: Iterable<number>,
    inits: number,
    isSidecar: (index: number) => boolean,
    wake: (task: number) => void,
  ) {
    this.#open = new Set(running);
    this.#inits = inits;
    this.#isSidecar = isSidecar;
    this.#wake = wake;
  }

  /** Lets a container's task wait for its turn, for `graceUs` at the most. */
  *turn(index: number, task: number, graceUs: number): Generator<number, void, void> {
    if (this.#isNext(index)) return;
    this.#waiting.set(index, task);
    yield graceUs === Infinity ? UNTIL_WOKEN : graceUs;
    this.#waiting.delete(index);
  }

  ended(index: number): void {
    this.#open.delete(index);
    for (const [other, task] of this.#waiting) if (this.#isNext(other)) this.#wake(task);
  }

  /** A sidecar waits for the regular containers and for the sidecars after it. */
  #isNext(index: number): boolean {
    if (!this.#isSidecar(index)) return true;
    for (const other of this.#open) {
      if (other >= this.#inits || (other > index && this.#isSidecar(other))) return false;
    }
    return true;
  }
}
