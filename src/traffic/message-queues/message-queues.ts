// The queues of a broker: who publishes, which groups consume, and the rows of calls on which messages are delivered to pods.
import type { Engine } from '../../engine/engine.ts';
import { CounterRandom } from '../../engine/counter.ts';
import { assert } from '../../lib/assert.ts';
import type { Family } from '../../lib/family.ts';
import { imageName } from '../../model/settings/behavior.ts';
import { fnv1a } from '../../model/names.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { PodRow } from '../../model/rows.ts';
import type { MessageQueueSpec, PublishSpec } from '../../model/settings/message-queues.ts';
import type { ArrivalContext, Arrivals } from '../arrivals/arrivals.ts';
import { ConsumerGroup, type Delivery } from './consumer-group.ts';

export class MessageQueues {
  readonly groups: readonly ConsumerGroup[];
  /** By queue: messages so far. */
  readonly published: number[];
  readonly specs: readonly MessageQueueSpec[];
  /** Delivers to the process of a pod; set by whoever has the rows. */
  send: (delivery: Delivery, latencyUs: number) => void = () => undefined;
  /** Of the main container of a class of pods. */
  readonly #imageOf: (podClass: PodClass) => string;
  readonly #byQueue: readonly (readonly ConsumerGroup[])[];
  readonly #luck: CounterRandom;
  readonly #onArrival: number;
  readonly #arrivals: (Arrivals | undefined)[];
  readonly #engine: Engine;

  constructor(
    engine: Engine,
    specs: readonly MessageQueueSpec[],
    family: Family<ArrivalContext, Arrivals>,
    imageOf: (podClass: PodClass) => string,
  ) {
    this.#engine = engine;
    this.specs = specs;
    this.#imageOf = imageOf;
    this.#luck = new CounterRandom(engine.seed, 'traffic/publishes');
    this.published = specs.map(() => 0);
    this.#byQueue = specs.map(({ name, partitions, groups }) =>
      groups.map((group) => new ConsumerGroup(engine, name, partitions, group, (...of) => this.send(...of))),
    );
    this.groups = this.#byQueue.flat();
    this.#arrivals = specs.map(({ name, arrivals, startUs }) =>
      arrivals === undefined
        ? undefined
        : family.create(arrivals.name, arrivals.args, {
            random: engine.stream(`traffic/messages/${name}`),
            startUs,
            nowUs: () => engine.now,
          }),
    );
    this.#onArrival = engine.kind('traffic.message', (queue) => {
      this.publish(queue);
      this.#book(queue);
    });
    for (const queue of specs.keys()) this.#book(queue);
  }

  #book(queue: number): void {
    const timeUs = Math.round(this.#arrivals[queue]?.next() ?? Infinity);
    if (timeUs < Number.MAX_SAFE_INTEGER) this.#engine.at(timeUs, this.#onArrival, queue, 0);
  }

  /** One message, for every group; its partition is the next one in turn, as of messages without a key. */
  publish(queue: number): void {
    const ordinal = this.published[queue];
    this.published[queue] = ordinal + 1;
    const partition = ordinal % Math.max(1, this.specs[queue].partitions);
    for (const group of this.#byQueue[queue]) group.publish(partition, ordinal);
  }

  /** What a request publishes that was answered without an error. */
  answered(publishes: readonly PublishSpec[], ordinal: number, hop: number): void {
    for (const [index, { queue, count, probability }] of publishes.entries()) {
      this.#luck.seek(ordinal, hop, index);
      if (probability < 1 && this.#luck.uniform() >= probability) continue;
      const number = this.specs.findIndex(({ name }) => name === queue);
      for (let i = 0; i < count; i += 1) this.publish(number);
    }
  }

  /** The main process of a pod serves from now on. */
  started(pod: PodRow, epoch: number, podClass: PodClass): void {
    for (const group of this.#groupsOf(podClass)) group.join(pod, epoch);
  }

  /** It ends: with notice, or dead. */
  ended(pod: PodRow, podClass: PodClass, saysSo: boolean): void {
    for (const group of this.#groupsOf(podClass)) group.leave(pod, saysSo);
  }

  #groupsOf(podClass: PodClass): ConsumerGroup[] {
    const image = this.#imageOf(podClass);
    return this.groups.filter(
      ({ spec }) => (spec.image === image || spec.image === imageName(image)) && spec.namespace === podClass.namespace,
    );
  }

  /** Messages of a queue that a group has not acknowledged; the sum of all its groups where none is named. */
  lag(queue: string, group: string | undefined): number {
    return this.groups
      .filter((one) => one.queue === queue && (group === undefined || one.spec.name === group))
      .reduce((sum, one) => sum + one.lag, 0);
  }

  /** Every message is acknowledged, given up, or not consumed yet. */
  check(): void {
    for (const [queue, groups] of this.#byQueue.entries()) {
      for (const { acknowledged, givenUp, lag, inFlight, spec } of groups) {
        const known = acknowledged + givenUp + lag;
        assert(
          known === this.published[queue] && inFlight >= 0,
          () =>
            `queue ${this.specs[queue].name}: ${this.published[queue]} published, ${known} known of by ${spec.name}`,
        );
      }
    }
  }
}

/** Messages have luck of their own, by their queue. */
export function hopOf(queue: string, group: string): number {
  return fnv1a(`${queue}/${group}`) | 0;
}
