// Hot dialect: work on the processors of nodes: it begins, may be suspended, is done, or is lost with its process.
import type { Engine } from '../engine/engine.ts';
import { grown } from '../model/columns.ts';
import type { CpuUsage, Processors } from '../model/ports/processors.ts';
import type { ComputeName } from '../model/settings/traffic.ts';
import { CpuAccount, POD_INTS, POD_REALS, PodInt, PodReal } from './cpu-account.ts';
import { SlownessOfWork } from './slowness.ts';
import { SharedProcessors } from './pod-shared-processors.ts';
import type { Cgroup } from './node-shared/cgroup.ts';
import { CgroupWorks } from './node-shared/cgroup-works.ts';
import type { CpuCgroups } from './node-shared/cpu-cgroups.ts';
import type { StandingShares } from './node-shared/standing-shares.ts';
import type { StandingUsage } from './standing-usage.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

/** Ints of an item of work. */
const INTS = 3;
/** `Token` rises with each beginning; `Since` is the pod's token then. */
const Int = { Token: 0, Pod: 1, Since: 2 } as const;

/** Where pods share the processors of their nodes: the cgroups, and what is used in them beside work. */
export interface NodeSharing {
  readonly cgroups: CpuCgroups;
  readonly standing: StandingShares | undefined;
}

/**
 * How a pod's work is put on processors is a matter of the pod: `dedicated` work has one to itself, that of `podShared` shares those of the pod,
 * that of `nodeShared` those of the node with all others, as the cgroup of its container may.
 */
export class Compute implements Processors, CpuUsage {
  readonly slowness: SlownessOfWork;
  readonly #engine: Engine;
  readonly #done: (work: number) => void;
  readonly #account = new CpuAccount();
  /** What processes use beside work; undefined where none does. */
  readonly #standing: StandingUsage | undefined;
  /** By pod: what its work shares, nothing where that is dedicated; and whether any has. */
  readonly #shared: (SharedProcessors | undefined)[] = [];
  #sharing = false;
  /** By pod whose work shares the node's processors; undefined where none does. */
  readonly #cgroups: (Cgroup | undefined)[] = [];
  readonly #works: CgroupWorks | undefined;
  readonly #nodeSharing: NodeSharing | undefined;
  readonly #isMain: boolean;
  /** By item of work; `#endsUs`: when it is done, and while it is suspended how much is left. */
  #ints = new Int32Array(0);
  #endsUs = new Float64Array(0);
  /** CPU time per µs of work; there are none while all work uses what it takes. */
  #factors = new Float64Array(0);
  readonly #onDone: number;
  readonly #onShared: number;

  /** For further processes of the pods. */
  readonly #beside: Compute[] = [];

  /** `done` is called with each item that has had its work. */
  constructor(
    engine: Engine,
    done: (work: number) => void,
    standing?: StandingUsage,
    name = 'compute',
    slowness = new SlownessOfWork(),
    nodeSharing?: NodeSharing,
  ) {
    this.slowness = slowness;
    this.#engine = engine;
    this.#done = done;
    this.#standing = standing;
    this.#nodeSharing = nodeSharing;
    this.#isMain = name === 'compute';
    if (nodeSharing !== undefined) this.#works = new CgroupWorks(engine, this.#account, done, name);
    this.#onDone = engine.kind(`${name}.done`, (work, token) => this.#dedicatedDone(work, token));
    this.#onShared = engine.kind(`${name}.shared`, (pod, token) => this.#sharedDone(pod as PodRow, token));
  }

