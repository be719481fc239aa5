// How members find a leader: timeouts counted in ticks, the question before the vote, the vote, and the leader's own look at its quorum.
import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import { ELECTION_TICKS, type Member } from './member.ts';
import { Mail, type Message } from './messages.ts';

/** What elections ask of the cluster, and tell it. */
export interface Constituency {
  readonly members: readonly Member[];
  reaches(from: Member, to: Member): boolean;
  delayUs(from: number, to: number): number;
  /** Brings the end of a member's log up to date. */
  measureLog(member: Member): void;
  becameLeader(member: Member): void;
  /** A member follows that leader from now on (-1: it knows of none). */
  follows(member: Member): void;
}

export class Elections {
  /** Since the start: leaders elected, questions before a vote, candidacies. */
  readonly counts = { leaders: 0, preCandidacies: 0, candidacies: 0 };
  /** Called when a member knows that it has lost its leader. */
  onLost: ((member: Member) => void) | undefined;
  /** Called when one of them was counted. */
  onCount: (() => void) | undefined;
  readonly #engine: Engine;
  readonly #random: Random;
  readonly #at: Constituency;
  readonly #mail: Mail;
  readonly #timeout: number;
  readonly #check: number;

  constructor(engine: Engine, at: Constituency, random: Random) {
    this.#engine = engine;
    this.#at = at;
    this.#random = random;
    this.#mail = new Mail(
      engine,
      (from, to) => at.delayUs(from, to),
      (message) => this.#deliver(message),
    );
    this.#timeout = engine.kind('etcd.election-timeout', (index, epoch) => {
      const member = at.members[index];
      if (member.epoch === epoch && member.runs && member.role !== 'leader') this.#ask(member);
    });
    this.#check = engine.kind('etcd.check-quorum', (index, epoch) => this.#checkQuorum(at.members[index], epoch));
  }

  get quorum(): number {
    return Math.floor(this.#at.members.length / 2) + 1;
  }

  drawTimeout(member: Member): void {
    member.timeoutTicks = ELECTION_TICKS + this.#random.int(ELECTION_TICKS);
  }

  /** From now on the member counts its ticks without a leader. */
  watch(member: Member): void {
    member.epoch += 1;
    const { now } = this.#engine;
    this.#engine.at(Math.max(now, member.timeoutUs()), this.#timeout, member.index, member.epoch);
  }

  /** It hears from a leader: the clock of ticks rests. */
  rest(member: Member): void {
    member.epoch += 1;
  }

  /** The leader says that it is one: to a member, or to all. */
  heartbeat(leader: Member, to: Member, afterUs = 0): void {
    this.#mail.send(
      { what: 'heartbeat', from: leader.index, to: to.index, term: leader.term },
      this.#engine.now + afterUs,
    );
  }

  /** The leader leaves: the most up-to-date of the others is to take over at once. */
  handOver(leader: Member): void {
    const { members } = this.#at;
    const others = members.filter((other) => other !== leader && other.hears && other.runs);
    if (others.length === 0) return;
    for (const other of others) this.#at.measureLog(other);
    const next = others.reduce((best, other) => (other.logIndex > best.logIndex ? other : best));
    this.#mail.send({ what: 'take-over', from: leader.index, to: next.index, term: leader.term });
  }

  /** The leader looks at each election timeout whether a quorum was heard since the last look. */
  watchQuorum(leader: Member): void {
    leader.epoch += 1;
    this.#engine.at(this.#nextCheck(leader), this.#check, leader.index, leader.epoch);
  }

  becomeFollower(member: Member, term: number, lead: number): void {
    // What it has is what its leader sent, or its own as leader, up to now.
    this.#at.measureLog(member);
    const { lead: before } = member;
    if (term !== member.term) member.votedFor = -1;
    member.term = term;
    member.role = 'follower';
    member.lead = lead;
    member.heardUs = this.#engine.now;
    member.headStart = 0;
    this.drawTimeout(member);
    if (lead < 0) {
      member.hears = false;
      this.watch(member);
      if (before >= 0) this.onLost?.(member);
    } else {
      this.rest(member);
    }
    this.#at.follows(member);
  }

  #nextCheck(leader: Member): number {
    const everyUs = ELECTION_TICKS * leader.tickUs;
    const first = leader.tickAfter(leader.electedUs) + everyUs - leader.tickUs;
    const { now } = this.#engine;
    return now < first ? first : first + (Math.floor((now - first) / everyUs) + 1) * everyUs;
  }

  #checkQuorum(leader: Member, epoch: number): void {
    if (leader.epoch !== epoch || leader.role !== 'leader') return;
    if (!leader.runs) return;
    const since = this.#engine.now - ELECTION_TICKS * leader.tickUs;
    let active = 1;
    let now = 1;
    for (const other of this.#at.members) {
      if (other === leader) continue;
      const hears = other.hears && other.lead === leader.index;
      if (hears) now += 1;
      if (hears || leader.activeUs[other.index] > since) active += 1;
    }
    if (active < this.quorum) this.becomeFollower(leader, leader.term, -1);
    else if (now < this.quorum) this.watchQuorum(leader);
  }

  /** Asks whether the others would vote for it. */
  #ask(member: Member): void {
    this.counts.preCandidacies += 1;
    this.onCount?.();
    this.#at.measureLog(member);
    const lost = member.lead >= 0;
    member.role = 'pre-candidate';
    member.lead = -1;
    member.hears = false;
    member.heardUs = this.#engine.now;
    member.headStart = 0;
    if (lost) this.onLost?.(member);
    this.#at.follows(member);
    this.watch(member);
    this.#collect(member, member.term + 1, true, false);
  }

  #stand(member: Member, transfer: boolean): void {
    this.counts.candidacies += 1;
    this.onCount?.();
    this.#at.measureLog(member);
    member.term += 1;
    member.role = 'candidate';
    member.votedFor = member.index;
    member.lead = -1;
    member.hears = false;
    member.heardUs = this.#engine.now;
    member.headStart = 0;
    this.drawTimeout(member);
    this.watch(member);
    this.#collect(member, member.term, false, transfer);
  }

  #collect(member: Member, term: number, before: boolean, transfer: boolean): void {
    member.votes.fill(0);
    member.votes[member.index] = 1;
    this.#at.measureLog(member);
    const { disk, logTerm, logIndex } = member;
    const { now } = this.#engine;
    // Nothing is said before it is on the disk; the question before the vote changes nothing there.
    const at = before ? disk.freeAt(now) : disk.save(now);
    for (const other of this.#at.members) {
      if (other === member) continue;
      const { index: from } = member;
      this.#mail.send({ what: 'ask', from, to: other.index, term, before, transfer, logTerm, logIndex }, at);
    }
    this.#count(member);
  }

  #deliver(message: Message): void {
    const { members } = this.#at;
    const member = members[message.to];
    if (!member.runs || !this.#at.reaches(members[message.from], member)) return;
    if (message.term > member.term && !this.#takeTerm(member, message)) return;
    if (message.term < member.term) {
      this.#tellNewerTerm(member, message);
      return;
    }
    switch (message.what) {
      case 'ask':
        this.#vote(member, message);
        return;
      case 'answer':
        // The third vote may come when two have made a leader.
        if (member.role === (message.before === true ? 'pre-candidate' : 'candidate')) {
          member.votes[message.from] = message.granted === true ? 1 : -1;
          this.#count(member);
        }
        return;
      case 'heartbeat':
        if (member.role !== 'leader') this.#hear(member, message.from);
        return;
      case 'take-over':
        if (member.role === 'follower') this.#stand(member, true);
        return;
      case 'newer-term':
    }
  }

  /** A message of a higher term. Gives whether there is more to do with it. */
  #takeTerm(member: Member, message: Message): boolean {
    if (message.what === 'ask') {
      const leased = member.lead >= 0 && this.#elapsed(member) < ELECTION_TICKS;
      if (leased && message.transfer !== true) return false;
      if (message.before === true) {
        this.#vote(member, message);
        return false;
      }
    }
    if (message.what === 'answer' && message.before === true && message.granted === true) {
      if (member.role === 'pre-candidate' && message.term === member.term + 1) {
        member.votes[message.from] = 1;
        this.#count(member);
      }
      return false;
    }
    this.becomeFollower(member, message.term, message.what === 'heartbeat' ? message.from : -1);
    return true;
  }

  #elapsed(member: Member): number {
    return member.hears || member.role === 'leader' ? 0 : member.elapsedTicks(this.#engine.now);
  }

  #tellNewerTerm(member: Member, message: Message): void {
    const { index: from, term, disk } = member;
    const at = disk.freeAt(this.#engine.now);
    if (message.what === 'heartbeat') {
      this.#mail.send({ what: 'newer-term', from, to: message.from, term }, at);
    } else if (message.what === 'ask' && message.before === true) {
      this.#mail.send({ what: 'answer', from, to: message.from, term, before: true, granted: false }, at);
    }
  }

  #vote(member: Member, message: Message): void {
    this.#at.measureLog(member);
    const before = message.before === true;
    const free = member.votedFor === message.from || (member.votedFor < 0 && member.lead < 0);
    const { logTerm = 0, logIndex = 0 } = message;
    const upToDate = logTerm > member.logTerm || (logTerm === member.logTerm && logIndex >= member.logIndex);
    const granted = upToDate && (free || (before && message.term > member.term));
    if (granted && !before) {
      member.votedFor = message.from;
      member.heardUs = this.#engine.now;
      member.headStart = 0;
      this.watch(member);
    }
    const { index: from, disk } = member;
    const { now } = this.#engine;
    const at = granted && !before ? disk.save(now) : disk.freeAt(now);
    const term = granted ? message.term : member.term;
    this.#mail.send({ what: 'answer', from, to: message.from, term, before, granted }, at);
  }

  #count(member: Member): void {
    let granted = 0;
    let refused = 0;
    for (const vote of member.votes) {
      if (vote > 0) granted += 1;
      else if (vote < 0) refused += 1;
    }
    if (granted >= this.quorum) {
      if (member.role === 'pre-candidate') this.#stand(member, false);
      else this.#lead(member);
    } else if (refused >= this.quorum) {
      this.becomeFollower(member, member.term, -1);
    }
  }

  #lead(member: Member): void {
    this.counts.leaders += 1;
    member.role = 'leader';
    member.lead = member.index;
    member.hears = false;
    member.electedUs = this.#engine.now;
    this.rest(member);
    this.#at.becameLeader(member);
    for (const other of this.#at.members) {
      member.activeUs[other.index] = this.#engine.now;
      if (other !== member) this.heartbeat(member, other);
    }
    this.watchQuorum(member);
  }

  #hear(member: Member, from: number): void {
    if (member.role === 'follower' && member.lead === from) {
      this.rest(member);
      this.#at.follows(member);
    } else if (member.role === 'follower' && member.lead < 0) {
      member.lead = from;
      this.rest(member);
      this.#at.follows(member);
    } else {
      this.becomeFollower(member, member.term, from);
    }
  }
}
