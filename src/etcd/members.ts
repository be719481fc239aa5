// The members of etcd: what befalls their processes, machines and disks, and what the others make of it.
import type { Engine } from '../engine/engine.ts';
import { Samplers } from '../engine/distributions.ts';
import type { Random } from '../engine/random.ts';
import type { EtcdSettings } from '../model/settings/etcd.ts';
import { Elections } from './elections.ts';
import { ELECTION_TICKS, Member } from './member.ts';
import { reconnectUs } from './reconnect.ts';
import { Requests } from './requests.ts';
import { SaveLoop } from './save-loop.ts';

/** A leader that saves for longer than this is not heard in time by some. */
const LONG_SAVE_US = 800_000;
/** Ticks that a member which starts beside living ones is ahead. */
const HEAD_START = ELECTION_TICKS - 2;
/** It looks for them for so long. */
const HEAD_START_WITHIN_US = 5e6;

/** The ways between members, by their numbers. */
export interface Ways {
  delayUs(from: number, to: number): number;
  /** Whether a packet would arrive. */
  open(from: number, to: number): boolean;
}

export class EtcdMembers {
  readonly members: readonly Member[];
  readonly requests: Requests;
  readonly elections: Elections;
  /** Called when a member leads, or when there is no leader any more. */
  onLeader: ((leader: Member | undefined) => void) | undefined;
  /** Called when a member can be reached no longer, or again, or when there is a leader no longer, or again. */
  onChange: (() => void) | undefined;
  /** Whether clients have watches open on a member: SIGTERM waits for them. */
  watched: (member: Member) => boolean = () => false;
  /** Called with the member that was elected, before it begins to lead. */
  onElected: ((leader: Member) => void) | undefined;
  /** Called when the process of a member ended, by itself or not. */
  onExit: ((member: Member) => void) | undefined;
  readonly #engine: Engine;
  readonly #random: Random;
  readonly #ways: Ways;
  readonly #settings: EtcdSettings;
  readonly #samplers = new Samplers();
  readonly #start: number;
  readonly #step: number;
  readonly #speak: number;
  readonly #silentUntil: number[] = [];
  /** By member: when it was cut off or stopped, when its process was started, and whether it has had its head start. */
  readonly #awaySinceUs: number[] = [];
  readonly #startedUs: number[] = [];
  readonly #advanced: boolean[] = [];
  /** By member: what a booked step of its process must still be for. */
  readonly #life: number[] = [];
  #leading = -1;

  constructor(engine: Engine, settings: EtcdSettings, ways: Ways) {
    this.#engine = engine;
    this.#settings = settings;
    this.#ways = ways;
    this.#random = engine.stream('etcd');
    const save = this.#samplers.add(settings.save);
    const { names, heartbeatUs } = settings;
    this.members = names.map((name, index) => {
      const disk = new SaveLoop(() => this.#samplers.draw(save, this.#random));
      disk.onSave = (beginsUs, endsUs) => {
        if (endsUs - beginsUs > LONG_SAVE_US) this.#saysNothing(index, beginsUs, endsUs);
      };
      const member = new Member(index, name, names.length, disk, heartbeatUs);
      member.phaseUs = Math.floor(this.#random.uniform() * heartbeatUs);
      this.#silentUntil.push(0);
      this.#awaySinceUs.push(0);
      this.#startedUs.push(Number.NEGATIVE_INFINITY);
      this.#advanced.push(true);
      this.#life.push(0);
      return member;
    });
    this.elections = new Elections(engine, this, engine.stream('etcd/elections'));
    this.requests = new Requests(engine, this, settings.requestLimitUs);
    this.#start = engine.kind('etcd.start', (index, life) => {
      if (this.#life[index] === life) this.#serve(this.members[index]);
    });
    this.#step = engine.kind('etcd.stop', (index, life) => {
      if (this.#life[index] === life) this.#leave(this.members[index]);
    });
    this.#speak = engine.kind('etcd.save-ended', (index) => this.#saysAgain(this.members[index]));
    this.#begin();
  }

  get quorum(): number {
    return Math.floor(this.members.length / 2) + 1;
  }

  /** Who leads and can: undefined while nobody does. */
  get leader(): Member | undefined {
    let found: Member | undefined;
    for (const member of this.members) {
      if (member.role === 'leader' && member.runs && (found === undefined || member.term > found.term)) found = member;
    }
    return found;
  }

  /** Whether there is a leader with a quorum that hears it: writes are committed. */
  get hasQuorum(): boolean {
    const { leader } = this;
    if (leader === undefined) return false;
    let hears = 1;
    for (const member of this.members) if (member.hears && member.lead === leader.index) hears += 1;
    return hears >= this.quorum;
  }

