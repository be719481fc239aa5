// Figures of queues of Jobs: how long they are, how long Jobs wait, how much of a quota is used.
import { max, mean } from 'd3-array';
import type { QueueRecord } from '../../job-queues/queue-record.ts';
import { aggregated, type Figure } from './figure.ts';

const gauge = (
  part: string,
  title: string,
  column: 'pending' | 'admitted' | 'used_ratio',
  better: Figure['better'],
  meaning: string,
): Figure => ({
  pattern: `queue.<queue>.${part}`,
  title,
  unit: column === 'used_ratio' ? 'ratio' : 'count',
  gauge: true,
  wholeRun: false,
  better,
  meaning,
  measure: ({ span: { from, to }, names, aggregate }, { measure }) =>
    aggregated(measure.jobQueues.values(names['queue'], column, from, to), aggregate),
});

const whole = (
  part: string,
  title: string,
  unit: Figure['unit'],
  meaning: string,
  of: (record: QueueRecord) => number | undefined,
): Figure => ({
  pattern: `queue.<queue>.${part}`,
  title,
  unit,
  gauge: false,
  wholeRun: true,
  better: 'lower',
  meaning,
  measure: ({ names }, { measure }) => {
    const record = measure.jobQueues.record(names['queue']);
    return record === undefined ? undefined : of(record);
  },
});

export const queueFigures: readonly Figure[] = [
  gauge('pending', 'Jobs that wait in <queue>', 'pending', 'lower', 'Jobs in the queue that may not run yet.'),
  gauge('admitted', 'Jobs of <queue> that may run', 'admitted', 'neither', 'Jobs of the queue that hold quota.'),
  gauge(
    'used_ratio',
    'Used share of the quota of <queue>',
    'used_ratio',
    'neither',
    'The largest share of any of its quotas that its Jobs hold; above 1 when it borrows.',
  ),
  whole('wait.mean', 'Wait in <queue>, mean', 'us', 'Time until a Job was admitted, mean over admissions.', (record) =>
    mean(record.waitedUs),
  ),
  whole('wait.max', 'Wait in <queue>, longest', 'us', 'The longest of these times.', (record) => max(record.waitedUs)),
  whole(
    'preempted',
    'Jobs of <queue> preempted',
    'count',
    'How often a Job of the queue was stopped for another one.',
    (record) => record.preempted,
  ),
];
