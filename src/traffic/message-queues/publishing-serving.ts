// Hot dialect: the server's half of calls whose requests publish messages once they are answered.
import type { PodRow } from '../../model/rows.ts';
import type { PublishSpec } from '../../model/settings/message-queues.ts';
import { CALL, Field, Outcome } from '../calls.ts';
import { SERVER, ServerField } from '../servers.ts';
import type { Serving } from '../serving.ts';
import type { MessageQueues } from './message-queues.ts';

/** A Serving, or a kind of it; `publishes` is by behaviour, `keyOf` by row of a call. */
export function publishing(
  Base: typeof Serving,
  queues: MessageQueues,
  publishes: (behavior: number) => readonly PublishSpec[],
  keyOf: (row: number) => number,
): typeof Serving {
  return class PublishingServing extends Base {
    protected override answer(row: number, outcome: number): void {
      const { ints } = this.calls;
      const at = CALL * row;
      const behavior = this.servers.ints[SERVER * (ints[at + Field.Pod] as PodRow) + ServerField.Behavior];
      const { [at + Field.Ordinal]: ordinal, [at + Field.Hop]: hop } = ints;
      const key = keyOf(row);
      super.answer(row, outcome);
      if (outcome === Outcome.Ok && behavior >= 0) queues.answered(publishes(behavior), ordinal, hop, key);
    }
  };
}
