// Who of a group's members gets which partition: the assignors of Kafka's clients, for members that all consume the same topic.
import type { AssignorName } from '../../model/settings/message-queues.ts';

const NOBODY = -1;

/** By partition the number of the member that has it now, -1 for none; and how many members there are, at least one. Returns who will have it. */
export type Assign = (owners: readonly number[], members: number) => number[];

/** As RangeAssignor: ranges in order, of which the first ones are one longer where it does not come out even. */
const range: Assign = (owners, members) => {
  const share = Math.floor(owners.length / members);
  const more = owners.length % members;
  const large = more * (share + 1);
  return owners.map((_, partition) =>
    partition < large ? Math.floor(partition / (share + 1)) : more + Math.floor((partition - large) / share),
  );
};

/** As RoundRobinAssignor: in turn. */
const roundRobin: Assign = (owners, members) => owners.map((_, partition) => partition % members);

/**
 * As `constrainedAssign` of AbstractStickyAssignor: everybody keeps as much as nobody may have less than, as many members as must have one more
 * keep that too, and what is left goes round among those who have too little.
 */
const sticky: Assign = (owners, members) => {
  const least = Math.floor(owners.length / members);
  const most = Math.ceil(owners.length / members);
  /** Members that may still have one more than the least. */
  let larger = owners.length % members;
  const counts = Array.from({ length: members }, () => 0);
  const owned = Array.from({ length: members }, (_, member) => owners.filter((owner) => owner === member).length);
  const quotas = owned.map((count) => {
    if (count < most || larger === 0 || most === least) return least;
    larger -= 1;
    return most;
  });
  const result = owners.map((owner) => {
    if (owner === NOBODY || counts[owner] === quotas[owner]) return NOBODY;
    counts[owner] += 1;
    return owner;
  });
  let next = 0;
  /** The next member in turn that has fewer. */
  const takes = (fewerThan: number): number => {
    for (let tried = 0; tried < members; tried += 1) {
      const member = next;
      next = (next + 1) % members;
      if (counts[member] < fewerThan) return member;
    }
    return NOBODY;
  };
  for (const [partition, owner] of result.entries()) {
    if (owner !== NOBODY) continue;
    let member = takes(least);
    if (member === NOBODY) member = takes(most);
    counts[member] += 1;
    result[partition] = member;
  }
  return result;
};

export const assignors: Readonly<Record<AssignorName, Assign>> = {
  range,
  'round-robin': roundRobin,
  sticky,
  'cooperative-sticky': sticky,
};
