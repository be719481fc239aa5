// Requests whose first packet met nothing: their callers give up after a while, unless the attempt has ended before.
import type { Engine } from '../../engine/engine.ts';

export class Unanswered {
  readonly #engine: Engine;
  readonly #onGivenUp: number;
  /** By row: the number of its last loss. */
  readonly #rows = new Map<number, number>();
  #losses = 0;

  constructor(engine: Engine, giveUp: (row: number) => void) {
    this.#engine = engine;
    this.#onGivenUp = engine.kind('traffic.connection.unanswered', (row, loss) => {
      if (this.#rows.get(row) === loss) giveUp(row);
    });
  }

  add(row: number, afterUs: number): void {
    if (afterUs === Infinity) return;
    this.#losses = (this.#losses + 1) | 0;
    this.#rows.set(row, this.#losses);
    this.#engine.after(afterUs, this.#onGivenUp, row, this.#losses);
  }

  attemptEnded(row: number): void {
    if (this.#rows.size > 0) this.#rows.delete(row);
  }
}
