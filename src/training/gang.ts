// One gang: its members compute a step together, all-reduce, and checkpoint periodically; when one is lost they restart from the last checkpoint.
import type { CounterRandom } from '../engine/counter.ts';
import type { Samplers } from '../engine/distributions.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { TrainingSpec } from '../model/settings/training.ts';
import type { Member } from './member.ts';
import { type RingPlaces, ringOrder, ringUs } from './ring.ts';

/** `gathering`: there are enough, and more may come. `stalled`: all wait for one that says nothing. */
export type GangState =
  | 'waiting'
  | 'gathering'
  | 'beginning'
  | 'computing'
  | 'reducing'
  | 'saving'
  | 'stalled'
  | 'done';

/** A behaviour's training with the samplers of its distributions. */
export interface TrainingPlan extends TrainingSpec {
  readonly stepSampler: number;
  readonly saveSampler: number;
  readonly beginSampler: number;
}

/** What a gang needs of its surroundings. Times in µs. */
export interface GangHost extends RingPlaces {
  readonly nowUs: number;
  readonly samplers: Samplers;
  /** Changed by each draw. */
  readonly luck: CounterRandom;
  speedOf(node: NodeRow): number;
  /** Calls `next` of the gang after so long, unless its turn is another one by then. */
  book(afterUs: number): void;
  /** Ends the process, not within this call. */
  exit(member: Member, exitCode: number): void;
  /** How many members the owner of the pods wants. */
  wanted(): number;
}

/** Luck of a gang as a whole is that of a rank that nobody has. */
const NOBODY = -1;
/** Steps are parts of a whole gang's: sums of them are as exact as this. */
const CLOSE = 1e-6;
/** How often those who are cut off from each other try again. */
const RETRY_US = 1e6;

export class Gang {
  readonly id: number;
  readonly plan: TrainingPlan;
  state: GangState = 'waiting';
  /** Rises with each step of its life: an event that was booked in an earlier turn is stale. */
  turn = 0;
  /** Steps of a whole gang that are done, and saved. */
  done = 0;
  saved = 0;
  /** How often it has begun. */
  begins = 0;
  /** Steps tried, lost ones included. */
  tried = 0;
  /** In all, µs: steps up to their slowest member; how much of that the others waited on average; all-reduce; and time since the last checkpoint that was lost. */
  computeUs = 0;
  stragglerUs = 0;
  reduceUs = 0;
  lostUs = 0;
  /** Steps that count. */
  keptUs = 0;
  /** The first member came; the last step was done. -1 before. */
  startedUs = -1;
  finishedUs = -1;
  /** Of `keptUs`, what is saved. */
  #savedUs = 0;
  /** Of the current step. */
  #stepUs = 0;
  readonly #host: GangHost;
  readonly #members = new Map<number, Member>();
  #group: readonly Member[] = [];
  #ring: readonly NodeRow[] = [];
  /** Since when all work would be lost. */
  #unsavedSinceUs = 0;
  /** Until when those that are cut off, or silent, are waited for. */
  #patienceUs = 0;
  #stalledIn: GangState = 'waiting';
  /** Members of a whole gang, when this group began. */
  #whole = 1;

  constructor(id: number, plan: TrainingPlan, host: GangHost) {
    this.id = id;
    this.plan = plan;
    this.#host = host;
  }

  /** Those that work together now. */
  get size(): number {
    return this.#isUnderWay() ? this.#group.length : 0;
  }

  get progress(): number {
    return Math.min(1, this.done / this.plan.steps);
  }

