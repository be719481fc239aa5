// A group of consumers over time: who rests how long when members come and go, by assignor, static membership and coordinator.
import { expect, it } from 'vitest';
import { Engine } from '../../engine/engine.ts';
import type { ConsumerGroup as GroupSpec } from '../../model/settings/message-queues.ts';
import type { PodRow } from '../../model/rows.ts';
import { ConsumerGroup, type Delivery } from './consumer-group.ts';

const SECOND = 1e6;
const PARTITIONS = 4;

/** Four partitions, each of which gets a message every 100 ms; members are done with theirs at once. */
function rig(more: Partial<GroupSpec> = {}) {
  const engine = new Engine({ seed: 1 });
  const spec: GroupSpec = {
    name: 'workers',
    namespace: 'default',
    image: 'worker',
    batch: 100,
    latency: { type: 'constant', value: 0 },
    maxDeliveries: Infinity,
    assignor: 'range',
    rebalanceUs: 3 * SECOND,
    staticMembership: false,
    sessionTimeoutUs: 10 * SECOND,
    ...more,
  };
  const consumed: { readonly atUs: number; readonly partition: number; readonly pod: number }[] = [];
  /** Pods whose messages are lost. */
  const dead = new Set<number>();
  const onDone = engine.kind('done', (number) => {
    const delivery = deliveries[number];
    const { pod } = delivery.member;
    if (dead.has(pod)) group.ended(delivery, 'lost');
    else {
      consumed.push({ atUs: delivery.publishedUs, partition: delivery.partition, pod });
      times.push([engine.now, delivery.partition]);
      group.ended(delivery, 'ok');
    }
  });
  const deliveries: Delivery[] = [];
  const times: [atUs: number, partition: number][] = [];
  const group = new ConsumerGroup(
    engine,
    'orders',
    PARTITIONS,
    spec,
    (delivery) => engine.after(1, onDone, deliveries.push(delivery) - 1, 0),
    () => true,
  );
  let sent = 0;
  const onMessage = engine.kind('message', () => {
    for (let partition = 0; partition < PARTITIONS; partition += 1) group.publish(partition, engine.now, sent++, -1);
    engine.after(SECOND / 10, onMessage, 0, 0);
  });
  engine.after(0, onMessage, 0, 0);
  const join = (pod: number): void => {
    dead.delete(pod);
    group.join(pod as PodRow, 0, `worker-${pod}`);
  };
  const leave = (pod: number, saysSo: boolean): void => {
    if (!saysSo) dead.add(pod);
    group.leave(pod as PodRow, saysSo);
  };
  /** By partition the longest time, s, in which nothing of it was consumed between two times. */
  const rests = (fromUs: number, toUs: number): number[] =>
    Array.from({ length: PARTITIONS }, (_, partition) => {
      const at = times.flatMap(([timeUs, of]) =>
        of === partition && timeUs > fromUs && timeUs <= toUs ? [timeUs] : [],
      );
      const all = [fromUs, ...at, toUs];
      const longest = Math.max(...all.slice(1).map((timeUs, index) => timeUs - all[index]));
      return Math.round(longest / SECOND);
    });
  /** By partition the pod that consumed its last message. */
  const owners = (): (number | undefined)[] =>
    Array.from({ length: PARTITIONS }, (_, one) => consumed.findLast(({ partition }) => partition === one)?.pod);
  return { engine, group, join, leave, rests, owners, at: (seconds: number) => engine.run(seconds * SECOND) };
}

/** Member 0 has had all partitions for a while at 10 s. */
function alone(more: Partial<GroupSpec> = {}) {
  const made = rig(more);
  made.join(0);
  made.at(10);
  expect(made.owners()).toEqual([0, 0, 0, 0]);
  return made;
}

it.each([
  // Everybody stops for one rebalance; only what moves does, from the end of the first to the end of the second.
  ['range', 1, [3, 3, 3, 3]],
  ['round-robin', 1, [3, 3, 3, 3]],
  ['sticky', 1, [3, 3, 3, 3]],
  ['cooperative-sticky', 2, [0, 0, 3, 3]],
] as const)('%s: when a member comes', (assignor, rebalances, expected) => {
  const { group, join, rests, owners, at } = alone({ assignor });
  const before = group.rebalances;
  join(1);
  at(20);
  expect(group.rebalances - before).toBe(rebalances);
  expect(rests(10 * SECOND, 20 * SECOND)).toEqual(expected);
  expect(owners()).toEqual(assignor === 'round-robin' ? [0, 1, 0, 1] : [0, 0, 1, 1]);
});

