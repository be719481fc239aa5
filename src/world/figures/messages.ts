// Figures of message queues: how many messages wait, how many are consumed, and how long they take; over all groups of a queue.
import { sum } from 'd3-array';
import type { Better } from '../../metrics/tables/column.ts';
import type { Row } from '../../metrics/catalogue.ts';
import { aggregated, type Figure, type FigureSources, type Question, rowsWithin } from './figure.ts';

type MessageRow = Row<'messages'>;

function rowsOf({ span, names }: Question, { measure }: FigureSources): readonly MessageRow[] {
  return rowsWithin(measure.messages.rows, span, measure).filter(({ queue }) => queue === names['queue']);
}

const counted = (
  name: 'published' | 'acknowledged' | 'redelivered' | 'given_up' | 'lost' | 'rebalances',
  title: string,
  better: Better,
  meaning: string,
): Figure => ({
  pattern: `messages.<queue>.${name}`,
  title,
  unit: 'count',
  better,
  meaning,
  gauge: false,
  wholeRun: false,
  measure: (question, sources) => sum(rowsOf(question, sources), (row) => row[name]),
});

type Level = 'lag' | 'partition_lag' | 'members' | 'leaderless' | 'buffered';

/** Over all groups of a queue; of the others the group that has most counts. */
const SUMMED: ReadonlySet<Level> = new Set(['lag', 'members']);

const level = (name: Level, title: string, better: Better, meaning: string): Figure => ({
  pattern: `messages.<queue>.${name}`,
  title,
  unit: 'count',
  better,
  meaning,
  gauge: true,
  wholeRun: false,
  measure(question, sources) {
    const byTime = new Map<number, number>();
    for (const row of rowsOf(question, sources)) {
      const before = byTime.get(row.time_seconds) ?? 0;
      byTime.set(row.time_seconds, SUMMED.has(name) ? before + row[name] : Math.max(before, row[name]));
    }
    return aggregated([...byTime.values()], question.aggregate);
  },
});

const duration = (name: string, words: string, quantile: number): Figure => ({
  pattern: `messages.<queue>.duration.${name}`,
  title: `Messages of <queue>, ${words}`,
  unit: 'us',
  better: 'lower',
  meaning: `Time from publishing to the acknowledgement, ${words}.`,
  gauge: false,
  wholeRun: false,
  measure: ({ span: { from, to }, names }, { measure }) => {
    const durations = measure.messages.durations(names['queue'], from, to);
    return durations.count === 0 ? undefined : durations.quantile(quantile);
  },
});

export const messageFigures: readonly Figure[] = [
  level('lag', 'Messages of <queue> that wait', 'lower', 'Messages published and not acknowledged.'),
  level(
    'partition_lag',
    'Messages of <queue> that wait in one partition',
    'lower',
    'Messages published and not acknowledged of the partition that has most.',
  ),
  level('leaderless', 'Partitions of <queue> without a leader', 'lower', 'Partitions that no broker leads.'),
  level('buffered', 'Messages for <queue> that no broker takes', 'lower', 'Messages that publishers keep.'),
  level('members', 'Consumers of <queue>', 'neither', 'Members of its groups.'),
  counted('published', 'Messages published to <queue>', 'neither', 'Messages published, counted for each group.'),
  counted('acknowledged', 'Messages of <queue> consumed', 'higher', 'Messages that a group was done with.'),
  counted('redelivered', 'Messages of <queue> delivered again', 'lower', 'Messages that had to be delivered again.'),
  counted('given_up', 'Messages of <queue> given up', 'lower', 'Messages given up after too many deliveries.'),
  counted(
    'lost',
    'Messages of <queue> lost',
    'lower',
    'Messages that went with a broker, or that publishers gave up; counted for each group.',
  ),
  counted('rebalances', 'Rebalances of <queue>', 'lower', 'Times that its partitions were divided anew.'),
  duration('p50', 'median', 0.5),
  duration('p99', 'p99', 0.99),
];
