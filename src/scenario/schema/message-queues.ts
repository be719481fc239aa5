// `spec.messageQueues`, and what behaviours publish.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import type { FamilySchema } from '../../lib/family.ts';
import { duration } from '../../lib/units.ts';
import type { MessageQueueSpec } from '../../model/settings/message-queues.ts';
import { familyUse } from './family-use.ts';
import { count, field, objectName, ratio, someCount, text } from './field.ts';

const MOST_PARTITIONS = 10_000;

export const publish = z.strictObject({
  queue: field(text, 'A queue of `spec.messageQueues`.'),
  count: field(someCount.max(10_000), 'How many messages.').default(1),
  probability: field(ratio, 'Probability that a request publishes at all.').default(1),
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
    latency: field(distribution, 'From the broker to a member.').default({ type: 'constant', value: 1000 }),
    maxDeliveries: field(
      someCount,
      'A message whose work ended in an error so many times is given up. Without it, it comes again and again.',
    ).optional(),
    rebalance: field(
      duration,
      'With partitions: how long nobody of the group consumes when a member comes or goes.',
    ).default(3_000_000),
    sessionTimeout: field(
      duration,
      'With partitions: how long after its death a member is missed. Its partitions rest until then, and what it had comes again.',
    ).default(45_000_000),
  })
  .transform(({ rebalance, sessionTimeout, maxDeliveries = Infinity, ...rest }) => ({
    ...rest,
    maxDeliveries,
    rebalanceUs: rebalance,
    sessionTimeoutUs: sessionTimeout,
  }));

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
      groups: field(z.array(group).min(1), 'Who consumes it: each group gets every message.'),
    })
    .transform(
      ({ start, arrivals: process, ...rest }): MessageQueueSpec => ({ ...rest, arrivals: process, startUs: start }),
    );
