// Hot dialect: items of work in cgroups: alone while nothing stands in their way, else gathered at one rate.
import type { Engine } from '../../engine/engine.ts';
import { grown } from '../../model/columns.ts';
import type { PodRow } from '../../model/rows.ts';
import { type CpuAccount, POD_INTS, POD_REALS, PodInt, PodReal, type UnusedTime } from '../cpu-account.ts';
import type { Cgroup, CgroupWork } from './cgroup.ts';

const NONE = -1;

/** Ints of an item; `Since` is the account's token of its pod when it began. */
const INTS = 5;
const Int = { Token: 0, Pod: 1, Since: 2, Next: 3, Previous: 4 } as const;

/** Less than that is left of an item of which all is done but for rounding to whole µs. */
const NEARLY = 0.5 + 1e-6;

export class CgroupWorks implements CgroupWork, UnusedTime {
  readonly #engine: Engine;
  readonly #account: CpuAccount;
  readonly #done: (work: number) => void;
  readonly #cgroups: (Cgroup | undefined)[] = [];
  #ints = new Int32Array(0);
  /** When an item that is alone will be done; of one that is suspended, how much is left. */
  #endsUs = new Float64Array(0);
  #factors = new Float64Array(0);
  /** Whose items are being done: what it wants is looked at after the last of them. */
  #settling: Cgroup | undefined;
  readonly #onDone: number;
  readonly #onGathered: number;

  constructor(engine: Engine, account: CpuAccount, done: (work: number) => void, name: string) {
    this.#engine = engine;
    this.#account = account;
    this.#done = done;
    this.#onDone = engine.kind(`${name}.alone`, (work, token) => this.#aloneDone(work, token));
    this.#onGathered = engine.kind(`${name}.gathered`, (pod, token) => this.#gatheredDone(pod as PodRow, token));
  }

