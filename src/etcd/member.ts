// A member of etcd: its process, its part in Raft, its clock of ticks, its disk.
import type { SaveLoop } from './save-loop.ts';

export type Role = 'follower' | 'pre-candidate' | 'candidate' | 'leader';

/**
 * `starting` and `dead` answer nobody; `stopped` (SIGSTOP) keeps what it is sent until it goes on; `draining` and `leaving` take no
 * new clients: the first still leads if it did.
 */
export type Process = 'running' | 'draining' | 'leaving' | 'stopped' | 'starting' | 'dead';

/** Ticks without a leader after which an election may begin. */
export const ELECTION_TICKS = 10;

export class Member {
  readonly index: number;
  readonly name: string;
  readonly disk: SaveLoop;
  readonly tickUs: number;
  process: Process = 'running';
  /** No packet of it arrives anywhere. */
  isolated = false;
  role: Role = 'follower';
  term = 1;
  /** Whom it voted for in its term, and whom it takes for the leader; -1: nobody. */
  votedFor = -1;
  lead = -1;
  /** When it became leader. */
  electedUs = -1;
  /** Ticks without a leader after which it asks for votes. */
  timeoutTicks = ELECTION_TICKS;
  /** When its ticks fall: this and every `tickUs` after it. */
  phaseUs = 0;
  /** When it last heard from a leader, voted or asked for votes. */
  heardUs = 0;
  /** The ticks it is ahead of that. */
  headStart = 0;
  /** Of its booked look at the clock; an older one is ignored. */
  epoch = 0;
  /** Whether it hears from the leader that it follows. */
  hears = false;
  /** The end of its log on the disk, when it hears from no leader: with a leader it is what the leader has sent. */
  logTerm = 1;
  logIndex = 0;
  /** Votes of its candidacy by member: 1 granted, -1 refused. */
  readonly votes: Int8Array;
  /** As leader, by member: when it last heard from it, if it does not now. */
  readonly activeUs: Float64Array;

  constructor(index: number, name: string, members: number, disk: SaveLoop, tickUs: number) {
    this.index = index;
    this.name = name;
    this.disk = disk;
    this.tickUs = tickUs;
    this.votes = new Int8Array(members);
    this.activeUs = new Float64Array(members);
  }

  /** Whether its process takes part in Raft. */
  get runs(): boolean {
    return this.process === 'running' || this.process === 'draining' || this.process === 'leaving';
  }

  /** Its first tick after an instant. */
  tickAfter(atUs: number): number {
    return atUs + this.tickUs - modulo(atUs - this.phaseUs, this.tickUs);
  }

  /** Its last tick at or before an instant. */
  tickBefore(atUs: number): number {
    return atUs - modulo(atUs - this.phaseUs, this.tickUs);
  }

  /** Ticks since it last heard. */
  elapsedTicks(now: number): number {
    return Math.round((this.tickBefore(now) - this.tickBefore(this.heardUs)) / this.tickUs) + this.headStart;
  }

  /** When it will have been without a leader for too long. */
  timeoutUs(): number {
    return this.tickAfter(this.heardUs) + Math.max(0, this.timeoutTicks - this.headStart - 1) * this.tickUs;
  }
}

function modulo(a: number, b: number): number {
  return ((a % b) + b) % b;
}
