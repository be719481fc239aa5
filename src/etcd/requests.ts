// Hot dialect: what becomes of writes and reads: the way to the leader, the saves of a quorum, the way back, and what is lost with a leader.
import type { Engine } from '../engine/engine.ts';
import type { Member } from './member.ts';
import { type Answer, Outcome } from './outcome.ts';
import { mayRead, type Quorum, Reads } from './reads.ts';
import { RequestRows, Step } from './request-rows.ts';

/** What it takes to read one key. */
const READ_US = 300;
/** A write that begins to be saved within this is worked out at once; a later one when it begins. */
const SOON_US = 20_000;
/** Writes of the cluster itself have no client. */
const NOBODY = 255;

export class Requests {
  readonly rows: RequestRows;
  /** The end of the log that counts: of what is committed. */
  committedIndex = 0;
  committedTerm = 1;
  /** When the leader last sent a write to the others. */
  lastSentUs = 0;
  readonly #engine: Engine;
  readonly #at: Quorum;
  readonly #patienceUs: number;
  readonly #clients: Answer[] = [];
  readonly #append: number;
  readonly #commit: number;
  readonly #done: number;
  readonly #timeout: number;
  /** Rows in logs whose fate is open, by index. */
  #open: number[] = [];
  #lastIndex = 0;
  /** The leader whose first entry is committed: before that it answers no reads. */
  #settledTerm = 1;
  readonly #acks: Float64Array;
  readonly #reads: Reads;
  /** By member: what the leader sent it last, and when that is saved. */
  readonly #batchBeganUs: Float64Array;
  readonly #batchSavedUs: Float64Array;

