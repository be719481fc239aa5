// Hot dialect: the server's half of a call where requests hold memory: the node hears of each one that a pod holds more.
import type { PodRow } from '../model/rows.ts';
import { CALL, Field } from './calls.ts';
import { Serving } from './serving.ts';

export class WeighedServing extends Serving {
  override receive(row: number, pod: PodRow, podEpoch: number): void {
    super.receive(row, pod, podEpoch);
    if (this.servers.held(pod) > 0) this.exits.holdsMore(pod, podEpoch, this.containerOf(pod));
  }

  override reach(row: number, epoch: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    const isLive = ints[at + Field.Epoch] === epoch;
    const pod = ints[at + Field.Pod] as PodRow;
    const podEpoch = ints[at + Field.PodEpoch];
    super.reach(row, epoch);
    if (isLive && this.servers.held(pod) > 0) this.exits.holdsMore(pod, podEpoch, this.containerOf(pod));
  }
}
