// The queues of a broker: who publishes, which groups consume, and the rows of calls on which messages are delivered to pods.
import type { Engine } from '../../engine/engine.ts';
import { CounterRandom } from '../../engine/counter.ts';
import { assert } from '../../lib/assert.ts';
import type { Family } from '../../lib/family.ts';
import { murmur2 } from '../../lib/hashing/murmur2.ts';
import { imageName } from '../../model/settings/behavior.ts';
import { fnv1a } from '../../model/names.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { PodRow } from '../../model/rows.ts';
import type { MessageQueueSpec, PublishSpec } from '../../model/settings/message-queues.ts';
import type { ArrivalContext, Arrivals } from '../arrivals/arrivals.ts';
import { Keys } from '../classes/keys.ts';
import type { TrafficSettings } from '../settings.ts';
import type { WorkOfProcess } from './broker-lanes.ts';
import { Brokers } from './brokers.ts';
import { ConsumerGroup, type Delivery } from './consumer-group.ts';

const NO_KEY = -1;
const utf8 = new TextEncoder();

/** Who a pod is to a broker. */
export interface PodFacts {
  /** Of its main container. */
  readonly imageOf: (podClass: PodClass) => string;
  readonly nameOf: (pod: PodRow) => string;
  readonly work: WorkOfProcess;
}

export class MessageQueues {
  readonly groups: readonly ConsumerGroup[];
  /** By queue: messages that it has taken so far, and those that were sent to it. */
  readonly published: number[];
  readonly #sent: number[];
  readonly specs: readonly MessageQueueSpec[];
  /** Delivers to the process of a pod; set by whoever has the rows. */
  send: (delivery: Delivery, latencyUs: number) => void = () => undefined;
  /** By queue; undefined where it never fails. */
  readonly brokers: readonly (Brokers | undefined)[];
  readonly #pods: PodFacts;
  readonly #keys: readonly (Keys | undefined)[];
  readonly #byQueue: readonly (readonly ConsumerGroup[])[];
  readonly #luck: CounterRandom;
  readonly #onArrival: number;
  readonly #arrivals: (Arrivals | undefined)[];
  readonly #engine: Engine;

