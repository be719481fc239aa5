// Hot dialect: the caller's half where the caller is a broker: messages that pods are given, and what comes back.
import type { Machines } from '../../model/machines.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import { CALL, CallerState, Field, Outcome, ServerState } from '../calls.ts';
import type { Callers, CallersKind } from '../callers.ts';
import type { MarkedCalls } from '../classes/marked-calls.ts';
import type { AttemptNotes } from '../policed/attempt-notes.ts';
import type { Delivery } from './consumer-group.ts';
import { hopOf, type MessageQueues } from './message-queues.ts';

const NONE = -1;

/** What takes a message at a pod: it is put into a slot or the queue, or turned away. */
export type Receive = (row: number, pod: PodRow, epoch: number) => void;

/** `site` is that of all deliveries; `nodeOf` says where the process of a pod runs; `marks`: where calls are about something. */
export function consuming(
  Base: CallersKind,
  queues: MessageQueues,
  machines: Machines,
  nodeOf: (pod: PodRow) => NodeRow,
  site: number,
  receive: Receive,
  marks: MarkedCalls | undefined,
): CallersKind {
  return class ConsumingCallers extends Base {
    readonly #deliveries = new Map<number, Delivery>();
    readonly #onDelivered: number;
    readonly #onLost: number;

    constructor(...given: ConstructorParameters<typeof Callers>) {
      super(...given);
      this.#onDelivered = this.engine.kind('traffic.message.delivered', (row, epoch) => this.#delivered(row, epoch));
      this.#onLost = this.engine.kind('traffic.message.lost', (row) => this.settle(row, Outcome.Reset));
      queues.send = (delivery, latencyUs) => this.#send(delivery, latencyUs);
    }

    #send(delivery: Delivery, latencyUs: number): void {
      const { member, ordinal, deliveries, group } = delivery;
      const row = this.calls.allocate();
      this.#deliveries.set(row, delivery);
      if (marks !== undefined) marks.keys[row] = delivery.key;
      const { ints } = this.calls;
      const at = CALL * row;
      this.calls.reals[(CALL / 2) * row] = this.engine.now;
      ints[at + Field.Caller] = CallerState.Waiting;
      ints[at + Field.Server] = ServerState.Travelling;
      ints[at + Field.Parent] = NONE;
      ints[at + Field.Site] = site;
      ints[at + Field.Attempt] = deliveries;
      ints[at + Field.Ordinal] = ordinal | 0;
      // Copies of a message have luck of their own.
      const copy = group.spec.everyPod === true ? Math.imul(member.pod + 1, 0x9e3779b1) : 0;
      ints[at + Field.Hop] = hopOf(group.queue, group.spec.name) ^ copy;
      ints[at + Field.Pod] = member.pod;
      ints[at + Field.PodEpoch] = member.epoch;
      ints[at + Field.Node] = nodeOf(member.pod);
      ints[at + Field.Timer] = NONE;
      ints[at + Field.Connection] = NONE;
      ints[at + Field.Pending] = 0;
      // Nothing of the row's last call is known of it.
      (this as { readonly notes?: AttemptNotes }).notes?.begin(row, undefined, Infinity);
      this.meters.begin(this.sites.meter[site], this.engine.now);
      this.engine.after(latencyUs, this.#onDelivered, row, ints[at + Field.Epoch]);
    }

    #delivered(row: number, epoch: number): void {
      const { ints } = this.calls;
      const at = CALL * row;
      const delivery = this.#deliveries.get(row);
      if (delivery === undefined || ints[at + Field.Epoch] !== epoch) return;
      if (machines.nodeUp[ints[at + Field.Node]] === 0) this.silent(row);
      else receive(row, delivery.member.pod, delivery.member.epoch);
    }

    /** What is lost with a machine is lost at once: who misses it is the group's affair. */
    override silent(row: number): void {
      if (!this.#deliveries.has(row)) {
        super.silent(row);
        return;
      }
      this.calls.ints[CALL * row + Field.Server] = ServerState.Ended;
      this.engine.after(0, this.#onLost, row, 0);
    }

    /** The broker is as near as its group says. */
    override bookAnswer(row: number, delayUs: number): void {
      super.bookAnswer(row, this.#deliveries.has(row) ? 0 : delayUs);
    }

    protected override settle(row: number, outcome: number): void {
      const delivery = this.#deliveries.get(row);
      if (delivery === undefined) {
        super.settle(row, outcome);
        return;
      }
      this.#deliveries.delete(row);
      const { ints } = this.calls;
      const at = CALL * row;
      ints[at + Field.Caller] = CallerState.Gone;
      this.meters.end(this.sites.meter[site], outcome, this.calls.reals[(CALL / 2) * row], this.engine.now);
      this.releaseIfOver(row);
      const lost = outcome === Outcome.Reset || outcome === Outcome.Refused;
      delivery.group.ended(delivery, outcome === Outcome.Ok ? 'ok' : lost ? 'lost' : 'failed');
    }
  };
}
