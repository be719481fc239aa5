// Hot dialect: what becomes of writes and reads: the way to the leader, its log, the way back, and what is lost with a leader.
import type { Engine } from '../engine/engine.ts';
import { LeaderLog } from './leader-log.ts';
import type { Member } from './member.ts';
import { type Answer, Outcome } from './outcome.ts';
import { mayRead, type Quorum, Reads } from './reads.ts';
import { RequestRows, Step } from './request-rows.ts';

/** What it takes to read one key. */
const READ_US = 300;
/** Writes of the cluster itself have no client. */
const NOBODY = 255;

export class Requests {
  readonly rows: RequestRows;
  readonly log: LeaderLog;
  readonly #engine: Engine;
  readonly #at: Quorum;
  readonly #patienceUs: number;
  readonly #clients: Answer[] = [];
  readonly #done: number;
  readonly #timeout: number;
  /** The leader whose first entry is committed: before that it answers no reads. */
  #settledTerm = 1;
  readonly #reads: Reads;

  constructor(engine: Engine, at: Quorum, patienceUs: number) {
    this.#engine = engine;
    this.#at = at;
    this.#patienceUs = patienceUs;
    this.rows = new RequestRows(at.members.length);
    this.#reads = new Reads(at);
    this.log = new LeaderLog(engine, at, this.rows, {
      unsaved: (row) => this.#time(row),
      committed: (row, leader) => this.#apply(row, leader),
    });
    const current = (row: number, epoch: number): boolean => this.rows.epoch[row] === epoch;
    this.#done = engine.kind('etcd.done', (row, epoch) => {
      if (current(row, epoch)) this.#end(row);
    });
    this.#timeout = engine.kind('etcd.timeout', (row, epoch) => {
      if (current(row, epoch)) this.#timedOut(row);
    });
  }

  /** Registers what is called at the ends of a client's requests. */
  client(answer: Answer): number {
    return this.#clients.push(answer) - 1;
  }

  /** A put, a delete or a transaction, sent to a member. Gives its row, for `withdraw`. */
  propose(client: number, member: Member, token: number): number {
    const row = this.#take(client, member, token, 0);
    this.#send(row);
    return row;
  }

  /** A read, linearizable or (`stale`) of what the member itself has. */
  read(client: number, member: Member, token: number, stale: boolean): number {
    const row = this.#take(client, member, token, stale ? 2 : 1);
    this.#send(row);
    return row;
  }

  /** The client gave up: it gets nothing more unless the write is in a log already (`Late` or `Dropped`). */
  withdraw(row: number, epoch: number): boolean {
    const { rows } = this;
    if (rows.epoch[row] !== epoch) return true;
    if (rows.step[row] === Step.Appended || rows.step[row] === Step.Committed) {
      rows.answered[row] = 1;
      return false;
    }
    this.#forget(row);
    return true;
  }

  /** A new leader: what is in its log is committed with its first entry; the rest is lost. */
  lead(leader: Member): void {
    const row = this.#take(NOBODY, leader, 0, 0);
    for (const lost of this.log.begin(leader)) this.#lose(lost);
    this.#forward(row, leader);
  }

  /** The log is gone, and with it what was not committed. */
  renew(): void {
    for (const row of this.log.renew()) this.#lose(row);
  }

  /** Its member knows a leader, or hears from it again: what waited goes on; what the leader has is sent to it. */
  resume(member: Member): void {
    const { rows } = this;
    this.log.catchUp(member);
    for (let row = 0; row < rows.length; row += 1) {
      if (!this.#lives(row) || rows.member[row] !== member.index || rows.step[row] !== Step.Waiting) continue;
      // Its client asks again whenever the member has waited for too long.
      rows.beganUs[row] = this.#engine.now;
      this.#send(row);
    }
  }

  /** A stopped member goes on. */
  thaw(member: Member): void {
    const { rows } = this;
    for (let row = 0; row < rows.length; row += 1) {
      if (!this.#lives(row) || rows.member[row] !== member.index) continue;
      if (rows.step[row] === Step.Frozen) this.#send(row);
      else if (rows.step[row] === Step.Committed) this.#end(row);
    }
    if (member.role !== 'leader') return;
    this.log.commitWhenSaved();
  }

  /** The process of a member is gone: its connections break. */
  disconnect(member: Member): void {
    const { rows } = this;
    for (let row = 0; row < rows.length; row += 1) {
      if (!this.#lives(row) || rows.member[row] !== member.index || rows.answered[row] === 1) continue;
      const { [row]: step } = rows.step;
      const inLog = step === Step.Appended || step === Step.Committed;
      if (rows.client[row] === NOBODY) {
        // The first entry of a leader that had not written it down.
        if (!inLog) this.#forget(row);
        continue;
      }
      if (step === Step.Committed) this.#finish(row, Outcome.Unavailable, Outcome.Late);
      else if (inLog) this.#tell(row, Outcome.Unavailable, false);
      else this.#release(row, Outcome.Unavailable);
    }
  }

  /** Writes may not be answered in time any more: from now on each has an end of patience. */
  watchTimes(): void {
    const { rows } = this;
    for (let row = 0; row < rows.length; row += 1) {
      const { [row]: step } = rows.step;
      if (this.#lives(row) && (step === Step.Sent || step === Step.Appended)) this.#time(row);
    }
  }

  #lives(row: number): boolean {
    return this.rows.beganUs[row] >= 0;
  }

  #take(client: number, member: Member, token: number, reads: number): number {
    const { rows } = this;
    const row = rows.allocate();
    rows.client[row] = client;
    rows.member[row] = member.index;
    rows.token[row] = token;
    rows.reads[row] = reads;
    rows.beganUs[row] = this.#engine.now;
    rows.savedUs.fill(Number.POSITIVE_INFINITY, row * rows.width, (row + 1) * rows.width);
    return row;
  }

  #send(row: number): void {
    const { rows } = this;
    const { members } = this.#at;
    const member = members[rows.member[row]];
    if (!member.runs || member.isolated) {
      rows.step[row] = Step.Frozen;
      return;
    }
    if (rows.reads[row] === 2) {
      this.#book(this.#engine.now + READ_US, this.#done, row, Step.Sent);
    } else if (member.lead < 0) {
      rows.step[row] = Step.Waiting;
    } else if (rows.reads[row] === 1) {
      this.#read(row, member);
    } else {
      this.#forward(row, member);
    }
  }

  #forward(row: number, member: Member): void {
    const { rows } = this;
    const leader = this.#at.members[member.lead];
    rows.step[row] = Step.Sent;
    if (leader !== this.#at.leader || !this.#at.reaches(member, leader)) {
      this.#time(row);
      return;
    }
    this.log.take(row, member, leader);
  }

  #apply(row: number, leader: Member): void {
    const { rows } = this;
    const { members } = this.#at;
    const applied = leader.disk.freeAt(this.#engine.now);
    rows.step[row] = Step.Committed;
    if (rows.client[row] === NOBODY) {
      this.#settledTerm = leader.term;
      this.#forget(row);
      for (const member of members) if (member.lead === leader.index) this.resume(member);
      return;
    }
    const member = members[rows.member[row]];
    if (member === leader || !member.hears) {
      this.#engine.at(applied, this.#done, row, rows.epoch[row]);
      return;
    }
    const heard = applied + this.#at.delayUs(leader.index, member.index);
    const saved = rows.savedUs[row * rows.width + member.index];
    const has = saved === Number.POSITIVE_INFINITY ? heard : Math.max(heard, saved);
    this.#engine.at(member.disk.freeAt(has), this.#done, row, rows.epoch[row]);
  }

  #end(row: number): void {
    const { rows } = this;
    const member = this.#at.members[rows.member[row]];
    if (rows.reads[row] === 0) {
      // A member that is stopped says nothing until it goes on.
      if (rows.answered[row] === 1 || (member.runs && !member.isolated)) this.#finish(row, Outcome.Done, Outcome.Late);
    } else if (rows.reads[row] === 1 && !mayRead(this.#at, member, this.#settledTerm)) {
      rows.step[row] = Step.Waiting;
    } else if (member.runs && !member.isolated) {
      this.#release(row, Outcome.Done);
    } else {
      rows.step[row] = Step.Frozen;
    }
  }

  #read(row: number, member: Member): void {
    if (!mayRead(this.#at, member, this.#settledTerm)) {
      this.rows.step[row] = Step.Waiting;
      return;
    }
    this.#book(this.#reads.readAt(member, this.#engine.now) + READ_US, this.#done, row, Step.Sent);
  }

  #timedOut(row: number): void {
    const { rows } = this;
    rows.timed[row] = 0;
    const { [row]: step } = rows.step;
    if (rows.answered[row] === 1 || (step !== Step.Sent && step !== Step.Appended) || rows.reads[row] !== 0) return;
    const member = this.#at.members[rows.member[row]];
    const { [row]: began } = rows.beganUs;
    const failed = member.role === 'leader' && began < member.electedUs && began > member.electedUs - 2e6;
    const outcome = failed ? Outcome.LeaderFailed : Outcome.TimedOut;
    if (step === Step.Appended) this.#tell(row, outcome, false);
    else this.#release(row, outcome);
  }

  #time(row: number): void {
    const { rows } = this;
    if (rows.timed[row] === 1 || rows.client[row] === NOBODY) return;
    rows.timed[row] = 1;
    const at = Math.max(this.#engine.now, rows.beganUs[row] + this.#patienceUs);
    this.#engine.at(at, this.#timeout, row, rows.epoch[row]);
  }

  /** No log that counts has it. */
  #lose(row: number): void {
    const { rows } = this;
    if (rows.client[row] === NOBODY) this.#forget(row);
    else if (rows.answered[row] === 1) this.#release(row, Outcome.Dropped);
    else {
      rows.step[row] = Step.Sent;
      this.#time(row);
    }
  }

  #book(atUs: number, kind: number, row: number, step: number): void {
    this.rows.step[row] = step;
    this.#engine.at(atUs, kind, row, this.rows.epoch[row]);
  }

  #tell(row: number, outcome: number, settled: boolean): void {
    this.rows.answered[row] = 1;
    this.#clients[this.rows.client[row]](this.rows.token[row], outcome, settled);
  }

  #finish(row: number, first: number, late: number): void {
    this.#release(row, this.rows.answered[row] === 1 ? late : first);
  }

  #release(row: number, outcome: number): void {
    const { [row]: client } = this.rows.client;
    const { [row]: token } = this.rows.token;
    this.#forget(row);
    this.#clients[client](token, outcome, true);
  }

  #forget(row: number): void {
    this.rows.beganUs[row] = -1;
    this.rows.release(row);
  }
}
