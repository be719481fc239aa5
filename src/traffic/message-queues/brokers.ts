// The brokers of a queue: pods, of which one leads each partition; what becomes of partitions when one of them is gone.
import type { Engine } from '../../engine/engine.ts';
import type { PodRow } from '../../model/rows.ts';
import type { BrokerSpec } from '../../model/settings/message-queues.ts';
import { MessageList } from './message-list.ts';

const NONE = -1;

interface Broker {
  /** Of its pod: one with the same name has its disk. */
  readonly name: string;
  pod: PodRow;
  runs: boolean;
}

interface Partition {
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
}

/** Partition p is on brokers p, p + 1 … of those that ever ran, in their order; the first of these that runs and has all of it leads. */
export class Brokers {
  /** Messages that publishers gave up, since the start. */
  expired = 0;
  readonly #spec: BrokerSpec;
  readonly #engine: Engine;
  readonly #use: BrokerUse;
  readonly #brokers: Broker[] = [];
  readonly #partitions: readonly Partition[];
  readonly #onFailover: number;

  constructor(engine: Engine, queue: string, partitions: number, spec: BrokerSpec, use: BrokerUse) {
    this.#engine = engine;
    this.#spec = spec;
    this.#use = use;
    this.#partitions = Array.from({ length: Math.max(1, partitions) }, () => ({
      leader: NONE,
      last: NONE,
      sinceUs: 0,
      isSudden: false,
      inSync: new Set<number>(),
      waiting: new MessageList(),
    }));
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
    return this.#partitions.reduce((sum, { waiting }) => sum + waiting.length, 0);
  }

  /** To the leader of the partition, or into its publisher's buffer. */
  publish(partition: number, ordinal: number, key: number): void {
    const { now } = this.#engine;
    const one = this.#partitions[partition];
    if (this.#takes(one)) this.#use.take(partition, now, ordinal, key);
    else one.waiting.push(now, ordinal, key);
  }

  /** The process of a pod that is a broker runs from now on. */
  started(pod: PodRow, name: string): void {
    let number = this.#brokers.findIndex((one) => one.name === name);
    if (number < 0) number = this.#brokers.push({ name, pod, runs: false }) - 1;
    Object.assign(this.#brokers[number], { pod, runs: true });
    this.#settle();
  }

  /** It ends: with notice, so that others take over at once, or dead. */
  ended(pod: PodRow, saysSo: boolean): void {
    const number = this.#brokers.findIndex((one) => one.pod === pod && one.runs);
    if (number < 0) return;
    this.#brokers[number].runs = false;
    for (const partition of this.#partitions) {
      if (partition.leader === number) {
        partition.leader = NONE;
        partition.sinceUs = this.#engine.now;
        partition.isSudden = !saysSo;
      } else if (partition.leader !== NONE) partition.inSync.delete(number);
    }
    this.#settle();
    if (!saysSo) this.#engine.after(this.#spec.failoverUs, this.#onFailover, 0, 0);
  }

  #settle(): void {
    for (const [number, partition] of this.#partitions.entries()) {
      const wasLed = partition.leader !== NONE;
      if (!wasLed) this.#elect(number, partition);
      if (partition.leader === NONE) continue;
      this.#spread(number, partition);
      this.#flush(number, partition);
      if (!wasLed) this.#use.led(number);
    }
  }

  /** The brokers of a partition, the preferred one first. */
  #replicas(partition: number): readonly number[] {
    const count = this.#brokers.length;
    const replicas = Math.min(count, this.#spec.replicas);
    return Array.from({ length: replicas }, (_, i) => (partition + i) % count);
  }

  /** One that has all of it; another one than before only once the last one is missed. */
  #elect(number: number, partition: Partition): void {
    const { last, sinceUs, isSudden, inSync } = partition;
    const runs = (one: number) => this.#brokers[one].runs;
    if (last === NONE) {
      partition.leader = this.#replicas(number).find(runs) ?? NONE;
    } else if (runs(last)) {
      partition.leader = last;
    } else if (!isSudden || this.#engine.now >= sinceUs + this.#spec.failoverUs) {
      partition.leader = [...inSync].find(runs) ?? NONE;
      const { acks, replicationLagUs } = this.#spec;
      // Followers do not have what they had not fetched yet.
      if (partition.leader !== NONE && isSudden && acks === 'leader')
        this.#use.lose(number, sinceUs - replicationLagUs);
    }
    if (partition.leader === NONE) return;
    for (const one of inSync) if (!runs(one)) inSync.delete(one);
    inSync.add(partition.leader);
  }

  /** Those of its brokers that run catch up, the preferred one leads, and others that had it before have it no more. */
  #spread(number: number, partition: Partition): void {
    const replicas = this.#replicas(number).filter((one) => this.#brokers[one].runs);
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
      this.#use.take(number, publishedUs, ordinal, key);
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
