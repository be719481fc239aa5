// How partitions are divided: cases of Kafka's own tests, and what must hold of any division.
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../engine/counter.ts';
import { assignorNames } from '../../model/settings/message-queues.ts';
import { assignors } from './assignors.ts';

const none = (partitions: number): number[] => Array.from({ length: partitions }, () => -1);

/** Partitions by member. */
const byMember = (owners: readonly number[], members: number): number[][] =>
  Array.from({ length: members }, (_, member) =>
    owners.flatMap((owner, partition) => (owner === member ? [partition] : [])),
  );

describe('by Kafka\u2019s tests', () => {
  it.each<
    [name: (typeof assignorNames)[number], test: string, partitions: number, members: number, expected: number[][]]
  >([
    ['range', 'testOneConsumerOneTopic', 3, 1, [[0, 1, 2]]],
    [
      'range',
      'testOnlyAssignsPartitionsFromSubscribedTopics: 5 among 2',
      5,
      2,
      [
        [0, 1, 2],
        [3, 4],
      ],
    ],
    ['range', 'testTwoConsumersOneTopicOnePartition', 1, 2, [[0], []]],
    ['range', 'testTwoConsumersOneTopicTwoPartitions', 2, 2, [[0], [1]]],
    ['round-robin', 'testTwoConsumersOneTopicOnePartition', 1, 2, [[0], []]],
    [
      'round-robin',
      'five among two',
      5,
      2,
      [
        [0, 2, 4],
        [1, 3],
      ],
    ],
    ['sticky', 'testTwoConsumersOneTopicTwoPartitions', 2, 2, [[0], [1]]],
  ])('%s: %s', (name, _test, partitions, members, expected) => {
    expect(byMember(assignors[name](none(partitions), members), members)).toEqual(expected);
  });

  it('sticky: testAddRemoveConsumerOneTopic', () => {
    const { sticky } = assignors;
    expect(sticky(none(3), 1)).toEqual([0, 0, 0]);
    expect(byMember(sticky([0, 0, 0], 2), 2)).toEqual([[0, 1], [2]]);
    // The first one goes: what was number 1 is number 0.
    expect(sticky([-1, -1, 0], 1)).toEqual([0, 0, 0]);
  });

  it('sticky: testAddRemoveTwoConsumersTwoTopics, as one topic: who stays keeps what it had', () => {
    const { sticky } = assignors;
    const two = sticky(none(7), 2);
    expect(byMember(two, 2).map(({ length }) => length)).toEqual([4, 3]);
    const four = sticky(two, 4);
    expect(
      byMember(four, 4)
        .map(({ length }) => length)
        .sort((a, b) => a - b),
    ).toEqual([1, 2, 2, 2]);
    for (const [partition, owner] of four.entries()) if (owner < 2) expect(owner).toBe(two[partition]);
  });
});

it('partitions are divided evenly whoever had them, and sticky ones move no more than they must', () => {
  const random = new CounterRandom(1, 'assignors');
  for (let round = 0; round < 300; round += 1) {
    const members = 1 + random.int(9);
    const partitions = random.int(40);
    const owners = none(partitions).map(() => random.int(members + 1) - 1);
    const least = Math.floor(partitions / members);
    const most = Math.ceil(partitions / members);
    for (const name of assignorNames) {
      const divided = assignors[name](owners, members);
      const counts = byMember(divided, members).map(({ length }) => length);
      expect(Math.min(...counts), name).toBeGreaterThanOrEqual(least);
      expect(Math.max(...counts), name).toBeLessThanOrEqual(most);
      if (!name.includes('sticky')) continue;
      // Of what members had they keep as much as an even division lets them: `most` for as many as may have it, `least` for the others.
      const had = byMember(owners, members).map(({ length }) => length);
      const larger = Math.min(partitions % members, had.filter((count) => count >= most).length);
      const kept = divided.filter((owner, partition) => owner !== -1 && owner === owners[partition]).length;
      const may = had.reduce((sum, count) => sum + Math.min(count, least), 0) + (most > least ? larger : 0);
      expect(kept, `${name} of ${owners.join()}`).toBeGreaterThanOrEqual(may);
    }
  }
});
