// Hot dialect: linearizable reads: the leader makes sure of a quorum first, and the member that was asked waits until it has what the leader has.
import type { Member } from './member.ts';

/** The cluster, as its requests see it. */
export interface Quorum {
  readonly members: readonly Member[];
  readonly quorum: number;
  /** Who leads, of those who think so the one of the highest term. */
  readonly leader: Member | undefined;
  reaches(from: Member, to: Member): boolean;
  delayUs(from: number, to: number): number;
}

/** Whether the leader that the member follows can confirm now that it still leads. Before its first entry is committed (`settledTerm`) it answers no reads. */
export function mayRead(at: Quorum, member: Member, settledTerm: number): boolean {
  const { members, quorum, leader } = at;
  if (leader === undefined || member.lead !== leader.index || !at.reaches(member, leader)) return false;
  if (leader.term !== settledTerm) return false;
  let hearing = 1;
  for (const other of members) if (other.hears && other.lead === leader.index) hearing += 1;
  return hearing >= quorum;
}

/** When the member may read. `acks` is room for a number of each member. */
export function readAtUs(at: Quorum, member: Member, now: number, acks: Float64Array): number {
  const { members, quorum } = at;
  const leader = members[member.lead];
  let us = now;
  if (leader !== member) us = member.disk.freeAt(us) + at.delayUs(member.index, leader.index);
  us = leader.disk.freeAt(us);
  for (const other of members) {
    const { index } = other;
    if (other === leader) acks[index] = us;
    else if (!other.hears || other.lead !== leader.index) acks[index] = Number.POSITIVE_INFINITY;
    else {
      const heard = us + at.delayUs(leader.index, index);
      acks[index] = other.disk.freeAt(heard) + at.delayUs(index, leader.index);
    }
  }
  acks.sort();
  us = leader.disk.freeAt(acks[quorum - 1]);
  return leader === member ? us : member.disk.freeAt(us + at.delayUs(leader.index, member.index));
}