  open(pod: PodRow, cgroup: Cgroup): void {
    while (this.#cgroups.length < pod) this.#cgroups.push(undefined);
    this.#cgroups[pod] = cgroup;
  }

  /** Work that takes `workUs` at full rate and uses `factor` processors meanwhile. */
  begin(cgroup: Cgroup, work: number, workUs: number, factor: number): void {
    if (work >= this.#endsUs.length) this.#grow(work);
    this.#factors[work] = factor;
    this.#ints[INTS * work + Int.Pod] = cgroup.row;
    this.#enter(cgroup, work, workUs, factor);
  }

  suspend(work: number): void {
    const { now } = this.#engine;
    const cgroup = this.#cgroups[this.#ints[INTS * work + Int.Pod]]!;
    cgroup.bandwidth?.roll(now);
    if (cgroup.gathered) {
      cgroup.advance(now);
      this.#endsUs[work] = Math.max(0, cgroup.heap.remove(work) - cgroup.attainedUs);
    } else {
      this.#ints[INTS * work + Int.Token] += 1;
      this.#endsUs[work] -= now;
      this.#unlink(cgroup, work);
    }
    this.#wantLess(cgroup, this.#factors[work]);
    this.#draw(cgroup);
    this.#settle(cgroup);
  }

  resume(work: number): void {
    const cgroup = this.#cgroups[this.#ints[INTS * work + Int.Pod]]!;
    this.#enter(cgroup, work, this.#endsUs[work], this.#factors[work]);
  }

  /** All work of the cgroup is lost; the account has ended its process already. */
  stop(cgroup: Cgroup): void {
    const { now } = this.#engine;
    cgroup.advance(now);
    cgroup.heap.clear();
    cgroup.first = NONE;
    cgroup.bookedUs = Infinity;
    cgroup.token += 1;
    if (cgroup.count === 0) return;
    const { demand } = cgroup;
    cgroup.bandwidth?.wantMore(-demand, now);
    if (!cgroup.isThrottled()) cgroup.cpus.want -= demand;
    cgroup.count = 0;
    cgroup.demand = 0;
    cgroup.setWant(cgroup.standing);
    cgroup.cpus.changed(now);
  }

  usedUs(cgroup: Cgroup, untilUs: number): number {
    if (this.#cgroups[cgroup.row] !== cgroup) return 0;
    const { reals } = this.#account;
    const at = POD_REALS * cgroup.row;
    return reals[at + PodReal.Used] + reals[at + PodReal.Rate] * untilUs + cgroup.shortUs(untilUs) * cgroup.demand;
  }

  /** What is short uses CPU by virtual time: what it has used since it was last brought up to date is not booked yet. */
  addUnused(byPod: Float64Array): void {
    const { now } = this.#engine;
    for (const [pod, cgroup] of this.#cgroups.entries()) {
      if (cgroup?.isShort === true) byPod[pod] -= cgroup.shortUs(now) * cgroup.demand;
    }
  }

  worked(cgroup: Cgroup, us: number): void {
    const { row } = cgroup;
    if (this.#cgroups[row] === cgroup) this.#account.reals[POD_REALS * row + PodReal.Used] += us * cgroup.demand;
  }

  rateChanged(cgroup: Cgroup): void {
    // A pod that is gone may have left its cgroup throttled; its row is another pod's.
    if (this.#cgroups[cgroup.row] !== cgroup) return;
    // What is used while it is short is booked as its work proceeds.
    if (cgroup.isShort) this.#account.set(cgroup.row, 0, this.#engine.now);
    else this.#draw(cgroup);
    if (cgroup.slot < 0) this.#book(cgroup);
  }

  firstDone(cgroup: Cgroup): void {
    const { now } = this.#engine;
    cgroup.bandwidth?.roll(now);
    cgroup.advance(now);
    this.#finish(cgroup, cgroup.heap.firstUs);
  }

  gather(cgroup: Cgroup): void {
    const { now } = this.#engine;
    const ints = this.#ints;
    cgroup.advance(now);
    cgroup.gathered = true;
    for (let work = cgroup.first; work !== NONE; work = ints[INTS * work + Int.Next]) {
      ints[INTS * work + Int.Token] += 1;
      cgroup.heap.push(cgroup.attainedUs + this.#endsUs[work] - now, work);
    }
    cgroup.first = NONE;
    if (cgroup.slot < 0) this.#book(cgroup);
  }

  #enter(cgroup: Cgroup, work: number, workUs: number, factor: number): void {
    const { now } = this.#engine;
    const { cpus, bandwidth } = cgroup;
    if (bandwidth !== undefined) bandwidth.wantMore(factor, now);
    const throttled = bandwidth !== undefined && bandwidth.throttled;
    if (!throttled) cpus.want += factor;
    const alone =
      !(cgroup.gathered && cgroup.count > 0) &&
      !cpus.contended &&
      cpus.suffices &&
      (bandwidth === undefined || bandwidth.isSafe(now));
    if (!alone && cgroup.gathered) cgroup.advance(now);
    else if (!alone) this.gather(cgroup);
    cgroup.count += 1;
    cgroup.demand += factor;
    cgroup.setWant(cgroup.want + factor);
    if (alone) {
      this.#begin(cgroup, work, workUs, factor);
      return;
    }
    cgroup.heap.push(cgroup.attainedUs + workUs, work);
    if (cpus.contended && !throttled) cpus.list(cgroup);
    this.#draw(cgroup);
    if (this.#settling !== cgroup) this.#settle(cgroup);
  }

  #begin(cgroup: Cgroup, work: number, workUs: number, factor: number): void {
    const { now } = this.#engine;
    const ints = this.#ints;
    const account = this.#account;
    const us = Math.round(workUs);
    const at = INTS * work;
    const pod = cgroup.row;
    const token = (ints[at + Int.Token] + 1) | 0;
    const next = cgroup.first;
    ints[at + Int.Token] = token;
    ints[at + Int.Since] = account.ints[POD_INTS * pod + PodInt.Token];
    ints[at + Int.Next] = next;
    ints[at + Int.Previous] = NONE;
    if (next !== NONE) ints[INTS * next + Int.Previous] = work;
    cgroup.first = work;
    cgroup.gathered = false;
    this.#endsUs[work] = now + us;
    account.reals[POD_REALS * pod + PodReal.Used] -= factor * now;
    account.reals[POD_REALS * pod + PodReal.Rate] += factor;
    this.#engine.after(us, this.#onDone, work, token);
  }

  #aloneDone(work: number, token: number): void {
    const at = INTS * work;
    const ints = this.#ints;
    const account = this.#account;
    const pod = ints[at + Int.Pod];
    if (ints[at + Int.Token] !== token || ints[at + Int.Since] !== account.ints[POD_INTS * pod + PodInt.Token]) return;
    const { now } = this.#engine;
    const cgroup = this.#cgroups[pod]!;
    const factor = this.#factors[work];
    cgroup.bandwidth?.roll(now);
    this.#unlink(cgroup, work);
    account.reals[POD_REALS * pod + PodReal.Used] += factor * now;
    account.reals[POD_REALS * pod + PodReal.Rate] -= factor;
    this.#wantLess(cgroup, factor);
    this.#done(work);
  }

  #gatheredDone(pod: PodRow, token: number): void {
    const cgroup = this.#cgroups[pod]!;
    if (cgroup.token !== token) return;
    const { now } = this.#engine;
    cgroup.bookedUs = Infinity;
    cgroup.bandwidth?.roll(now);
    cgroup.advance(now);
    this.#finish(cgroup, -1);
  }

  /** Takes the items that are done: those of which the work ends by `untilUs`, or nearly by now. */
  #finish(cgroup: Cgroup, untilUs: number): void {
    const { heap } = cgroup;
    const speed = cgroup.speedNow;
    const lastUs = Math.max(untilUs, cgroup.attainedUs + NEARLY * (speed === 0 ? 1 : speed));
    // What is done often has a successor at once: others have to do with both together.
    const outer = this.#settling;
    const { want } = cgroup;
    const { changes } = cgroup.cpus;
    this.#settling = cgroup;
    while (heap.count > 0 && heap.firstUs <= lastUs) {
      const work = heap.pop();
      this.#wantLess(cgroup, this.#factors[work]);
      this.#draw(cgroup);
      this.#done(work);
    }
    this.#settling = outer;
    if (cgroup.want !== want || cgroup.cpus.changes !== changes) this.#settle(cgroup);
    else if (cgroup.slot < 0) this.#book(cgroup);
    else this.#renewEnd(cgroup);
  }

  /** The cgroup wants more or less than before, or the same again. */
  #settle(cgroup: Cgroup): void {
    const { now } = this.#engine;
    const { cpus } = cgroup;
    if (cpus.contended || !cpus.suffices) cpus.changed(now);
    cgroup.bandwidth?.check(now);
    if (cgroup.slot < 0) this.#book(cgroup);
  }

  #renewEnd(cgroup: Cgroup): void {
    const { now } = this.#engine;
    cgroup.cpus.renewEnd(cgroup, now);
    cgroup.cpus.bookNext(now);
  }

