// Brokers of a queue: who leads which partition when one dies, ends or comes back, and which messages wait or are lost.
import { describe, expect, it } from 'vitest';
import { Engine } from '../../engine/engine.ts';
import type { BrokerSpec } from '../../model/settings/message-queues.ts';
import type { PodRow } from '../../model/rows.ts';
import { Brokers } from './brokers.ts';

const SECOND = 1e6;

function rig(partitions: number, more: Partial<BrokerSpec> = {}) {
  const engine = new Engine({ seed: 1 });
  const taken: [atUs: number, partition: number, ordinal: number][] = [];
  const lost: [partition: number, afterUs: number][] = [];
  const led: [atUs: number, partition: number][] = [];
  const spec: BrokerSpec = {
    namespace: 'default',
    image: 'kafka',
    replicas: 3,
    acks: 'all',
    minInSync: 1,
    replicationLagUs: 10_000,
    failoverUs: 9 * SECOND,
    deliveryTimeoutUs: 120 * SECOND,
    ...more,
  };
  const coordinated: [atUs: number, is: boolean][] = [];
  /** By pod: what is done when its work is. */
  const works: [pod: number, done: () => void][] = [];
  const brokers = new Brokers(engine, 'orders', partitions, ['workers'], spec, {
    take: (partition, _publishedUs, ordinal) => taken.push([engine.now, partition, ordinal]),
    lose: (...what) => lost.push(what),
    led: (partition) => led.push([engine.now, partition]),
    coordinates: (_group, is) => coordinated.push([engine.now, is]),
    work: (pod, _us, done) => works.push([pod, done]),
  });
  /** The oldest work of a pod is done. */
  const work = (pod: number): void => {
    const index = works.findIndex(([one]) => one === pod);
    if (index < 0) throw new Error(`pod ${pod} does not work`);
    works.splice(index, 1)[0][1]();
  };
  const working = (): number[] => works.map(([pod]) => pod).sort((a, b) => a - b);
  const start = (pod: number) => brokers.started(pod as PodRow, `kafka-${pod}`);
  const kill = (pod: number) => brokers.ended(pod as PodRow, false);
  const stop = (pod: number) => brokers.ended(pod as PodRow, true);
  const leads = () => Array.from({ length: partitions }, (_, one) => brokers.leads(one));
  return {
    engine,
    brokers,
    taken,
    lost,
    led,
    coordinated,
    work,
    working,
    start,
    kill,
    stop,
    leads,
    at: (us: number) => engine.run(us),
  };
}

/** Three brokers, of which number i leads partition i. */
function three(more: Partial<BrokerSpec> = {}) {
  const made = rig(3, more);
  for (const pod of [0, 1, 2]) made.start(pod);
  return made;
}

it('a queue whose brokers have not started yet keeps messages at their publishers', () => {
  const { brokers, start, taken, at } = rig(2);
  at(1 * SECOND);
  brokers.publish(0, 0, -1);
  brokers.publish(1, 1, -1);
  expect([brokers.leaderless, brokers.buffered, taken]).toEqual([2, 2, []]);
  at(5 * SECOND);
  start(0);
  expect([brokers.leaderless, brokers.buffered]).toEqual([0, 0]);
  expect(taken).toEqual([
    [5 * SECOND, 0, 0],
    [5 * SECOND, 1, 1],
  ]);
});

describe('when a broker dies', () => {
  it('its partitions are led by another one after `failover`, and by itself as soon as it is back before', () => {
    const { brokers, kill, start, leads, at, led } = three();
    at(10 * SECOND);
    kill(1);
    expect(leads()).toEqual([true, false, true]);
    at(19 * SECOND - 1);
    expect(brokers.leaderless).toBe(1);
    at(19 * SECOND);
    expect(leads()).toEqual([true, true, true]);
    // Partition 1 is led by number 2 now, the next one.
    at(30 * SECOND);
    kill(2);
    expect(leads()).toEqual([true, false, false]);
    at(32 * SECOND);
    start(2);
    expect(leads()).toEqual([true, true, true]);
    expect(led.slice(3)).toEqual([
      [19 * SECOND, 1],
      [32 * SECOND, 1],
      [32 * SECOND, 2],
    ]);
  });

  it('messages wait, in their order, and are given up after `deliveryTimeout`', () => {
    const { brokers, kill, start, at, taken } = three({ replicas: 1, deliveryTimeoutUs: 20 * SECOND });
    at(10 * SECOND);
    kill(1);
    brokers.publish(1, 100, -1);
    at(25 * SECOND);
    brokers.publish(1, 101, -1);
    brokers.publish(1, 102, -1);
    // The only one that has it is gone: nobody else may lead it.
    at(40 * SECOND);
    expect([brokers.buffered, brokers.expired, brokers.leaderless]).toEqual([2, 1, 1]);
    start(1);
    expect(taken.map(([, , ordinal]) => ordinal)).toEqual([101, 102]);
  });

  it.each([
    ['all', []],
    ['leader', [[1, 10 * SECOND - 10_000]]],
  ] as const)('with acks %s the others lack %j', (acks, expected) => {
    const { kill, at, lost } = three({ acks });
    at(10 * SECOND);
    kill(1);
    at(30 * SECOND);
    expect(lost).toEqual(expected);
  });

  it('nothing is lost where it comes back itself, or is told to end', () => {
    const { kill, start, stop, at, lost, leads } = three({ acks: 'leader' });
    at(10 * SECOND);
    kill(1);
    at(12 * SECOND);
    start(1);
    at(40 * SECOND);
    stop(1);
    expect(leads()).toEqual([true, true, true]);
    expect(lost).toEqual([]);
  });

  it('one that lacks messages does not lead: the last leader has to come back', () => {
    const { brokers, kill, start, at } = rig(1, { replicas: 2 });
    start(0);
    start(1);
    at(10 * SECOND);
    kill(0);
    at(20 * SECOND);
    // 1 leads and takes messages that 0 does not have; then it dies, and 0 comes.
    expect(brokers.leads(0)).toBe(true);
    kill(1);
    at(40 * SECOND);
    start(0);
    at(90 * SECOND);
    expect(brokers.leads(0)).toBe(false);
    start(1);
    expect(brokers.leads(0)).toBe(true);
  });

  it('fewer than `minInSync` take nothing, but give what they have', () => {
    const { brokers, kill, start, at, taken } = three({ minInSync: 2 });
    at(10 * SECOND);
    kill(1);
    kill(2);
    at(20 * SECOND);
    brokers.publish(0, 7, -1);
    expect([brokers.leads(0), brokers.buffered, taken.length]).toEqual([true, 1, 0]);
    start(2);
    expect([brokers.buffered, taken]).toEqual([0, [[20 * SECOND, 0, 7]]]);
  });
});

