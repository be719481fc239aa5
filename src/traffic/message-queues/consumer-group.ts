// A group that consumes a queue: its members, who of them has which partition, and what is delivered to whom.
import { Samplers } from '../../engine/distributions.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Random } from '../../engine/random.ts';
import { Histogram } from '../../metrics/histogram.ts';
import type { PodRow } from '../../model/rows.ts';
import type { ConsumerGroup as GroupSpec } from '../../model/settings/message-queues.ts';
import { assignors } from './assignors.ts';
import { MessageList } from './message-list.ts';

const NOT_FOUND = -1;

/** A message on its way through a member. */
export interface Delivery {
  readonly group: ConsumerGroup;
  readonly member: Member;
  readonly partition: number;
  readonly publishedUs: number;
  readonly ordinal: number;
  readonly deliveries: number;
  /** What it is about; -1 for nothing in particular. */
  readonly key: number;
}

export interface Member {
  readonly pod: PodRow;
  readonly epoch: number;
  /** Of its pod. */
  readonly name: string;
  /** Messages that it has and has not acknowledged. */
  outstanding: number;
  /** It takes no more: it is ending, or dead. */
  gone: boolean;
  /** When it is missed, if it is gone and nobody knows. */
  missedAtUs: number;
}

/** Sends a message to a member's pod after so long. */
export type Deliver = (delivery: Delivery, latencyUs: number) => void;

export class ConsumerGroup {
  readonly queue: string;
  readonly spec: GroupSpec;
  /** Since the start. */
  acknowledged = 0;
  redelivered = 0;
  givenUp = 0;
  /** Messages that a broker lost before they were delivered, and what was lost with pods where it is not repeated. */
  lost = 0;
  /** With `everyPod`: messages times members. */
  copies = 0;
  rebalances = 0;
  /** Delivered, and neither acknowledged nor lost. */
  inFlight = 0;
  /** From publishing to the acknowledgement, in the current interval. */
  durations = new Histogram();
  readonly #engine: Engine;
  readonly #partitions: number;
  readonly #lists: MessageList[];
  readonly #members: Member[] = [];
  /** By partition. */
  #owners: (Member | undefined)[];
  /** Deliveries of dead members, until these are missed. */
  readonly #lost = new Map<Member, Delivery[]>();
  /** When the rebalance ends that is under way; what has ended lies in the past. */
  #rebalancedAtUs = 0;
  /** The rebalance that is under way waits for members of which nothing is heard. */
  #awaits = false;
  /** A rebalance is due as soon as a broker coordinates the group. */
  #isDue = false;
  #isCoordinated = true;
  readonly #deliver: Deliver;
  readonly #canRead: (partition: number) => boolean;
  /** By partition: messages that members have. */
  readonly #inFlight: number[];
  readonly #samplers = new Samplers();
  readonly #latency: number;
  readonly #random: Random;
  readonly #onRebalanced: number;
  readonly #isCooperative: boolean;
  readonly #onMissed: number;

  /** `canRead`: whether somebody leads the partition. */
  constructor(
    engine: Engine,
    queue: string,
    partitions: number,
    spec: GroupSpec,
    deliver: Deliver,
    canRead: (partition: number) => boolean,
  ) {
    this.#canRead = canRead;
    this.#engine = engine;
    this.queue = queue;
    this.spec = spec;
    this.#partitions = partitions;
    this.#deliver = deliver;
    this.#lists = Array.from({ length: Math.max(1, partitions) }, () => new MessageList());
    this.#owners = this.#lists.map(() => undefined);
    this.#inFlight = this.#lists.map(() => 0);
    this.#latency = this.#samplers.add(spec.latency);
    this.#isCooperative = spec.assignor === 'cooperative-sticky';
    const name = `traffic.messages ${queue}/${spec.name}`;
    this.#random = engine.stream(name);
    this.#onRebalanced = engine.kind(`${name} rebalanced`, () => this.#rebalanced());
    this.#onMissed = engine.kind(`${name} missed`, () => this.#missed());
  }

  get members(): number {
    return this.#members.length;
  }

  /** Messages that are published and not acknowledged. */
  get lag(): number {
    return this.inFlight + this.#lists.reduce((sum, { length }) => sum + length, 0);
  }