  constructor(
    engine: Engine,
    specs: readonly MessageQueueSpec[],
    family: Family<ArrivalContext, Arrivals>,
    pods: PodFacts,
    startSeconds: number | undefined,
  ) {
    this.#engine = engine;
    this.specs = specs;
    this.#pods = pods;
    this.#luck = new CounterRandom(engine.seed, 'traffic/publishes');
    this.published = specs.map(() => 0);
    this.#sent = specs.map(() => 0);
    this.#keys = specs.map(({ keys }) => keys && new Keys(engine, keys));
    this.#byQueue = specs.map(({ name, partitions, groups }, queue) => {
      const canRead = (partition: number) => this.brokers[queue]?.leads(partition) ?? true;
      return groups.map(
        (group) => new ConsumerGroup(engine, name, partitions, group, (...of) => this.#deliver(queue, ...of), canRead),
      );
    });
    this.groups = this.#byQueue.flat();
    this.brokers = specs.map(({ name, partitions, broker }, queue) => {
      if (broker === undefined) return undefined;
      const groups = this.#byQueue[queue];
      const names = groups.map(({ spec }) => spec.name);
      return new Brokers(engine, name, partitions, names, broker, {
        take: (...message) => this.#take(queue, ...message),
        lose: (partition, afterUs) => {
          for (const group of groups) group.lose(partition, afterUs);
        },
        led: (partition) => {
          for (const group of groups) group.offer(partition);
        },
        coordinates: (group, isCoordinated) => groups[group].coordinate(isCoordinated),
        work: pods.work,
      });
    });
    this.#arrivals = specs.map(({ name, arrivals, startUs }) =>
      arrivals === undefined
        ? undefined
        : family.create(arrivals.name, arrivals.args, {
            random: engine.stream(`traffic/messages/${name}`),
            startUs,
            startSeconds,
            nowUs: () => engine.now,
          }),
    );
    this.#onArrival = engine.kind('traffic.message', (queue) => {
      const { name } = specs[queue];
      this.publish(queue, this.#keys[queue]?.keyOf(this.#sent[queue], fnv1a(name) | 0) ?? NO_KEY);
      this.#book(queue);
    });
    for (const queue of specs.keys()) this.#book(queue);
  }

  #book(queue: number): void {
    const timeUs = Math.round(this.#arrivals[queue]?.next() ?? Infinity);
    if (timeUs < Number.MAX_SAFE_INTEGER) this.#engine.at(timeUs, this.#onArrival, queue, 0);
  }

  /** One message, for every group: one about a key goes to the key's partition, as Kafka's clients choose it, another one to the next in turn. */
  publish(queue: number, key: number): void {
    const ordinal = this.#sent[queue];
    this.#sent[queue] = ordinal + 1;
    const partitions = Math.max(1, this.specs[queue].partitions);
    const partition = (key === NO_KEY ? ordinal : murmur2(utf8.encode(String(key))) & 0x7fffffff) % partitions;
    const brokers = this.brokers[queue];
    if (brokers === undefined) this.#take(queue, partition, this.#engine.now, ordinal, key);
    else brokers.publish(partition, ordinal, key);
  }

  #deliver(queue: number, delivery: Delivery, latencyUs: number): void {
    const brokers = this.brokers[queue];
    if (brokers === undefined) this.send(delivery, latencyUs);
    else
      brokers.deliver(
        delivery.partition,
        () => this.send(delivery, latencyUs),
        () => delivery.group.undelivered(delivery),
      );
  }

  #take(queue: number, partition: number, publishedUs: number, ordinal: number, key: number): void {
    this.published[queue] += 1;
    for (const group of this.#byQueue[queue]) group.publish(partition, publishedUs, ordinal, key);
  }

  /** What a request publishes that was answered without an error; `key` is what it was about. */
  answered(publishes: readonly PublishSpec[], ordinal: number, hop: number, key: number): void {
    for (const [index, { queue, count, probability, byKey }] of publishes.entries()) {
      this.#luck.seek(ordinal, hop, index);
      if (probability < 1 && this.#luck.uniform() >= probability) continue;
      const number = this.specs.findIndex(({ name }) => name === queue);
      for (let i = 0; i < count; i += 1) this.publish(number, byKey === true ? key : NO_KEY);
    }
  }

  /** The main process of a pod serves from now on. */
  started(pod: PodRow, epoch: number, podClass: PodClass): void {
    for (const brokers of this.#brokersOf(podClass)) brokers.started(pod, this.#pods.nameOf(pod));
    for (const group of this.#groupsOf(podClass)) group.join(pod, epoch, this.#pods.nameOf(pod));
  }

  /** It ends: with notice, or dead. */
  ended(pod: PodRow, podClass: PodClass, saysSo: boolean): void {
    for (const brokers of this.#brokersOf(podClass)) brokers.ended(pod, saysSo);
    for (const group of this.#groupsOf(podClass)) group.leave(pod, saysSo);
  }

  #groupsOf(podClass: PodClass): ConsumerGroup[] {
    return this.groups.filter(({ spec }) => this.#isOf(spec, podClass));
  }

  #brokersOf(podClass: PodClass): Brokers[] {
    return this.brokers.filter((brokers, queue) => {
      const { broker } = this.specs[queue];
      return brokers !== undefined && broker !== undefined && this.#isOf(broker, podClass);
    }) as Brokers[];
  }

  #isOf({ image, namespace }: { readonly image: string; readonly namespace: string }, podClass: PodClass): boolean {
    const own = this.#pods.imageOf(podClass);
    return (image === own || image === imageName(own)) && namespace === podClass.namespace;
  }

  /** Messages of a queue that a group has not acknowledged; the sum of all its groups where none is named. */
  lag(queue: string, group: string | undefined): number {
    return this.groups
      .filter((one) => one.queue === queue && (group === undefined || one.spec.name === group))
      .reduce((sum, one) => sum + one.lag, 0);
  }

  /** Every message is acknowledged, given up, lost or not consumed yet; what was sent and not taken is with its publisher, or given up there. */
  check(): void {
    for (const [queue, groups] of this.#byQueue.entries()) {
      const brokers = this.brokers[queue];
      const untaken = brokers === undefined ? 0 : brokers.buffered + brokers.expired;
      const sent = this.#sent[queue];
      assert(
        this.published[queue] + untaken === sent,
        () => `queue ${this.specs[queue].name}: ${sent} sent, ${this.published[queue]} taken, ${untaken} not`,
      );
      for (const { acknowledged, givenUp, lost, lag, inFlight, copies, spec } of groups) {
        const known = acknowledged + givenUp + lost + lag;
        const all = spec.everyPod === true ? copies : this.published[queue];
        assert(
          known === all && inFlight >= 0,
          () => `queue ${this.specs[queue].name}: ${all} published, ${known} known of by ${spec.name}`,
        );
      }
    }
  }
}

/** Undefined where there are none. */
export function messageQueuesOf(
  { messageQueues = [], startSeconds }: TrafficSettings,
  engine: Engine,
  family: Family<ArrivalContext, Arrivals>,
  pods: PodFacts,
): MessageQueues | undefined {
  return messageQueues.length === 0 ? undefined : new MessageQueues(engine, messageQueues, family, pods, startSeconds);
}

/** Messages have luck of their own, by their queue. */
export function hopOf(queue: string, group: string): number {
  return fnv1a(`${queue}/${group}`) | 0;
}
