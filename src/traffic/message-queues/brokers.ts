// The brokers of a queue: pods, of which one leads each partition; what becomes of partitions when one of them is gone.
import { Samplers } from '../../engine/distributions.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Random } from '../../engine/random.ts';
import { javaHash } from '../../lib/hashing/string-hashes.ts';
import type { PodRow } from '../../model/rows.ts';
import type { BrokerSpec } from '../../model/settings/message-queues.ts';
import { BrokerLanes, type WorkOfProcess } from './broker-lanes.ts';
import { MessageList } from './message-list.ts';

const NONE = -1;

interface Broker {
  /** Of its pod: one with the same name has its disk. */
  readonly name: string;
  pod: PodRow;
  runs: boolean;
}

interface Partition {
  /** The broker that leads it if it can. */
  readonly preferred: number;
  /** By their number; NONE while nobody leads it. */
  leader: number;
  /** Who led it last; NONE before anybody has. */
  last: number;
  /** Since when nobody leads it, and whether the last leader died without a word. */
  sinceUs: number;
  isSudden: boolean;
  /** Brokers that have all of it: only these may lead it (unclean.leader.election.enable is off). */
  readonly inSync: Set<number>;
  /** What publishers keep for it. */
  readonly waiting: MessageList;
}

/** What the queue does with a message that a broker has taken, and with those that were only on a disk that is gone. */
export interface BrokerUse {
  readonly take: (partition: number, publishedUs: number, ordinal: number, key: number) => void;
  readonly lose: (partition: number, afterUs: number) => void;
  /** A partition is led again. */
  readonly led: (partition: number) => void;
  /** Whether a group has a coordinator from now on. */
  readonly coordinates: (group: number, isCoordinated: boolean) => void;
  /** CPU time of a broker. */
  readonly work: WorkOfProcess;
}

/** A message that its leader, or others in sync, work on: the publisher has no answer yet. */
interface Working {
  readonly publishedUs: number;
  readonly ordinal: number;
  readonly key: number;
  /** Brokers that it waits for. */
  left: number;
  /** The publisher has it again, or it is taken. */
  isOver: boolean;
}

/** Of the topic in which groups keep what they have acknowledged: `offsets.topic.num.partitions`. */
const OFFSETS_PARTITIONS = 50;

/**
 * Partition p is on brokers p, p + 1 … of those that ever ran, in their order; the first of these that runs and has all of it leads. The coordinator of a group leads
 * the partition of __consumer_offsets that is the group's (`partitionFor` of Kafka's GroupMetadataManager).
 */
export class Brokers {
  /** Messages that publishers gave up, since the start. */
  expired = 0;
  readonly #spec: BrokerSpec;
  readonly #engine: Engine;
  readonly #use: BrokerUse;
  readonly #brokers: Broker[] = [];
  readonly #partitions: readonly Partition[];
  /** By group. */
  readonly #offsets: readonly Partition[];
  readonly #onFailover: number;
  /** What brokers work on; undefined where they use no CPU. */
  readonly #lanes: BrokerLanes | undefined;
  /** By partition. */
  readonly #working: Set<Working>[];
  readonly #samplers = new Samplers();
  readonly #works: { readonly publish: number; readonly replicate: number; readonly deliver: number } | undefined;
  readonly #random: Random;