  join(member: Member): void {
    const host = this.#host;
    if (this.startedUs < 0) this.startedUs = host.nowUs;
    if (this.state === 'done') {
      host.exit(member, 0);
      return;
    }
    const known = this.#members.get(member.rank);
    if (known !== undefined) this.#drop(known);
    this.#members.set(member.rank, member);
    if (!this.#isUnderWay()) this.#regroup();
    else if (this.#group.some(({ silent }) => silent)) this.#loseSilent();
    else if (this.#group.length < this.#whole && this.plan.exitCode === undefined) this.#lose();
  }

  /** The process has ended, which the others notice at once. */
  leave(pod: PodRow, epoch: number, container: number): void {
    for (const member of this.#members.values()) {
      if (member.pod !== pod || member.epoch !== epoch || member.container !== container) continue;
      this.#drop(member);
      return;
    }
  }

  /** The machine of a member has stopped. Those who wait for others need not wait for it. */
  silence(node: NodeRow): void {
    for (const member of this.#members.values()) {
      if (member.node !== node) continue;
      member.silent = true;
      if (!this.#isUnderWay() || !this.#group.includes(member)) this.#drop(member);
    }
  }

  /** What was booked is due. */
  next(): void {
    if (this.state === 'gathering') this.#begin();
    else if (this.#isHeldUp()) this.#stall();
    else this.#goOn(this.state === 'stalled' ? this.#stalledIn : this.state);
  }

  #goOn(state: GangState): void {
    if (state === 'computing') this.#reduce();
    else if (state === 'reducing') this.#stepDone();
    else {
      if (state === 'saving') this.#save();
      this.#unsavedSinceUs = this.#host.nowUs;
      this.#compute();
    }
  }

  #enter(state: GangState, afterUs = -1): void {
    this.state = state;
    this.turn += 1;
    if (afterUs >= 0) this.#host.book(Math.round(afterUs));
  }

  #drop(member: Member): void {
    this.#members.delete(member.rank);
    if (this.#group.includes(member) && this.#isUnderWay()) this.#lose();
    else if (this.state === 'gathering') this.#regroup();
  }

  #loseSilent(): void {
    for (const member of this.#members.values()) if (member.silent) this.#members.delete(member.rank);
    this.#lose();
  }

  /** What was not saved is lost. */
  #lose(): void {
    const { plan } = this;
    const survivors = this.#group.filter((one) => this.#members.get(one.rank) === one);
    if ((this.state === 'stalled' ? this.#stalledIn : this.state) !== 'beginning')
      this.lostUs += this.#host.nowUs - this.#unsavedSinceUs;
    this.done = this.saved;
    this.keptUs = this.#savedUs;
    this.#enter('waiting');
    this.#group = [];
    if (plan.exitCode === undefined) {
      this.#regroup();
      return;
    }
    for (const member of survivors) {
      this.#members.delete(member.rank);
      this.#host.exit(member, plan.exitCode);
    }
  }

  #regroup(): void {
    const { members, lastCallUs } = this.plan;
    const most = members?.max ?? this.#host.wanted();
    const enough = members?.min ?? most;
    if (this.#members.size >= most) this.#begin();
    else if (this.#members.size < enough) this.#enter('waiting');
    else if (this.state !== 'gathering') this.#enter('gathering', lastCallUs);
  }

  #begin(): void {
    const { members, beginSampler } = this.plan;
    this.#whole = Math.max(1, members?.max ?? this.#host.wanted());
    const sorted = [...this.#members.values()].sort((a, b) => a.rank - b.rank);
    this.#group = sorted.slice(0, this.#whole);
    this.#ring = ringOrder(
      this.#group.map(({ node }) => node),
      this.#host,
    );
    this.begins += 1;
    this.#enter('beginning', this.#draw(beginSampler, NOBODY, this.begins));
  }

  /** Each step takes as long as its slowest member. */
  #compute(): void {
    let slowestUs = 0;
    let sumUs = 0;
    for (const { rank, node } of this.#group) {
      const us = this.#draw(this.plan.stepSampler, rank, this.tried) / this.#host.speedOf(node);
      sumUs += us;
      if (us > slowestUs) slowestUs = us;
    }
    this.tried += 1;
    this.computeUs += slowestUs;
    this.stragglerUs += slowestUs - sumUs / this.#group.length;
    this.#stepUs = slowestUs;
    this.#enter('computing', slowestUs);
  }

  #reduce(): void {
    const { allReduce } = this.plan;
    const us = allReduce === undefined ? 0 : ringUs(this.#ring, allReduce, this.#host);
    if (us === 0) {
      this.#stepDone();
      return;
    }
    this.reduceUs += us;
    this.#stepUs += us;
    this.#enter('reducing', us);
  }

  #stepDone(): void {
    const { steps, checkpoint, saveSampler } = this.plan;
    this.done += this.#group.length / this.#whole;
    this.keptUs += this.#stepUs;
    if (this.done > steps - CLOSE) this.#finish();
    else if (checkpoint !== undefined && this.done - this.saved > checkpoint.steps - CLOSE) {
      this.#enter('saving', this.#draw(saveSampler, NOBODY, this.tried));
    } else this.#compute();
  }

  #finish(): void {
    this.done = this.plan.steps;
    this.#save();
    this.finishedUs = this.#host.nowUs;
    this.#enter('done');
    for (const member of this.#members.values()) this.#host.exit(member, 0);
    this.#members.clear();
  }

  #save(): void {
    this.saved = this.done;
    this.#savedUs = this.keptUs;
  }

  /** Everybody waits for somebody. */
  #stall(): void {
    const { nowUs } = this.#host;
    if (this.state !== 'stalled') {
      this.#stalledIn = this.state;
      this.#patienceUs = nowUs + this.plan.timeoutUs;
    }
    if (nowUs < this.#patienceUs) this.#enter('stalled', Math.min(RETRY_US, this.#patienceUs - nowUs));
    else if (this.#group.some(({ silent }) => silent)) this.#loseSilent();
    else this.#lose();
  }

  /** Somebody is silent, or the ring is cut. */
  #isHeldUp(): boolean {
    if (this.#group.some(({ silent }) => silent)) return true;
    const { allReduce } = this.plan;
    return allReduce !== undefined && ringUs(this.#ring, allReduce, this.#host) < 0;
  }

  #isUnderWay(): boolean {
    return this.state !== 'waiting' && this.state !== 'gathering' && this.state !== 'done';
  }

  #draw(sampler: number, rank: number, ordinal: number): number {
    const { luck, samplers } = this.#host;
    luck.seek(this.id, rank, ordinal);
    return samplers.draw(sampler, luck);
  }
}