  /** Whether a new connection of a client is taken. A stopped one takes it and says nothing. */
  listens(member: Member): boolean {
    return member.process === 'running' || member.process === 'stopped';
  }

  // What befalls a member.

  kill(member: Member): void {
    if (member.process === 'dead') return;
    this.#away(member);
    member.process = 'dead';
    this.#life[member.index] += 1;
    member.role = 'follower';
    member.lead = -1;
    member.hears = false;
    this.elections.rest(member);
    this.requests.disconnect(member);
    this.#look();
    this.onExit?.(member);
  }

  /** SIGTERM: it waits for the watches of its clients, hands over if it leads, and ends. */
  terminate(member: Member): void {
    if (member.process !== 'running') {
      if (member.process === 'starting') this.kill(member);
      return;
    }
    member.process = 'draining';
    this.#life[member.index] += 1;
    const drainUs = this.watched(member) ? this.#settings.requestLimitUs : 0;
    this.#engine.after(drainUs, this.#step, member.index, this.#life[member.index]);
  }

  /** SIGSTOP. */
  stop(member: Member): void {
    if (!member.runs) return;
    this.#away(member);
    member.process = 'stopped';
    this.#life[member.index] += 1;
    this.elections.rest(member);
    this.#look();
  }

  /** SIGCONT. */
  continue(member: Member): void {
    if (member.process !== 'stopped') return;
    member.process = 'running';
    this.#back(member);
    this.requests.thaw(member);
  }

