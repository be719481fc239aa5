// `spec.messageQueues`, and what behaviours publish.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import type { FamilySchema } from '../../lib/family.ts';
import { duration } from '../../lib/units.ts';
import { assignorNames, type BrokerSpec, type MessageQueueSpec } from '../../model/settings/message-queues.ts';
import { familyUse } from './family-use.ts';
import { count, field, flag, objectName, ratio, someCount, text } from './field.ts';
import { keys } from './request-classes.ts';

const MOST_PARTITIONS = 10_000;
const NO_WORK = { type: 'constant', value: 0 } as const;

export const publish = z.strictObject({
  queue: field(text, 'A queue of `spec.messageQueues`.'),
  count: field(someCount.max(10_000), 'How many messages.').default(1),
  probability: field(ratio, 'Probability that a request publishes at all.').default(1),
  byKey: field(
    flag,
    'They are about what the request is about (`traffic[].keys`): messages of one key go to one partition. Otherwise to the next one in turn.',
  ).default(false),
});

const group = z
  .strictObject({
    name: field(text, 'Name of the group.').default('consumers'),
    namespace: field(objectName, 'Namespace of its pods.').default('default'),
    image: field(
      text,
      'Every pod whose main container runs it is a member. `requests` of its behavior say how long a message takes and how many of a batch are worked on at a time.',
    ),
    batch: field(
      someCount.max(100_000),
      'Messages that a member takes at a time; more once it is done with all of them.',
    ).default(1),
    everyPod: field(
      flag,
      'Each member gets every message, as a timer in an application goes off in every replica: one that fails, or whose pod dies, does not come again, and what comes while no pod runs is nobody’s. Without partitions.',
    ).optional(),
    latency: field(distribution, 'From the broker to a member.').default({ type: 'constant', value: 1000 }),
    maxDeliveries: field(
      someCount,
      'A message whose work ended in an error so many times is given up. Without it, it comes again and again.',
    ).optional(),
    assignor: field(
      z.enum(assignorNames),
      'With partitions: how they are divided (`partition.assignment.strategy`). `range` and `round-robin` divide them anew each time, `sticky` lets members keep what they may; with these three nobody consumes while that goes on. With `cooperative-sticky` members go on, and only partitions that move rest: they are given up at the end of one rebalance and taken up at the end of the next.',
    ).default('range'),
    rebalance: field(
      duration,
      'With partitions: how long a rebalance takes, which begins when a member comes or goes.',
    ).default(3_000_000),
    staticMembership: field(
      flag,
      'With partitions: members are known by the names of their pods (`group.instance.id`), which are the same again in a StatefulSet. One that ends is missed after `sessionTimeout` and not at once; one that is back before has its partitions again, without a rebalance.',
    ).default(false),
    sessionTimeout: field(
      duration,
      'With partitions: how long after its death a member is missed. Its partitions rest until then, and what it had comes again. With `broker`, this time begins anew when another broker coordinates the group.',
    ).default(45_000_000),
  })
  .transform(({ rebalance, sessionTimeout, maxDeliveries = Infinity, ...rest }) => ({
    ...rest,
    maxDeliveries,
    rebalanceUs: rebalance,
    sessionTimeoutUs: sessionTimeout,
  }));

const work = z.strictObject({
  publish: field(distribution, 'Of the leader of its partition, before a message is taken.').default(NO_WORK),
  replicate: field(distribution, 'Of each other broker in sync; with acks `all` before a message is taken.').default(
    NO_WORK,
  ),
  deliver: field(distribution, 'Of the leader, for each group that gets it.').default(NO_WORK),
});

export const broker = z
  .strictObject({
    image: field(text, 'Every pod whose main container runs it is a broker.'),
    namespace: field(objectName, 'Namespace of these pods.').default('default'),
    replicas: field(someCount.max(1000), 'How many of the brokers have each partition.').default(3),
    acks: field(
      z.enum(['all', 'leader']),
      '`all`: a message is taken once every broker in sync has it. `leader`: once its leader has; what the others do not have yet is lost when the leader dies and another one takes over.',
    ).default('all'),
    minInSync: field(
      someCount.max(1000),
      'With acks `all`: while fewer brokers of a partition run, it takes no messages; what it has is consumed.',
    ).default(1),
    replicationLag: field(duration, 'With acks `leader`: how far the other brokers are behind.').default(10_000),
    failover: field(
      duration,
      'How long after the death of a broker others lead its partitions; nobody publishes to them or consumes them until then, and the groups that it coordinates do not rebalance. One that is told to end hands over at once.',
    ).default(9_000_000),
    deliveryTimeout: field(
      duration,
      'How long publishers keep a message that no broker takes; then it is lost.',
    ).default(120_000_000),
    work: field(
      work,
      'CPU time of the brokers for a message. Of each partition a broker works on one message after the other; how its work competes for processors, `requests.compute` of its image says. Without it brokers use none.',
    ).optional(),
  })
  .refine(({ minInSync, replicas }) => minInSync <= replicas, {
    path: ['minInSync'],
    error: 'is more than `replicas`: no message would ever be taken',
  })
  .transform(
    ({ replicationLag, failover, deliveryTimeout, ...rest }): BrokerSpec => ({
      ...rest,
      replicationLagUs: replicationLag,
      failoverUs: failover,
      deliveryTimeoutUs: deliveryTimeout,
    }),
  );

export const messageQueue = (arrivals: FamilySchema) =>
  z
    .strictObject({
      name: field(text, 'Name of the queue, unique.'),
      partitions: field(
        count.max(MOST_PARTITIONS),
        'Each is consumed by one member of a group at a time, in order. 0: there are none, and any member takes the next message.',
      ).default(0),
      arrivals: field(
        familyUse('arrival process', arrivals),
        'When messages come from outside. Without it there are only those that behaviours publish.',
      ).optional(),
      start: field(duration, 'Time of the first of these.').default(0),
      keys: field(
        keys,
        'What these are about. Messages of one key go to one partition, in order, as Kafka hashes keys; without keys partitions take turns.',
      ).optional(),
      broker: field(
        broker,
        'The pods that keep the queue. A partition whose leader is gone takes and gives nothing until another broker leads it. Without it the broker never fails.',
      ).optional(),
      groups: field(z.array(group).min(1), 'Who consumes it: each group gets every message.'),
    })
    .superRefine(({ keys: of, arrivals: process, partitions, groups }, context) => {
      for (const [index, { everyPod, maxDeliveries }] of groups.entries()) {
        if (everyPod !== true) continue;
        const path = ['groups', index, 'everyPod'];
        if (partitions > 0)
          context.addIssue({
            code: 'custom',
            path,
            message: 'does not go with `partitions`, which have one member each',
          });
        if (maxDeliveries !== Infinity)
          context.addIssue({ code: 'custom', path, message: 'does not go with `maxDeliveries`: nothing comes again' });
      }
      if (of === undefined) return;
      const without = process === undefined ? 'arrivals' : partitions === 0 ? 'partitions' : undefined;
      if (without !== undefined)
        context.addIssue({ code: 'custom', path: ['keys'], message: `says nothing without \`${without}\`` });
    })
    .transform(
      ({ start, arrivals: process, ...rest }): MessageQueueSpec => ({ ...rest, arrivals: process, startUs: start }),
    );
