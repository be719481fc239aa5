// Requests whose first packet met nothing: their callers give up after a while, unless the attempt has ended before; what is led by itself is led again.
import type { Engine } from '../../engine/engine.ts';
import { MOST_REPEATS, repeatUs } from './opening.ts';

interface Loss {
  /** Another one for each time that the caller begins to wait. */
  readonly number: number;
  /** First packets that were sent in vain. */
  repeats: number;
}

export class Unanswered {
  readonly #engine: Engine;
  readonly #onGivenUp: number;
  readonly #onRepeat: number;
  readonly #rows = new Map<number, Loss>();
  #losses = 0;

  /** `again`: the first packet of the request is sent once more. */
  constructor(engine: Engine, giveUp: (row: number) => void, again: (row: number) => void) {
    this.#engine = engine;
    const kind = (step: string, handle: (row: number) => void): number =>
      engine.kind(`traffic.connection.${step}`, (row, number) => {
        if (this.#rows.get(row)?.number === number) handle(row);
      });
    this.#onGivenUp = kind('unanswered', giveUp);
    this.#onRepeat = kind('ledAgain', again);
  }

  add(row: number, afterUs: number): void {
    if (afterUs !== Infinity) this.#add(row, afterUs);
  }

  /** Each first packet is one of its own, as the request is led by itself: it is sent again, as TCP does. True for the first one. */
  lost(row: number, afterUs: number): boolean {
    const before = this.#rows.get(row);
    const loss = before ?? this.#add(row, afterUs);
    if (loss.repeats < MOST_REPEATS) this.#engine.after(repeatUs(loss.repeats), this.#onRepeat, row, loss.number);
    loss.repeats += 1;
    return before === undefined;
  }

  #add(row: number, afterUs: number): Loss {
    this.#losses = (this.#losses + 1) | 0;
    const loss = { number: this.#losses, repeats: 0 };
    this.#rows.set(row, loss);
    if (afterUs < Infinity) this.#engine.after(afterUs, this.#onGivenUp, row, loss.number);
    return loss;
  }

  attemptEnded(row: number): void {
    if (this.#rows.size > 0) this.#rows.delete(row);
  }
}