  open(pod: PodRow, epoch: number, node: NodeRow, container: number, compute: ComputeName, processors: number): void {
    if (this.#nodeSharing !== undefined) this.#close(pod, this.#nodeSharing);
    this.#account.open(pod, epoch, node, container, this.#engine.now);
    this.stop(pod);
    this.#shared[pod] = compute === 'podShared' ? new SharedProcessors(processors) : undefined;
    this.#sharing ||= compute !== 'dedicated';
    if (compute === 'nodeShared') this.#join(pod, epoch, node, container);
    else this.#standing?.begin(pod, epoch, node, this.#engine.now);
  }

  begin(pod: PodRow, work: number, workUs: number, cpuUs: number): void {
    if (INTS * work >= this.#ints.length) this.#growWork(work);
    const takesUs = this.slowness.any ? workUs * this.#account.slowness(pod, this.slowness) : workUs;
    if (this.#sharing && this.#cgroups[pod] !== undefined) {
      this.#beginInCgroup(this.#cgroups[pod], work, takesUs, cpuUs);
      return;
    }
    const us = Math.round(takesUs);
    let factor = 1;
    if (cpuUs >= 0) {
      factor = us > 0 ? cpuUs / us : 0;
      if (us === 0) this.#account.add(pod, cpuUs);
    }
    this.#ints[INTS * work + Int.Pod] = pod;
    if (cpuUs >= 0 || this.#factors.length !== 0) this.#keepFactor(work, factor);
    if (this.#sharing && this.#shared[pod] !== undefined) this.#share(pod, work, takesUs);
    else this.#dedicate(pod, work, us, factor);
  }

  #beginInCgroup(cgroup: Cgroup, work: number, takesUs: number, cpuUs: number): void {
    const us = takesUs / cgroup.speed;
    this.#ints[INTS * work + Int.Pod] = cgroup.pod.pod;
    let factor = 1;
    if (cpuUs >= 0) {
      factor = Math.round(us) > 0 ? cpuUs / cgroup.speed / us : 0;
      if (factor === 0) this.#account.add(cgroup.pod.pod, cpuUs / cgroup.speed);
    }
    this.#works!.begin(cgroup, work, us, factor);
  }

  suspend(work: number): void {
    const { now } = this.#engine;
    const pod = this.#ints[INTS * work + Int.Pod] as PodRow;
    if (this.#sharing && this.#cgroups[pod] !== undefined) {
      this.#works!.suspend(work);
      return;
    }
    const factor = this.#factor(work);
    const shared = this.#shared[pod];
    if (shared === undefined) {
      this.#ints[INTS * work + Int.Token] += 1;
      this.#endsUs[work] -= now;
      this.#account.change(pod, -factor, now);
      return;
    }
    shared.advance(now);
    this.#endsUs[work] = shared.take(work);
    this.#reshare(pod, shared, -factor);
  }

  resume(work: number): void {
    const pod = this.#ints[INTS * work + Int.Pod] as PodRow;
    if (this.#sharing && this.#cgroups[pod] !== undefined) {
      this.#works!.resume(work);
      return;
    }
    const leftUs = this.#endsUs[work];
    if (this.#shared[pod] !== undefined) this.#share(pod, work, leftUs);
    else this.#dedicate(pod, work, leftUs, this.#factor(work));
  }

  stop(pod: PodRow): void {
    if (this.#nodeSharing !== undefined) this.#close(pod, this.#nodeSharing);
    this.#account.end(pod, this.#engine.now);
    this.#shared[pod]?.clear();
    this.#standing?.end(pod, this.#engine.now);
  }

  beside(done: (work: number) => void): Processors {
    const name = `compute ${this.#beside.length + 1}`;
    const made = new Compute(this.#engine, done, undefined, name, this.slowness, this.#nodeSharing);
    this.#beside.push(made);
    return made;
  }

  podUs(pod: PodRow, epoch: number): number {
    const { now } = this.#engine;
    let us = this.#account.podUs(pod, epoch, now) + (this.#standing?.podUs(pod, epoch, now) ?? 0);
    us += this.#standingShares?.podUs(pod, epoch, now) ?? 0;
    for (const other of this.#beside) us += other.podUs(pod, epoch);
    return us;
  }

  containerUs(pod: PodRow, epoch: number, container: number): number {
    const { now } = this.#engine;
    const standing = this.#standing?.containerUs(pod, epoch, container, now) ?? 0;
    let us = this.#account.containerUs(pod, epoch, container, now) + standing;
    us += this.#standingShares?.containerUs(pod, epoch, container, now) ?? 0;
    for (const other of this.#beside) us += other.containerUs(pod, epoch, container);
    return us;
  }

  processUs(pod: PodRow, epoch: number, container: number): number {
    const { now } = this.#engine;
    const standing = this.#standing?.processUs(pod, epoch, container, now) ?? 0;
    let us = this.#account.processUs(pod, epoch, container, now) + standing;
    us += this.#standingShares?.processUs(pod, epoch, container, now) ?? 0;
    for (const other of this.#beside) us += other.processUs(pod, epoch, container);
    return us;
  }

  nodeUs(node: NodeRow): number {
    const { now } = this.#engine;
    let us = this.#account.nodeUs(node, now) + (this.#standing?.nodeUs(node, now) ?? 0);
    us += this.#standingShares?.nodeUs(node, now) ?? 0;
    for (const other of this.#beside) us += other.nodeUs(node);
    return us;
  }

  /** What is used beside work is that of the whole pod: one of its processes tells of it. */
  get #standingShares(): StandingShares | undefined {
    return this.#isMain ? this.#nodeSharing?.standing : undefined;
  }

  #join(pod: PodRow, epoch: number, node: NodeRow, container: number): void {
    const { cgroups } = this.#nodeSharing!;
    const cgroup = cgroups.open(pod, epoch, node, container, this.#works);
    while (this.#cgroups.length < pod) this.#cgroups.push(undefined);
    this.#cgroups[pod] = cgroup;
    this.#works!.open(pod, cgroup);
    this.#standingShares?.begin(pod, epoch, node);
  }

  #close(pod: PodRow, { cgroups }: NodeSharing): void {
    const cgroup = this.#cgroups.at(pod);
    if (cgroup === undefined) return;
    this.#works!.stop(cgroup);
    this.#standingShares?.end(pod);
    this.#cgroups[pod] = undefined;
    cgroups.close(cgroup);
  }

  #dedicate(pod: PodRow, work: number, us: number, factor: number): void {
    const { now } = this.#engine;
    const account = this.#account;
    const at = INTS * work;
    const token = (this.#ints[at + Int.Token] + 1) | 0;
    this.#ints[at + Int.Token] = token;
    this.#ints[at + Int.Since] = account.ints[POD_INTS * pod + PodInt.Token];
    this.#endsUs[work] = now + us;
    account.reals[POD_REALS * pod + PodReal.Used] -= factor * now;
    account.reals[POD_REALS * pod + PodReal.Rate] += factor;
    this.#engine.after(us, this.#onDone, work, token);
  }

  #dedicatedDone(work: number, token: number): void {
    const at = INTS * work;
    const ints = this.#ints;
    const pod = ints[at + Int.Pod] as PodRow;
    const account = this.#account;
    if (ints[at + Int.Token] !== token || ints[at + Int.Since] !== account.ints[POD_INTS * pod + PodInt.Token]) return;
    const factor = this.#factor(work);
    account.reals[POD_REALS * pod + PodReal.Used] += factor * this.#engine.now;
    account.reals[POD_REALS * pod + PodReal.Rate] -= factor;
    this.#done(work);
  }

  #share(pod: PodRow, work: number, workUs: number): void {
    const shared = this.#shared[pod]!;
    shared.advance(this.#engine.now);
    shared.push(shared.attainedUs + workUs, work);
    this.#reshare(pod, shared, this.#factor(work));
  }

  #sharedDone(pod: PodRow, token: number): void {
    const shared = this.#shared[pod];
    if (shared === undefined || this.#account.token(pod) !== token) return;
    shared.advance(this.#engine.now);
    const work = shared.pop();
    this.#reshare(pod, shared, -this.#factor(work));
    this.#done(work);
  }

  /** What shares the processors has changed: books who is done first, and what is used from now on. */
  #reshare(pod: PodRow, shared: SharedProcessors, factor: number): void {
    const token = this.#account.renew(pod);
    shared.factors = shared.count === 0 ? 0 : shared.factors + factor;
    this.#account.set(pod, shared.rate * shared.factors, this.#engine.now);
    if (shared.count > 0) this.#engine.after(shared.leftUs, this.#onShared, pod, token);
  }

  #factor(work: number): number {
    return this.#factors.length === 0 ? 1 : this.#factors[work];
  }

  #keepFactor(work: number, factor: number): void {
    const known = this.#factors.length;
    if (work >= known) this.#factors = grown(this.#factors, this.#endsUs.length).fill(1, known);
    this.#factors[work] = factor;
  }

  #growWork(work: number): void {
    let capacity = 64;
    while (work >= capacity) capacity *= 2;
    this.#ints = grown(this.#ints, INTS * capacity);
    this.#endsUs = grown(this.#endsUs, capacity);
  }
}