  /** What the pod uses from now on. */
  #draw(cgroup: Cgroup): void {
    if (!cgroup.isShort) this.#account.set(cgroup.row, cgroup.rate * cgroup.demand, this.#engine.now);
  }

  #wantLess(cgroup: Cgroup, factor: number): void {
    cgroup.count -= 1;
    const less = cgroup.count === 0 ? cgroup.demand : factor;
    cgroup.demand = cgroup.count === 0 ? 0 : cgroup.demand - factor;
    cgroup.setWant(cgroup.demand + cgroup.standing);
    const { bandwidth } = cgroup;
    if (bandwidth !== undefined) bandwidth.wantMore(-less, this.#engine.now);
    if (bandwidth === undefined || !bandwidth.throttled) cgroup.cpus.want -= less;
  }

  /** Books the next end of gathered items, unless an earlier look is booked. */
  #book(cgroup: Cgroup): void {
    if (cgroup.heap.count === 0) return;
    const { now } = this.#engine;
    const workUs = cgroup.heap.firstUs - cgroup.attainedUs;
    // A quota may run out at the very end of an item.
    if (cgroup.rate === 0 && workUs > NEARLY) return;
    const leftUs = workUs <= 0 || cgroup.rate === 0 ? 0 : Math.round(workUs / cgroup.rate);
    if (now + leftUs >= cgroup.bookedUs) return;
    cgroup.bookedUs = now + leftUs;
    cgroup.token = (cgroup.token + 1) | 0;
    this.#engine.after(leftUs, this.#onGathered, cgroup.row, cgroup.token);
  }

  #unlink(cgroup: Cgroup, work: number): void {
    const ints = this.#ints;
    const next = ints[INTS * work + Int.Next];
    const previous = ints[INTS * work + Int.Previous];
    if (previous === NONE) cgroup.first = next;
    else ints[INTS * previous + Int.Next] = next;
    if (next !== NONE) ints[INTS * next + Int.Previous] = previous;
  }

  #grow(work: number): void {
    let capacity = Math.max(64, this.#endsUs.length);
    while (work >= capacity) capacity *= 2;
    this.#ints = grown(this.#ints, INTS * capacity);
    this.#endsUs = grown(this.#endsUs, capacity);
    this.#factors = grown(this.#factors, capacity);
  }
}
