// Hot dialect: the server's half of calls where a mesh is: its proxies let through what passes them.
import type { PodRow } from '../../model/rows.ts';
import { CALL, Field } from '../calls.ts';
import { SERVER, ServerField } from '../servers.ts';
import type { Serving } from '../serving.ts';
import type { Passages } from './passages.ts';

export interface PassingServing extends Serving {
  /** The passage in that row begins, unless nothing runs there: then false. */
  pass(row: number, pod: PodRow, epoch: number): boolean;
}

type Half = new (...given: ConstructorParameters<typeof Serving>) => PassingServing;

/** A Serving, or a kind of it, whose containers may be proxies of a mesh. */
export function passing(Base: typeof Serving, passages: Passages): Half {
  return class ServingOfMesh extends Base {
    pass(row: number, pod: PodRow, epoch: number): boolean {
      if (!this.servers.runs(pod, epoch)) return false;
      this.calls.ints[CALL * row + Field.Node] = this.servers.ints[SERVER * pod + ServerField.Node];
      this.take(row, pod);
      return true;
    }

    protected override answer(row: number, outcome: number): void {
      // First what stands for it is done, and then whoever waits for it goes on.
      const epoch = this.calls.ints[CALL * row + Field.Epoch];
      super.answer(row, outcome);
      if (this.calls.ints[CALL * row + Field.Epoch] !== epoch) passages.ended(row, outcome);
    }
  };
}
