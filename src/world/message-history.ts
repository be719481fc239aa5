// Message queues over time: the rows of messages.csv, and how long messages took.
import type { Row } from '../metrics/catalogue.ts';
import { Histogram } from '../metrics/histogram.ts';
import type { ConsumerGroup } from '../traffic/message-queues/consumer-group.ts';
import type { Traffic } from '../traffic/traffic.ts';

interface Totals {
  readonly published: number;
  readonly acknowledged: number;
  readonly redelivered: number;
  readonly given_up: number;
  readonly lost: number;
  readonly rebalances: number;
}

const NOTHING: Totals = { published: 0, acknowledged: 0, redelivered: 0, given_up: 0, lost: 0, rebalances: 0 };

export class MessageHistory {
  readonly rows: Row<'messages'>[] = [];
  /** By group, by interval. */
  readonly #durations = new Map<ConsumerGroup, Histogram[]>();
  readonly #before = new Map<ConsumerGroup, Totals>();
  readonly #traffic: Traffic;

  constructor(traffic: Traffic) {
    this.#traffic = traffic;
  }

  /** The interval ends now. */
  sample(time_seconds: number): void {
    const queues = this.#traffic.messageQueues;
    for (const group of queues?.groups ?? []) {
      const number = queues?.specs.findIndex(({ name }) => name === group.queue) ?? -1;
      const { acknowledged, redelivered, givenUp, rebalances, durations } = group;
      const brokers = queues?.brokers[number];
      const now = {
        published: queues?.published[number] ?? 0,
        acknowledged,
        redelivered,
        given_up: givenUp,
        lost: group.lost + (brokers?.expired ?? 0),
        rebalances,
      };
      const before = this.#before.get(group) ?? NOTHING;
      this.#before.set(group, now);
      group.durations = new Histogram();
      const kept = this.#durations.get(group);
      if (kept === undefined) this.#durations.set(group, [durations]);
      else kept.push(durations);
      this.rows.push({
        time_seconds,
        queue: group.queue,
        group: group.spec.name,
        published: now.published - before.published,
        acknowledged: now.acknowledged - before.acknowledged,
        redelivered: now.redelivered - before.redelivered,
        given_up: now.given_up - before.given_up,
        lost: now.lost - before.lost,
        rebalances: now.rebalances - before.rebalances,
        lag: group.lag,
        partition_lag: group.partitionLag,
        in_flight: group.inFlight,
        members: group.members,
        leaderless: brokers?.leaderless ?? 0,
        buffered: brokers?.buffered ?? 0,
        oldest_seconds: group.oldestUs / 1e6,
        duration_p50_seconds: durations.quantileSeconds(0.5),
        duration_p99_seconds: durations.quantileSeconds(0.99),
      });
    }
  }

  /** Of all groups of a queue, in the intervals from (included) to (excluded). */
  durations(queue: string, from: number, to: number): Histogram {
    const all = new Histogram();
    for (const [group, kept] of this.#durations)
      if (group.queue === queue) for (const one of kept.slice(from, to)) all.merge(one);
    return all;
  }
}
