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

/** A member asks for one confirmation at a time; what comes meanwhile shares the next one. */
export class Reads {
  readonly #at: Quorum;
  readonly #acks: Float64Array;
  /** By member: when the confirmation that is under way comes, and the one after it (0: nobody waits for it). */
  readonly #comesUs: Float64Array;
  readonly #nextUs: Float64Array;

  constructor(at: Quorum) {
    const { length } = at.members;
    this.#at = at;
    this.#acks = new Float64Array(length);
    this.#comesUs = new Float64Array(length);
    this.#nextUs = new Float64Array(length);
  }

  /** When the member may answer a read that comes now. */
  readAt(member: Member, now: number): number {
    const comes = this.#comesUs;
    const next = this.#nextUs;
    const { index } = member;
    if (now >= comes[index]) {
      comes[index] = next[index];
      next[index] = 0;
    }
    if (now >= comes[index]) {
      comes[index] = this.#confirmedAt(member, now);
      return comes[index];
    }
    if (next[index] === 0) next[index] = this.#confirmedAt(member, comes[index]);
    return next[index];
  }

  #confirmedAt(member: Member, now: number): number {
    const { members, quorum } = this.#at;
    const acks = this.#acks;
    const leader = members[member.lead];
    let us = now;
    if (leader !== member) us = member.disk.freeAt(us) + this.#at.delayUs(member.index, leader.index);
    us = leader.disk.freeAt(us);
    for (const other of members) {
      const { index } = other;
      if (other === leader) acks[index] = us;
      else if (!other.hears || other.lead !== leader.index) acks[index] = Number.POSITIVE_INFINITY;
      else {
        const heard = us + this.#at.delayUs(leader.index, index);
        acks[index] = other.disk.freeAt(heard) + this.#at.delayUs(index, leader.index);
      }
    }
    acks.sort();
    us = leader.disk.freeAt(acks[quorum - 1]);
    return leader === member ? us : member.disk.freeAt(us + this.#at.delayUs(leader.index, member.index));
  }
}