  /** How long the message has waited that waits longest, µs; 0 where none does. */
  get oldestUs(): number {
    let oldest = this.#engine.now;
    for (const list of this.#lists) if (list.length > 0) oldest = Math.min(oldest, list.publishedUs);
    return this.#engine.now - oldest;
  }

  /** Of these, those of the partition that has most. */
  get partitionLag(): number {
    return this.#lists.reduce((most, { length }, partition) => Math.max(most, length + this.#inFlight[partition]), 0);
  }

  publish(partition: number, publishedUs: number, ordinal: number, key: number): void {
    if (this.spec.everyPod === true) {
      for (const member of this.#members) this.#send(member, 0, publishedUs, ordinal, 0, key);
      this.copies += this.#members.length;
      return;
    }
    this.#lists[partition].push(publishedUs, ordinal, key);
    this.offer(partition);
  }

  /** What waits in a partition and was published after that time is gone. */
  lose(partition: number, afterUs: number): void {
    const list = this.#lists[partition];
    while (list.length > 0 && list.lastPublishedUs > afterUs) {
      list.pop();
      this.lost += 1;
    }
  }

  join(pod: PodRow, epoch: number, name: string): void {
    this.leave(pod, true);
    const member: Member = { pod, epoch, name, outstanding: 0, gone: false, missedAtUs: Infinity };
    const before = this.spec.staticMembership
      ? this.#members.findIndex((one) => one.gone && one.name === name)
      : NOT_FOUND;
    if (before !== NOT_FOUND) {
      this.#replace(before, member);
      return;
    }
    this.#members.push(member);
    this.#changed();
  }

  /** A static member is back, and has the partitions that it had. */
  #replace(index: number, member: Member): void {
    const before = this.#members[index];
    this.#members[index] = member;
    this.#owners = this.#owners.map((owner) => (owner === before ? member : owner));
    this.#putBack(before);
    this.#fetch(member);
    if (this.#awaits) this.#rebalanced();
  }

  /** The process of a pod ends. One that says so is missed at once, one that has died, or is static, only after a while. */
  leave(pod: PodRow, saysSo: boolean): void {
    const index = this.#members.findIndex((one) => one.pod === pod && !one.gone);
    if (index < 0) return;
    const member = this.#members[index];
    member.gone = true;
    const isHeard = saysSo && this.#isCoordinated && !this.spec.staticMembership;
    if (isHeard || this.#partitions === 0) this.#remove(member);
    else this.#miss(member);
  }

  #miss(member: Member): void {
    member.missedAtUs = this.#engine.now + this.spec.sessionTimeoutUs;
    this.#engine.after(this.spec.sessionTimeoutUs, this.#onMissed, 0, 0);
  }

  #missed(): void {
    if (!this.#isCoordinated) return;
    const { now } = this.#engine;
    for (const member of this.#members.filter(({ missedAtUs }) => missedAtUs <= now)) this.#remove(member);
  }

  #remove(member: Member): void {
    this.#members.splice(this.#members.indexOf(member), 1);
    this.#putBack(member);
    this.#changed();
  }

  /** Whether a broker coordinates the group from now on: without one nobody is missed and nothing is divided, and members go on with what they have. */
  coordinate(isCoordinated: boolean): void {
    if (this.#isCoordinated === isCoordinated) return;
    this.#isCoordinated = isCoordinated;
    if (!isCoordinated) {
      // A rebalance that is under way comes to nothing, and begins anew.
      this.#isDue = this.#engine.now < this.#rebalancedAtUs;
      if (this.#isDue) this.#rebalancedAtUs = Infinity;
      this.#awaits = false;
      return;
    }
    // The new one knows of nobody who is late.
    for (const member of this.#members) if (member.missedAtUs < Infinity) this.#miss(member);
    if (this.#isDue) this.#changed();
  }

  /** What became of a delivery: acknowledged, failed, or lost with its member. */
  ended(delivery: Delivery, how: 'ok' | 'failed' | 'lost'): void {
    const { member, partition, publishedUs, ordinal, deliveries, key } = delivery;
    member.outstanding -= 1;
    if (this.spec.everyPod === true) {
      this.#isBack(partition);
      if (how === 'lost') this.lost += 1;
      else if (how === 'failed') this.givenUp += 1;
      else this.#acknowledge(publishedUs);
      return;
    }
    if (how === 'lost' && this.#members.includes(member)) {
      // Nobody knows yet.
      const lost = this.#lost.get(member);
      if (lost === undefined) this.#lost.set(member, [delivery]);
      else lost.push(delivery);
      return;
    }
    this.#isBack(partition);
    if (how === 'ok') {
      this.#acknowledge(publishedUs);
    } else if (how === 'failed' && deliveries + 1 >= this.spec.maxDeliveries) {
      this.givenUp += 1;
    } else {
      this.redelivered += 1;
      this.#lists[partition].putBack(publishedUs, ordinal, how === 'failed' ? deliveries + 1 : deliveries, key);
      this.offer(partition);
    }
    if (member.outstanding === 0) this.#fetch(member);
  }

  /** The broker that had it to deliver is gone: it waits as before. */
  undelivered(delivery: Delivery): void {
    if (this.spec.everyPod === true) {
      this.ended(delivery, 'lost');
      return;
    }
    const { member, partition, publishedUs, ordinal, deliveries, key } = delivery;
    member.outstanding -= 1;
    this.#isBack(partition);
    this.#lists[partition].putBack(publishedUs, ordinal, deliveries, key);
    if (member.outstanding === 0) this.#fetch(member);
  }

  #acknowledge(publishedUs: number): void {
    this.acknowledged += 1;
    this.durations.record(this.#engine.now - publishedUs);
  }

  #isBack(partition: number): void {
    this.inFlight -= 1;
    this.#inFlight[partition] -= 1;
  }

  #putBack(member: Member): void {
    const lost = this.#lost.get(member) ?? [];
    this.#lost.delete(member);
    // The last one first, so that they stand in their order again.
    for (const { partition, publishedUs, ordinal, deliveries, key } of lost.reverse()) {
      this.#isBack(partition);
      this.redelivered += 1;
      this.#lists[partition].putBack(publishedUs, ordinal, deliveries, key);
      this.offer(partition);
    }
  }

  /** The members are others now: partitions are to be divided anew. */
  #changed(): void {
    if (this.#partitions === 0) {
      for (const member of this.#members) if (member.outstanding === 0) this.#fetch(member);
      return;
    }
    this.#isDue = !this.#isCoordinated;
    if (this.#isDue) return;
    if (this.#awaits) {
      this.#rebalanced();
      return;
    }
    this.rebalances += 1;
    this.#rebalancedAtUs = this.#engine.now + this.spec.rebalanceUs;
    this.#engine.after(this.spec.rebalanceUs, this.#onRebalanced, 0, 0);
  }

  /** All members must have joined again: one that is dead and not missed yet holds everybody up. */
  #rebalanced(): void {
    const { now } = this.#engine;
    if (now < this.#rebalancedAtUs && !this.#awaits) return;
    this.#awaits = this.#members.some(({ missedAtUs }) => missedAtUs < Infinity);
    this.#rebalancedAtUs = this.#awaits ? Infinity : now;
    if (this.#awaits) return;
    const moves = this.#divide();
    for (const member of this.#members) if (member.outstanding === 0) this.#fetch(member);
    if (moves) this.#changed();
  }

  /** Whether members have given up partitions that others are to take up: then there is another rebalance. */
  #divide(): boolean {
    const members = this.#members;
    if (members.length === 0) {
      this.#owners.fill(undefined);
      return false;
    }
    const assign = assignors[this.spec.assignor];
    const owners = this.#owners.map((owner) => (owner === undefined ? NOT_FOUND : members.indexOf(owner)));
    const next = assign(owners, members.length);
    const isGivenUp = (partition: number): boolean =>
      this.#isCooperative && owners[partition] !== NOT_FOUND && owners[partition] !== next[partition];
    this.#owners = next.map((member, partition) => (isGivenUp(partition) ? undefined : members[member]));
    return next.some((_, partition) => isGivenUp(partition));
  }

  /** Nobody consumes while partitions are divided, unless that is done step by step. */
  get #isPaused(): boolean {
    return !this.#isCooperative && this.#engine.now < this.#rebalancedAtUs;
  }

  /** There is something in a partition: whoever has it and is idle takes it. */
  offer(partition: number): void {
    const owner =
      this.#partitions === 0
        ? this.#members.find(({ outstanding, gone }) => outstanding === 0 && !gone)
        : this.#owners[partition];
    if (owner !== undefined && owner.outstanding === 0) this.#fetch(owner);
  }

  /** Up to a batch, from the partitions of the member in turn. */
  #fetch(member: Member): void {
    if (member.gone || this.#isPaused) return;
    const { batch } = this.spec;
    for (let partition = 0; partition < this.#lists.length && member.outstanding < batch; partition += 1) {
      if (this.#partitions > 0 && this.#owners[partition] !== member) continue;
      if (!this.#canRead(partition)) continue;
      const list = this.#lists[partition];
      while (list.length > 0 && member.outstanding < batch) {
        const { publishedUs, ordinal, deliveries, key } = list;
        list.shift();
        this.#send(member, partition, publishedUs, ordinal, deliveries, key);
      }
    }
  }

  #send(
    member: Member,
    partition: number,
    publishedUs: number,
    ordinal: number,
    deliveries: number,
    key: number,
  ): void {
    member.outstanding += 1;
    this.inFlight += 1;
    this.#inFlight[partition] += 1;
    const latencyUs = Math.round(this.#samplers.draw(this.#latency, this.#random));
    this.#deliver({ group: this, member, partition, publishedUs, ordinal, deliveries, key }, latencyUs);
  }
}
