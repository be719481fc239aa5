// The table of message queues, by group of consumers and interval.
import { count, END, seconds, someSeconds, text, type Table } from './column.ts';

export const messages = {
  file: 'messages.csv',
  help: 'Message queues (`spec.messageQueues`), one row for each group that consumes one, and interval; without them it is empty.',
  columns: {
    time_seconds: seconds(END),
    queue: text('Name of the queue.'),
    group: text('Name of the group.'),
    published: count('Messages published during the interval: those that a broker took.'),
    acknowledged: count('Messages that the group was done with during the interval.'),
    redelivered: count('Messages that were to be delivered again: their work failed, or who had them died.', 'lower'),
    given_up: count('Messages that were given up after too many deliveries.', 'lower'),
    lost: count(
      'Messages that went with a broker that died before the others had them, or that publishers gave up as no broker took them.',
      'lower',
    ),
    rebalances: count('Times that partitions were divided anew.'),
    lag: count('Messages published and not acknowledged, at the end of the interval.', 'lower'),
    partition_lag: count('Of these, those of the partition that has most.', 'lower'),
    in_flight: count('Of these, those that members have.'),
    members: count('Members then; one that has died counts until it is missed.'),
    leaderless: count('Partitions then that no broker leads.', 'lower'),
    buffered: count('Messages that publishers keep then, as no broker has taken them yet.', 'lower'),
    oldest_seconds: seconds('How long the message has waited then that waits longest.', 'lower'),
    duration_p50_seconds: someSeconds('Median time from publishing to the acknowledgement.', 'lower'),
    duration_p99_seconds: someSeconds('99th percentile of the same.', 'lower'),
  },
} as const satisfies Table;