it('whatever dies and comes back, at most one leads, and what was sent is taken, kept or given up', () => {
  const { engine, brokers, start, kill, stop, at, taken } = rig(5, { minInSync: 2, deliveryTimeoutUs: 3 * SECOND });
  const random = engine.stream('test');
  let sent = 0;
  for (let step = 1; step <= 3000; step += 1) {
    at(step * 100_000);
    const pod = random.int(4);
    const what = random.int(12);
    if (what === 0) kill(pod);
    else if (what === 1) stop(pod);
    else if (what < 4) start(pod);
    brokers.publish(random.int(5), sent, -1);
    sent += 1;
    expect(taken.length + brokers.buffered + brokers.expired).toBe(sent);
  }
  expect(new Set(taken.map(([, , ordinal]) => ordinal)).size).toBe(taken.length);
  expect([taken.length > 1000, brokers.expired > 10]).toEqual([true, true]);
});

describe('the coordinator of a group', () => {
  // "workers".hashCode() is 1525161141: number 41 of 50, which is on brokers 2, 0 and 1.
  it('is the leader of the group\u2019s partition of offsets, and changes as leaders do', () => {
    const { coordinated, kill, stop, start, at } = three();
    expect(coordinated).toEqual([[0, true]]);
    at(10 * SECOND);
    kill(0);
    expect(coordinated).toHaveLength(1);
    kill(2);
    at(30 * SECOND);
    stop(1);
    start(1);
    expect(coordinated.slice(1)).toEqual([
      [10 * SECOND, false],
      [19 * SECOND, true],
      [30 * SECOND, false],
      [30 * SECOND, true],
    ]);
  });
});

describe('brokers that work', () => {
  const WORK = {
    publish: { type: 'constant', value: 100 },
    replicate: { type: 'constant', value: 50 },
    deliver: { type: 'constant', value: 20 },
  } as const;
  const ordinals = (taken: readonly (readonly number[])[]): number[] => taken.map(([, , ordinal]) => ordinal);

  it('take a message when its leader and all others in sync have done their part, in order', () => {
    const { brokers, work, working, taken } = three({ work: WORK });
    brokers.publish(0, 10, -1);
    brokers.publish(0, 11, -1);
    brokers.publish(1, 12, -1);
    expect([working(), brokers.buffered]).toEqual([[0, 1], 3]);
    work(0);
    // The leader goes on with the next one while the others copy the first.
    expect(working()).toEqual([0, 1, 1, 2]);
    work(0);
    work(2);
    expect(taken).toEqual([]);
    // Broker 1 has partition 1 to lead and partition 0 to copy: one lane each.
    work(1);
    work(1);
    expect(ordinals(taken)).toEqual([10]);
    expect(brokers.buffered).toBe(2);
  });

  it('with acks `leader` do not wait for the others, which work all the same', () => {
    const { brokers, work, working, taken } = three({ work: WORK, acks: 'leader' });
    brokers.publish(0, 10, -1);
    work(0);
    expect([ordinals(taken), working()]).toEqual([[10], [1, 2]]);
  });

  it('that die leave messages to their publishers, and others in sync are no longer waited for', () => {
    const { brokers, work, kill, taken, at } = three({ work: WORK });
    brokers.publish(0, 10, -1);
    brokers.publish(0, 11, -1);
    brokers.publish(0, 12, -1);
    work(0);
    kill(2);
    work(1);
    expect(ordinals(taken)).toEqual([10]);
    // 11 is copied, 12 is with the leader: both are sent again to the next leader, 11 first.
    work(0);
    kill(0);
    expect(brokers.buffered).toBe(2);
    at(9 * SECOND);
    work(1);
    work(1);
    work(1);
    expect([ordinals(taken), brokers.buffered]).toEqual([[10, 11, 12], 0]);
  });

  it('deliver by their CPU too; what the leader has not sent when it dies waits as before', () => {
    const { brokers, work, kill } = three({ work: WORK });
    const heard: string[] = [];
    const deliver = (name: string) =>
      brokers.deliver(
        0,
        () => heard.push(`${name} sent`),
        () => heard.push(`${name} not`),
      );
    for (const name of ['a', 'b', 'c']) deliver(name);
    work(0);
    kill(0);
    // The last one first: they are put back one before the other.
    expect(heard).toEqual(['a sent', 'c not', 'b not']);
  });

  it('are done with what they are told to end over, even if the process works on it still', () => {
    const { brokers, work, stop, taken } = three({ work: WORK });
    brokers.publish(0, 10, -1);
    stop(0);
    work(0);
    work(1);
    work(2);
    expect([ordinals(taken), brokers.buffered]).toEqual([[10], 0]);
  });
});