  constructor(
    engine: Engine,
    queue: string,
    partitions: number,
    groups: readonly string[],
    spec: BrokerSpec,
    use: BrokerUse,
  ) {
    this.#engine = engine;
    this.#spec = spec;
    this.#use = use;
    this.#partitions = Array.from({ length: Math.max(1, partitions) }, (_, number) => partitionOf(number));
    this.#offsets = groups.map((group) => partitionOf(Math.abs(javaHash(group)) % OFFSETS_PARTITIONS));
    this.#working = this.#partitions.map(() => new Set());
    this.#random = engine.stream(`traffic.messages ${queue} brokers`);
    if (spec.work !== undefined) {
      this.#lanes = new BrokerLanes(use.work);
      this.#works = {
        publish: this.#samplers.add(spec.work.publish),
        replicate: this.#samplers.add(spec.work.replicate),
        deliver: this.#samplers.add(spec.work.deliver),
      };
    }
    this.#onFailover = engine.kind(`traffic.messages ${queue} failover`, () => this.#settle());
  }

  /** Whether the partition can be read. */
  leads(partition: number): boolean {
    return this.#partitions[partition].leader !== NONE;
  }

  /** Partitions that nobody leads. */
  get leaderless(): number {
    return this.#partitions.filter(({ leader }) => leader === NONE).length;
  }

  /** Messages that publishers keep. */
  get buffered(): number {
    for (const partition of this.#partitions) this.#expire(partition);
    const waiting = this.#partitions.reduce((sum, one) => sum + one.waiting.length, 0);
    return this.#working.reduce((sum, { size }) => sum + size, waiting);
  }

  /** To the leader of the partition, or into its publisher's buffer. */
  publish(partition: number, ordinal: number, key: number): void {
    const { now } = this.#engine;
    const one = this.#partitions[partition];
    if (this.#takes(one)) this.#handle(partition, now, ordinal, key);
    else one.waiting.push(now, ordinal, key);
  }

  /** The leader of the partition works on a delivery, and sends it. */
  deliver(partition: number, send: () => void, undelivered: () => void): void {
    const { leader } = this.#partitions[partition];
    if (this.#works === undefined || leader === NONE) send();
    else this.#begin(leader, this.#partitions.length + partition, this.#works.deliver, send, undelivered);
  }

  #begin(broker: number, lane: number, sampler: number, done: () => void, lost: () => void): void {
    const us = Math.round(this.#samplers.draw(sampler, this.#random));
    this.#lanes!.begin(broker, lane, { pod: this.#brokers[broker].pod, us, done, lost });
  }

  /** The leader has got it. */
  #handle(partition: number, publishedUs: number, ordinal: number, key: number): void {
    if (this.#works === undefined) {
      this.#use.take(partition, publishedUs, ordinal, key);
      return;
    }
    const { leader } = this.#partitions[partition];
    const message: Working = { publishedUs, ordinal, key, left: 1, isOver: false };
    this.#working[partition].add(message);
    const back = (): void => this.#giveBack(partition, message);
    this.#begin(leader, partition, this.#works.publish, () => this.#append(partition, leader, message), back);
  }

  /** The leader has it; the others in sync copy it from there. */
  #append(partition: number, leader: number, message: Working): void {
    const { inSync, leader: now } = this.#partitions[partition];
    const others = now === leader ? [...inSync].filter((one) => one !== leader && this.#brokers[one].runs) : [];
    const waits = this.#spec.acks === 'all';
    if (waits) message.left += others.length;
    for (const other of others) {
      const copied = waits ? () => this.#copied(partition, message) : () => undefined;
      this.#begin(other, partition, this.#works!.replicate, copied, copied);
    }
    this.#copied(partition, message);
  }

  #copied(partition: number, message: Working): void {
    message.left -= 1;
    if (message.left > 0 || message.isOver) return;
    message.isOver = true;
    this.#working[partition].delete(message);
    this.#use.take(partition, message.publishedUs, message.ordinal, message.key);
  }

  /** Its publisher has no answer, and sends it again to whoever leads. */
  #giveBack(partition: number, message: Working): void {
    if (message.isOver) return;
    message.isOver = true;
    this.#working[partition].delete(message);
    this.#partitions[partition].waiting.putBack(message.publishedUs, message.ordinal, 0, message.key);
  }

  /** The process of a pod that is a broker runs from now on. */
  started(pod: PodRow, name: string): void {
    let number = this.#brokers.findIndex((one) => one.name === name);
    if (number < 0) number = this.#brokers.push({ name, pod, runs: false }) - 1;
    else if (this.#brokers[number].runs) this.ended(this.#brokers[number].pod, false);
    Object.assign(this.#brokers[number], { pod, runs: true });
    this.#settle();
  }

  /** It ends: with notice, so that others take over at once, or dead. */
  ended(pod: PodRow, saysSo: boolean): void {
    const number = this.#brokers.findIndex((one) => one.pod === pod && one.runs);
    if (number < 0) return;
    this.#brokers[number].runs = false;
    const led = this.#partitions.flatMap(({ leader }, partition) => (leader === number ? [partition] : []));
    for (const partition of [...this.#partitions, ...this.#offsets]) {
      if (partition.leader === number) {
        partition.leader = NONE;
        partition.sinceUs = this.#engine.now;
        partition.isSudden = !saysSo;
      } else if (partition.leader !== NONE) partition.inSync.delete(number);
    }
    // What waits for copies of others has no answer either.
    for (const partition of led)
      for (const message of [...this.#working[partition]].reverse()) this.#giveBack(partition, message);
    this.#lanes?.ended(number);
    for (const [group, { leader }] of this.#offsets.entries()) if (leader === NONE) this.#use.coordinates(group, false);
    this.#settle();
    if (!saysSo) this.#engine.after(this.#spec.failoverUs, this.#onFailover, 0, 0);
  }

  #settle(): void {
    for (const [group, partition] of this.#offsets.entries()) {
      const wasLed = partition.leader !== NONE;
      if (!wasLed) this.#elect(partition);
      if (partition.leader === NONE) continue;
      this.#spread(partition);
      if (!wasLed) this.#use.coordinates(group, true);
    }
    for (const [number, partition] of this.#partitions.entries()) {
      const wasLed = partition.leader !== NONE;
      if (!wasLed) {
        const { last, sinceUs, isSudden } = partition;
        this.#elect(partition);
        const isAnother = partition.leader !== NONE && last !== NONE && partition.leader !== last;
        const { acks, replicationLagUs } = this.#spec;
        // Followers do not have what they had not fetched yet.
        if (isAnother && isSudden && acks === 'leader') this.#use.lose(number, sinceUs - replicationLagUs);
      }
      if (partition.leader === NONE) continue;
      this.#spread(partition);
      this.#flush(number, partition);
      if (!wasLed) this.#use.led(number);
    }
  }

  /** The brokers of a partition, the preferred one first. */
  #replicas({ preferred }: Partition): readonly number[] {
    const count = this.#brokers.length;
    const replicas = Math.min(count, this.#spec.replicas);
    return Array.from({ length: replicas }, (_, i) => (preferred + i) % count);
  }

  /** One that has all of it; another one than before only once the last one is missed. */
  #elect(partition: Partition): void {
    const { last, sinceUs, isSudden, inSync } = partition;
    const runs = (one: number) => this.#brokers[one].runs;
    if (last === NONE) {
      partition.leader = this.#replicas(partition).find(runs) ?? NONE;
    } else if (runs(last)) {
      partition.leader = last;
    } else if (!isSudden || this.#engine.now >= sinceUs + this.#spec.failoverUs) {
      partition.leader = [...inSync].find(runs) ?? NONE;
    }
    if (partition.leader === NONE) return;
    for (const one of inSync) if (!runs(one)) inSync.delete(one);
    inSync.add(partition.leader);
  }

  /** Those of its brokers that run catch up, the preferred one leads, and others that had it before have it no more. */
  #spread(partition: Partition): void {
    const replicas = this.#replicas(partition).filter((one) => this.#brokers[one].runs);
    if (replicas.length > 0) {
      partition.inSync.clear();
      for (const one of replicas) partition.inSync.add(one);
      [partition.leader] = replicas;
    }
    partition.last = partition.leader;
  }

  #takes({ leader, inSync }: Partition): boolean {
    return leader !== NONE && (this.#spec.acks === 'leader' || inSync.size >= this.#spec.minInSync);
  }

  #flush(number: number, partition: Partition): void {
    if (!this.#takes(partition)) return;
    this.#expire(partition);
    const { waiting } = partition;
    while (waiting.length > 0) {
      const { publishedUs, ordinal, key } = waiting;
      waiting.shift();
      this.#handle(number, publishedUs, ordinal, key);
    }
  }

  /** Publishers give up what has waited for too long. */
  #expire({ waiting }: Partition): void {
    while (waiting.length > 0 && waiting.publishedUs + this.#spec.deliveryTimeoutUs < this.#engine.now) {
      waiting.shift();
      this.expired += 1;
    }
  }
}

function partitionOf(preferred: number): Partition {
  return {
    preferred,
    leader: NONE,
    last: NONE,
    sinceUs: 0,
    isSudden: false,
    inSync: new Set<number>(),
    waiting: new MessageList(),
  };
}
