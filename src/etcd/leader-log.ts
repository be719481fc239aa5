// Hot dialect: the log of the leader: what it saves with the others, when a quorum has it, and what of it a new leader has.
import type { Engine } from '../engine/engine.ts';
import type { Member } from './member.ts';
import type { Quorum } from './reads.ts';
import { type RequestRows, Step } from './request-rows.ts';

/** A write that begins to be saved within this is worked out at once; a later one when it begins. */
const SOON_US = 20_000;

/** What becomes of rows. */
interface Fate {
  /** No quorum may ever have it. */
  readonly unsaved: (row: number) => void;
  readonly committed: (row: number, leader: Member) => void;
}

export class LeaderLog {
  /** The end of the log that counts: of what is committed. */
  committedIndex = 0;
  committedTerm = 1;
  /** When the leader last sent a write to the others. */
  lastSentUs = 0;
  readonly rows: RequestRows;
  readonly #engine: Engine;
  readonly #at: Quorum;
  readonly #fate: Fate;
  readonly #append: number;
  readonly #commit: number;
  /** Rows in logs whose fate is open, by index. */
  #open: number[] = [];
  #lastIndex = 0;
  readonly #acks: Float64Array;
  /** By member: what the leader sent it last, and when that is saved. */
  readonly #batchBeganUs: Float64Array;
  readonly #batchSavedUs: Float64Array;

  constructor(engine: Engine, at: Quorum, rows: RequestRows, fate: Fate) {
    this.#engine = engine;
    this.#at = at;
    this.#fate = fate;
    this.rows = rows;
    const { length } = at.members;
    this.#acks = new Float64Array(length);
    this.#batchBeganUs = new Float64Array(length).fill(-1);
    this.#batchSavedUs = new Float64Array(length);
    this.#append = engine.kind('etcd.append', (row, epoch) => {
      if (rows.epoch[row] === epoch) this.#write(row);
    });
    this.#commit = engine.kind('etcd.commit', (row, epoch) => {
      if (rows.epoch[row] === epoch) this.#committed(row);
    });
  }

  /** Brings the end of a member's log up to date. */
  measure(member: Member): void {
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
  interrupted(member: Member): void {
    const { savedUs, width } = this.rows;
    for (const row of this.#open) {
      const at = row * width + member.index;
      if (savedUs[at] > this.#engine.now) savedUs[at] = Number.POSITIVE_INFINITY;
    }
  }

  /** Of a new leader. Gives the rows that it does not have. */
  begin(leader: Member): readonly number[] {
    const { rows } = this;
    this.#lastIndex = leader.logIndex;
    const has = (row: number): boolean => rows.index[row] <= leader.logIndex && rows.term[row] <= leader.term;
    const lost = this.#open.filter((row) => !has(row));
    this.#open = this.#open.filter(has);
    return lost;
  }

  /** The log is gone. Gives what was not committed. */
  renew(): readonly number[] {
    const open = this.#open;
    this.#open = [];
    return open;
  }

  /** The leader gets a row from a member, and saves it. */
  take(row: number, member: Member, leader: Member): void {
    const { rows } = this;
    const { now } = this.#engine;
    const arrives = leader === member ? now : now + this.#at.delayUs(member.index, leader.index);
    const savedUs = leader.disk.save(arrives);
    const { beginsUs } = leader.disk;
    rows.savedUs[row * rows.width + leader.index] = savedUs;
    rows.term[row] = leader.term;
    if (beginsUs <= now + SOON_US) this.#appendTo(leader, row, beginsUs);
    else this.#engine.at(beginsUs, this.#append, row, rows.epoch[row]);
  }

  /** Sends it what the leader has and it has not. */
  catchUp(member: Member): void {
    if (!member.hears) return;
    const { rows } = this;
    for (const row of this.#open) {
      const at = row * rows.width + member.index;
      if (rows.savedUs[at] !== Number.POSITIVE_INFINITY) continue;
      rows.savedUs[at] = member.disk.save(this.#engine.now);
      this.#commitWhenSaved(row);
    }
    this.measure(member);
  }

  /** The leader goes on after it was stopped. */
  commitWhenSaved(): void {
    for (const row of this.#open) this.#commitWhenSaved(row);
  }

  /** The leader begins to save it. */
  #write(row: number): void {
    const { leader } = this.#at;
    if (leader === undefined || leader.term !== this.rows.term[row]) this.#fate.unsaved(row);
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
    if (knownUs === Number.POSITIVE_INFINITY) this.#fate.unsaved(row);
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
      if (first !== undefined) this.#fate.committed(first, leader);
    }
  }

  /** Members may have died since the commit was booked. */
  #isOnQuorum(row: number): boolean {
    const { savedUs, width } = this.rows;
    let saved = 0;
    for (let at = row * width; at < (row + 1) * width; at += 1) if (savedUs[at] <= this.#engine.now) saved += 1;
    return saved >= this.#at.quorum;
  }
}