it.each([
  ['range', [3, 3, 3, 3]],
  ['cooperative-sticky', [0, 0, 3, 3]],
] as const)('%s: when a member says that it goes', (assignor, expected) => {
  const { group, join, leave, rests, owners, at } = alone({ assignor });
  join(1);
  at(20);
  const before = group.rebalances;
  leave(1, true);
  at(30);
  expect(rests(20 * SECOND, 30 * SECOND)).toEqual(expected);
  expect([group.rebalances - before, owners()]).toEqual([1, [0, 0, 0, 0]]);
});

it.each([
  ['range', [3, 3, 13, 13]],
  ['cooperative-sticky', [0, 0, 13, 13]],
] as const)('%s: one that dies is missed after `sessionTimeout`', (assignor, expected) => {
  const { join, leave, rests, owners, at } = alone({ assignor });
  join(1);
  at(20);
  leave(1, false);
  at(40);
  expect(rests(20 * SECOND, 40 * SECOND)).toEqual(expected);
  expect(owners()).toEqual([0, 0, 0, 0]);
});

it.each([true, false])(
  'a static member that is back in time has its partitions at once (told to end: %s)',
  (saysSo) => {
    const { group, join, leave, rests, owners, at } = alone({ staticMembership: true });
    join(1);
    at(20);
    const before = group.rebalances;
    leave(1, saysSo);
    at(25);
    join(1);
    at(40);
    // Nobody else rests, and nothing is divided.
    expect([group.rebalances - before, rests(20 * SECOND, 40 * SECOND)]).toEqual([0, [0, 0, 5, 5]]);
    expect(owners()).toEqual([0, 0, 1, 1]);
    leave(1, saysSo);
    at(60);
    expect([group.rebalances - before, owners()]).toEqual([1, [0, 0, 0, 0]]);
  },
);

it('without a coordinator members go on with what they have, and whoever comes, goes or dies waits for the next one', () => {
  const { group, join, leave, rests, owners, at } = alone();
  join(1);
  at(20);
  group.coordinate(false);
  leave(1, false);
  join(2);
  at(34);
  const before = group.rebalances;
  expect([owners(), rests(20 * SECOND, 34 * SECOND)]).toEqual([
    [0, 0, 1, 1],
    [0, 0, 14, 14],
  ]);
  group.coordinate(true);
  // Who joined is heard at once; the dead one has its whole session again, and holds the others up for as long.
  at(43.9);
  expect([group.rebalances - before, group.members]).toEqual([1, 3]);
  at(60);
  expect([group.rebalances - before, group.members, owners()]).toEqual([1, 2, [0, 0, 2, 2]]);
  expect(rests(34 * SECOND, 60 * SECOND)).toEqual([10, 10, 10, 10]);
});

it('a rebalance that loses its coordinator begins anew with the next one', () => {
  const { group, join, rests, owners, at } = alone();
  join(1);
  at(11);
  group.coordinate(false);
  at(15);
  expect(owners()).toEqual([0, 0, 0, 0]);
  group.coordinate(true);
  at(30);
  // From 10 s to 18 s.
  expect(rests(10 * SECOND, 30 * SECOND)).toEqual([8, 8, 8, 8]);
  expect(owners()).toEqual([0, 0, 1, 1]);
});

it.each([
  // The old member is dead and not missed: nobody has what a rebalance would give, and with most assignors nobody consumes.
  ['range', false, [10, 10, 10, 10]],
  ['cooperative-sticky', false, [0, 0, 10, 10]],
  ['range', true, [0, 0, 1, 1]],
] as const)(
  '%s, static: %s: a process that dies and is back at once, as another member',
  (assignor, isStatic, expected) => {
    const { group, join, leave, rests, owners, at } = alone({ assignor, staticMembership: isStatic });
    join(1);
    at(20);
    leave(1, false);
    at(21);
    join(1);
    at(45);
    const found = rests(20 * SECOND, 45 * SECOND);
    // For others than static ones from when it is back, a second later, which only those notice that had no part in it.
    expect(
      found.map((seconds, partition) => (partition < 2 && !isStatic && seconds > 0 ? seconds + 1 : seconds)),
    ).toEqual(expected);
    expect([group.members, owners()]).toEqual([2, [0, 0, 1, 1]]);
  },
);