  constructor(engine: Engine, at: Quorum, patienceUs: number) {
    this.#engine = engine;
    this.#at = at;
    this.#patienceUs = patienceUs;
    this.rows = new RequestRows(at.members.length);
    const { length } = at.members;
    this.#acks = new Float64Array(length);
    this.#reads = new Reads(at);
    this.#batchBeganUs = new Float64Array(length).fill(-1);
    this.#batchSavedUs = new Float64Array(length);
    const current = (row: number, epoch: number): boolean => this.rows.epoch[row] === epoch;
    this.#append = engine.kind('etcd.append', (row, epoch) => {
      if (current(row, epoch)) this.#write(row);
    });
    this.#commit = engine.kind('etcd.commit', (row, epoch) => {
      if (current(row, epoch)) this.#committed(row);
    });
    this.#done = engine.kind('etcd.done', (row, epoch) => {
      if (current(row, epoch)) this.#end(row);
    });
    this.#timeout = engine.kind('etcd.timeout', (row, epoch) => {
      if (current(row, epoch)) this.#timedOut(row);
    });
  }

  /** Registers what is told the ends of a client's requests. */
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

  /** The client gave up: it is told nothing more unless the write is in a log already (`Late` or `Dropped`). */
  withdraw(row: number, epoch: number): boolean {
    const { rows } = this;
    if (rows.epoch[row] !== epoch) return true;
    if (rows.step[row] === Step.Appended || rows.step[row] === Step.Committed) {
      rows.told[row] = 1;
      return false;
    }
    this.#forget(row);
    return true;
  }

  /** Brings the end of a member's log up to date. */
  measureLog(member: Member): void {
    const { rows } = this;
    const { now } = this.#engine;
    let at = -1;
    for (let i = this.#open.length - 1; i >= 0 && at < 0; i -= 1) {
      const row = this.#open[i];
      if (rows.savedUs[row * rows.width + member.index] <= now) at = row;
    }
    const index = at < 0 ? this.committedIndex : Math.max(rows.index[at], this.committedIndex);
    if (index < member.logIndex) return;
    member.logIndex = index;
    member.logTerm = at < 0 ? this.committedTerm : Math.max(rows.term[at], this.committedTerm);
  }

  /** A member is gone, or says nothing: what it has not saved by now it has not, as far as others know. */
  unsaved(member: Member): void {
    const { savedUs, width } = this.rows;
    for (const row of this.#open) {
      const at = row * width + member.index;
      if (savedUs[at] > this.#engine.now) savedUs[at] = Number.POSITIVE_INFINITY;
    }
  }

  /** A new leader: what is in its log is committed with its first entry; the rest is lost. */
  lead(leader: Member): void {
    const { rows } = this;
    this.#lastIndex = leader.logIndex;
    const open = this.#open;
    this.#open = [];
    const row = this.#take(NOBODY, leader, 0, 0);
    for (const old of open) {
      if (rows.index[old] <= leader.logIndex && rows.term[old] <= leader.term) this.#open.push(old);
      else this.#lose(old);
    }
    this.#forward(row, leader);
  }

  /** The log is gone, and with it what was not committed. */
  renew(): void {
    const open = this.#open;
    this.#open = [];
    for (const row of open) this.#lose(row);
  }

  /** Its member knows a leader, or hears from it again: what waited goes on; what the leader has is sent to it. */
  resume(member: Member): void {
    const { rows } = this;
    this.#catchUp(member);
    for (let row = 0; row < rows.length; row += 1) {
      if (!this.#lives(row) || rows.member[row] !== member.index || rows.step[row] !== Step.Waiting) continue;
      // Its client asks anew whenever the member has waited for too long.
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
    for (const row of this.#open) this.#commitWhenSaved(row);
  }

  /** The process of a member is gone: its connections break. */
  disconnect(member: Member): void {
    const { rows } = this;
    for (let row = 0; row < rows.length; row += 1) {
      if (!this.#lives(row) || rows.member[row] !== member.index || rows.told[row] === 1) continue;
      const { [row]: step } = rows.step;
      const inLog = step === Step.Appended || step === Step.Committed;
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
    const { now } = this.#engine;
    const arrives = leader === member ? now : now + this.#at.delayUs(member.index, leader.index);
    const savedUs = leader.disk.save(arrives);
    const { beginsUs } = leader.disk;
    rows.savedUs[row * rows.width + leader.index] = savedUs;
    rows.term[row] = leader.term;
    if (beginsUs <= now + SOON_US) this.#appendTo(leader, row, beginsUs);
    else this.#book(beginsUs, this.#append, row, Step.Sent);
  }

  /** The leader begins to save it. */
  #write(row: number): void {
    const { leader } = this.#at;
    if (leader === undefined || leader.term !== this.rows.term[row]) this.#time(row);
    else this.#appendTo(leader, row, this.#engine.now);
  }

  #appendTo(leader: Member, row: number, beginsUs: number): void {
    const { rows } = this;
    this.#lastIndex += 1;
    rows.index[row] = this.#lastIndex;
    rows.step[row] = Step.Appended;
    this.#open.push(row);
    this.lastSentUs = beginsUs;
    for (const other of this.#at.members) {
      if (other === leader || !other.hears || other.lead !== leader.index) continue;
      const { index } = other;
      // What the leader saves together it sends together.
      if (this.#batchBeganUs[index] !== beginsUs) {
        this.#batchBeganUs[index] = beginsUs;
        this.#batchSavedUs[index] = other.disk.save(beginsUs + this.#at.delayUs(leader.index, index));
      }
      rows.savedUs[row * rows.width + index] = this.#batchSavedUs[index];
    }
    this.#commitWhenSaved(row);
  }

  /** Books the instant at which the leader knows that a quorum has the row. */
  #commitWhenSaved(row: number): void {
    const { rows } = this;
    const { members, quorum, leader } = this.#at;
    const acks = this.#acks;
    if (leader === undefined) return;
    const at = row * rows.width;
    for (const { index } of members) {
      const { [at + index]: savedUs } = rows.savedUs;
      const back = index === leader.index ? 0 : this.#at.delayUs(index, leader.index);
      acks[index] = savedUs === Number.POSITIVE_INFINITY ? savedUs : savedUs + back;
    }
    acks.sort();
    const knownUs = Math.max(acks[quorum - 1], rows.savedUs[at + leader.index]);
    if (knownUs === Number.POSITIVE_INFINITY) this.#time(row);
    else this.#engine.at(Math.max(knownUs, this.#engine.now), this.#commit, row, rows.epoch[row]);
  }

  /** A quorum has the row, and with it everything before it in the log. */
  #committed(row: number): void {
    const { rows } = this;
    const { leader } = this.#at;
    // An entry of an earlier leader counts when one of this leader's own does.
    if (leader === undefined || rows.step[row] !== Step.Appended || rows.term[row] !== leader.term) return;
    if (!this.#isOnQuorum(row)) {
      this.#commitWhenSaved(row);
      return;
    }
    const { [row]: index } = rows.index;
    if (index > this.committedIndex) {
      this.committedIndex = index;
      this.committedTerm = leader.term;
    }
    while (this.#open.length > 0 && rows.index[this.#open[0]] <= index) {
      const first = this.#open.shift();
      if (first !== undefined) this.#apply(first, leader);
    }
  }

  /** Members may have died since the commit was booked. */
  #isOnQuorum(row: number): boolean {
    const { savedUs, width } = this.rows;
    let saved = 0;
    for (let at = row * width; at < (row + 1) * width; at += 1) if (savedUs[at] <= this.#engine.now) saved += 1;
    return saved >= this.#at.quorum;
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
      if (rows.told[row] === 1 || (member.runs && !member.isolated)) this.#finish(row, Outcome.Done, Outcome.Late);
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
    if (rows.told[row] === 1 || (step !== Step.Sent && step !== Step.Appended) || rows.reads[row] !== 0) return;
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
    else if (rows.told[row] === 1) this.#release(row, Outcome.Dropped);
    else {
      rows.step[row] = Step.Sent;
      this.#time(row);
    }
  }

  #catchUp(member: Member): void {
    if (!member.hears) return;
    const { rows } = this;
    for (const row of this.#open) {
      const at = row * rows.width + member.index;
      if (rows.savedUs[at] !== Number.POSITIVE_INFINITY) continue;
      rows.savedUs[at] = member.disk.save(this.#engine.now);
      this.#commitWhenSaved(row);
    }
    this.measureLog(member);
  }

  #book(atUs: number, kind: number, row: number, step: number): void {
    this.rows.step[row] = step;
    this.#engine.at(atUs, kind, row, this.rows.epoch[row]);
  }

  #tell(row: number, outcome: number, settled: boolean): void {
    this.rows.told[row] = 1;
    this.#clients[this.rows.client[row]](this.rows.token[row], outcome, settled);
  }

  #finish(row: number, first: number, late: number): void {
    this.#release(row, this.rows.told[row] === 1 ? late : first);
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
