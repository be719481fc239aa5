// Hot dialect: the server's half of requests whose clients are slow: a place is given away only when all is sent.
import { CALL, Field, Outcome, ServerState } from '../calls.ts';
import type { Serving } from '../serving.ts';
import type { SlowClients } from './slow-clients.ts';

/** A Serving, or a kind of it, in which requests keep their places until their clients have everything. */
export function holding(Base: typeof Serving, slow: SlowClients): typeof Serving {
  return class HoldingServing extends Base {
    /** By row: its epoch. */
    readonly #held = new Map<number, number>();
    readonly #engine: ConstructorParameters<typeof Serving>[0];
    readonly #onSent: number;

    constructor(...given: ConstructorParameters<typeof Serving>) {
      super(...given);
      [this.#engine] = given;
      slow.servers[this.number] = this.servers;
      // A row whose pod has died is of another epoch.
      this.#onSent = this.#engine.kind(`traffic.sent ${this.number}`, (row, epoch) => {
        if (this.#isHeld(row) && this.calls.ints[CALL * row + Field.Epoch] === epoch) this.finish(row);
      });
    }

    protected override finish(row: number): void {
      const { ints } = this.calls;
      const at = CALL * row;
      const isAnswer = ints[at + Field.Outcome] === Outcome.Ok || ints[at + Field.Outcome] === Outcome.Error;
      const us = this.#isHeld(row) || !isAnswer ? 0 : slow.holdUs(this.calls, row);
      if (us === 0) {
        super.finish(row);
        return;
      }
      slow.held(row);
      // As one that waits for a call: nothing of it is to be worked on.
      ints[at + Field.Server] = ServerState.Calling;
      ints[at + Field.Pending] = 0;
      this.#held.set(row, ints[at + Field.Epoch]);
      this.#engine.after(us, this.#onSent, row, ints[at + Field.Epoch]);
    }

    #isHeld(row: number): boolean {
      return this.#held.get(row) === this.calls.ints[CALL * row + Field.Epoch];
    }

    protected override answer(row: number, outcome: number): void {
      this.#held.delete(row);
      super.answer(row, outcome);
    }
  };
}