  /** Its process is started; it serves soon. */
  start(member: Member): void {
    if (member.process !== 'dead') return;
    member.process = 'starting';
    this.#life[member.index] += 1;
    member.disk.reset();
    const us = 100_000 + Math.round(this.#random.uniform() * 400_000);
    this.#engine.after(us, this.#start, member.index, this.#life[member.index]);
  }

  /** All of them are dead, and start over from a snapshot: what was in no snapshot is lost. */
  renew(): void {
    this.requests.renew();
    for (const member of this.members) {
      member.logIndex = this.requests.log.committedIndex;
      member.logTerm = this.requests.log.committedTerm;
      member.votedFor = -1;
    }
  }

  isolate(member: Member): void {
    this.#away(member);
    member.isolated = true;
    this.#look();
  }

  heal(member: Member): void {
    member.isolated = false;
    this.#look();
    this.requests.thaw(member);
  }

  /** Ways between members opened, or some closed. */
  waysChanged(opened: boolean): void {
    for (const member of this.members) {
      if (!opened && member.runs && this.members.some((other) => !this.reaches(member, other)))
        this.#awaySinceUs[member.index] = this.#engine.now;
    }
    this.#look();
  }

  /** Every save takes so much longer. */
  slowDisk(member: Member, extraUs: number): void {
    member.disk.extraUs = extraUs;
  }

  // What elections ask.

  reaches(from: Member, to: Member): boolean {
    return !from.isolated && !to.isolated && this.#ways.open(from.index, to.index);
  }

  delayUs(from: number, to: number): number {
    return Math.max(0, Math.round(this.#ways.delayUs(from, to)));
  }

  measureLog(member: Member): void {
    if (member.hears || member.role === 'leader') this.requests.log.measure(member);
  }

  becameLeader(member: Member): void {
    this.onElected?.(member);
    this.measureLog(member);
    for (const other of this.members) {
      if (other !== member && other.lead !== member.index) other.hears = false;
    }
    this.#tellLeader();
    this.requests.lead(member);
    this.requests.resume(member);
    this.onChange?.();
  }

  follows(member: Member): void {
    if (member.lead < 0) {
      if (member.role === 'follower') this.#look();
      return;
    }
    const leader = this.members[member.lead];
    member.hears = leader.role === 'leader' && leader.runs && this.reaches(leader, member);
    if (!member.hears) {
      this.elections.watch(member);
      return;
    }
    if (this.#silentUntil[leader.index] > this.#engine.now) {
      member.heardUs = this.#engine.now;
      this.elections.watch(member);
    }
    this.requests.resume(member);
    this.onChange?.();
  }

  /** A cluster that has run for long: the first member leads, or the one that chance says. */
  #begin(): void {
    const leader = this.members[this.#random.int(this.members.length)];
    for (const member of this.members) {
      this.elections.drawTimeout(member);
      member.lead = leader.index;
      member.votedFor = leader.index;
      member.hears = member !== leader;
    }
    leader.role = 'leader';
    leader.electedUs = Math.floor(-this.#random.uniform() * ELECTION_TICKS * leader.tickUs);
    this.#leading = leader.index;
  }

  #serve(member: Member): void {
    member.process = 'running';
    const { index } = member;
    member.phaseUs = this.#engine.now % member.tickUs;
    this.#startedUs[index] = this.#engine.now;
    this.#advanced[index] = false;
    // The others try to reach it all the time.
    this.#awaySinceUs[index] = this.#engine.now;
    this.#back(member);
    for (const other of this.members) this.#headStart(other);
    this.requests.resume(member);
  }

  /** A member that has just started and finds others alive does not wait for a whole timeout. */
  #headStart(member: Member): void {
    const { index } = member;
    if (this.#advanced[index] || !member.runs) return;
    const peers = this.members.filter((other) => other !== member && other.runs && this.reaches(other, member));
    if (this.#engine.now - this.#startedUs[index] > HEAD_START_WITHIN_US) this.#advanced[index] = true;
    else if (this.members.length === 1 || peers.length > 1) {
      this.#advanced[index] = true;
      if (member.hears || member.role === 'leader') return;
      member.headStart += HEAD_START;
      this.elections.watch(member);
    }
  }

  #leave(member: Member): void {
    if (member.process === 'draining') {
      if (member.role === 'leader') this.elections.handOver(member);
      member.process = 'leaving';
      const us = 1_100_000 + Math.round(this.#random.uniform() * 200_000);
      this.#engine.after(us, this.#step, member.index, this.#life[member.index]);
    } else {
      this.kill(member);
    }
  }

  /** Before a member is cut off, stops or dies: what its log has, and since when. */
  #away(member: Member): void {
    this.measureLog(member);
    this.requests.log.interrupted(member);
    this.#awaySinceUs[member.index] = this.#engine.now;
    if (member.hears) this.members[member.lead].activeUs[member.index] = this.#engine.now;
  }

  #back(member: Member): void {
    member.heardUs = this.#engine.now;
    member.headStart = 0;
    if (member.role === 'leader') {
      this.elections.watchQuorum(member);
    } else {
      member.hears = false;
      this.elections.watch(member);
    }
    this.#look();
  }

  /** Somebody may be heard no longer, or again. */
  #look(): void {
    const { leader } = this;
    const { now } = this.#engine;
    for (const member of this.members) {
      if (member === leader) continue;
      if (member.hears) {
        const lead = this.members[member.lead];
        const heard = lead.role === 'leader' && lead.runs && member.runs && this.reaches(lead, member);
        if (!heard) this.#misses(lead, member);
      }
      if (leader === undefined || !member.runs || member.hears || !this.reaches(leader, member)) continue;
      const awayUs = now - Math.max(this.#awaySinceUs[member.index], this.#awaySinceUs[leader.index]);
      this.elections.heartbeat(leader, member, reconnectUs(awayUs, this.#random));
    }
    if (leader !== undefined && !this.hasQuorum) this.elections.watchQuorum(leader);
    if (leader === undefined || !this.hasQuorum) this.requests.watchTimes();
    this.#tellLeader();
    this.onChange?.();
  }

  /** A follower does not hear its leader from now on. */
  #misses(lead: Member, member: Member): void {
    this.measureLog(member);
    member.hears = false;
    const { now } = this.#engine;
    lead.activeUs[member.index] = now;
    // The last heartbeat, or a write if one came later.
    member.heardUs = Math.max(lead.tickBefore(now), Math.min(now, this.requests.log.lastSentUs), member.heardUs);
    if (member.runs) this.elections.watch(member);
  }

  #tellLeader(): void {
    const { leader } = this;
    const index = leader === undefined ? -1 : leader.index;
    if (index === this.#leading) return;
    this.#leading = index;
    this.onLeader?.(leader);
  }

  #saysNothing(index: number, beginsUs: number, endsUs: number): void {
    const member = this.members[index];
    if (member.role !== 'leader') return;
    this.#silentUntil[index] = Math.max(this.#silentUntil[index], endsUs);
    this.#engine.at(endsUs, this.#speak, index, 0);
    for (const other of this.members) {
      if (!other.hears || other.lead !== index) continue;
      other.heardUs = beginsUs;
      this.elections.watch(other);
    }
  }

  #saysAgain(leader: Member): void {
    if (leader.role !== 'leader' || !leader.runs) return;
    for (const other of this.members) {
      if (other !== leader && other.runs && this.reaches(leader, other)) this.elections.heartbeat(leader, other);
    }
  }
}
