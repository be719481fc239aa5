// Hot dialect: work on the processors of nodes: it begins, may be suspended, is done, or is lost with its process.
import type { Engine } from '../engine/engine.ts';
import { grown } from '../model/columns.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { CpuUsage, ExpectedWork, Processors } from '../model/ports/processors.ts';
import type { ComputeName } from '../model/settings/traffic.ts';
import { CpuAccount } from './cpu-account.ts';
import { DedicatedWorks } from './dedicated-works.ts';
import { ExpectedUsage } from './expected-usage.ts';
import { PodSharedWorks } from './pod-shared-works.ts';
import { SlownessOfWork } from './slowness.ts';
import type { Cgroup } from './node-shared/cgroup.ts';
import { CgroupWorks } from './node-shared/cgroup-works.ts';
import type { CpuCgroups } from './node-shared/cpu-cgroups.ts';
import type { StandingShares } from './node-shared/standing-shares.ts';
import type { StandingUsage } from './standing-usage.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

const NONE = -1;

/** Where pods share the processors of their nodes: the cgroups, and what is used in them beside work. */
export interface NodeSharing {
  readonly cgroups: CpuCgroups;
  readonly standing: StandingShares | undefined;
}

/**
 * How a pod's work is put on processors is a matter of the pod: `dedicated` work has one to itself, that of `podShared` shares those of the pod,
 * that of `nodeShared` those of the node with all others, as the cgroup of its container may.
 */
export class Compute implements Processors, CpuUsage, ExpectedWork {
  readonly slowness: SlownessOfWork;
  readonly #engine: Engine;
  readonly #account: CpuAccount;
  readonly #dedicated: DedicatedWorks;
  readonly #podShared: PodSharedWorks;
  /** What processes use beside work; undefined where none does. */
  readonly #standing: StandingUsage | undefined;
  /** Whether the work of any pod shares processors; then by item of work: its pod. */
  #sharing = false;
  #podOf = new Int32Array(0);
  /** By pod whose work shares the node's processors; undefined where none does. */
  readonly #cgroups: (Cgroup | undefined)[] = [];
  readonly #works: CgroupWorks | undefined;
  readonly #nodeSharing: NodeSharing | undefined;
  readonly #isMain: boolean;
  /** Of requests that are not simulated one by one; undefined while all are. */
  #expected: ExpectedUsage | undefined;
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
    this.#account = new CpuAccount(engine);
    this.#dedicated = new DedicatedWorks(engine, this.#account, done, name);
    this.#podShared = new PodSharedWorks(engine, this.#account, done, name);
    this.#account.unused = this.#dedicated;
    this.#standing = standing;
    this.#nodeSharing = nodeSharing;
    this.#isMain = name === 'compute';
    if (nodeSharing === undefined) return;
    const works = new CgroupWorks(engine, this.#account, done, name);
    this.#works = works;
    this.#account.unused = {
      addUnused: (byPod) => {
        this.#dedicated.addUnused(byPod);
        works.addUnused(byPod);
      },
    };
  }

  open(pod: PodRow, epoch: number, node: NodeRow, container: number, compute: ComputeName, processors: number): void {
    if (this.#nodeSharing !== undefined) this.#close(pod, this.#nodeSharing);
    this.#dedicated.stop(pod);
    this.#account.open(pod, epoch, node, container, this.#engine.now);
    this.stop(pod);
    if (compute === 'podShared') this.#podShared.open(pod, processors);
    else this.#podShared.close(pod);
    this.#sharing ||= compute !== 'dedicated';
    if (compute === 'nodeShared') this.#join(pod, epoch, node, container);
    else this.#standing?.begin(pod, epoch, node, this.#engine.now);
  }

  begin(pod: PodRow, work: number, workUs: number, cpuUs: number): void {
    const takesUs = this.slowness.any ? workUs * this.#account.slowness(pod, this.slowness) : workUs;
    if (this.#sharing && this.#beginSharing(pod, work, takesUs, cpuUs)) return;
    const us = Math.round(takesUs);
    let factor = 1;
    if (cpuUs >= 0) {
      if (us > 0) factor = cpuUs / us;
      else this.#account.add(pod, cpuUs);
    }
    this.#dedicated.begin(pod, work, us, factor);
  }

  /** False when the pod's work shares no processors. */
  #beginSharing(pod: PodRow, work: number, takesUs: number, cpuUs: number): boolean {
    if (work >= this.#podOf.length) this.#growWork(work);
    this.#podOf[work] = pod;
    const cgroup = this.#cgroups[pod];
    if (cgroup !== undefined) this.#beginInCgroup(cgroup, work, takesUs, cpuUs);
    else if (this.#podShared.has(pod)) this.#beginInPod(pod, work, takesUs, cpuUs);
    else return false;
    return true;
  }

  #beginInPod(pod: PodRow, work: number, takesUs: number, cpuUs: number): void {
    const us = Math.round(takesUs);
    if (cpuUs >= 0 && us === 0) this.#account.add(pod, cpuUs);
    let factor = 1;
    if (cpuUs >= 0) factor = us > 0 ? cpuUs / us : 0;
    this.#podShared.begin(pod, work, takesUs, factor);
  }

  #beginInCgroup(cgroup: Cgroup, work: number, takesUs: number, cpuUs: number): void {
    const us = takesUs / cgroup.speed;
    let factor = 1;
    if (cpuUs >= 0) {
      factor = Math.round(us) > 0 ? cpuUs / cgroup.speed / us : 0;
      if (factor === 0) this.#account.add(cgroup.pod.pod, cpuUs / cgroup.speed);
    }
    this.#works!.begin(cgroup, work, us, factor);
  }

  suspend(work: number): void {
    const pod = this.#podOf.at(work) ?? NONE;
    if (pod !== NONE && this.#cgroups[pod] !== undefined) this.#works!.suspend(work);
    else if (this.#podShared.has(pod as PodRow)) this.#podShared.suspend(pod as PodRow, work);
    else this.#dedicated.suspend(work);
  }

  resume(work: number): void {
    const pod = this.#podOf.at(work) ?? NONE;
    if (pod !== NONE && this.#cgroups[pod] !== undefined) this.#works!.resume(work);
    else if (this.#podShared.has(pod as PodRow)) this.#podShared.resume(pod as PodRow, work);
    else this.#dedicated.resume(work);
  }

  resize(pod: PodRow, podClass: PodClass): void {
    this.#nodeSharing?.cgroups.resize(pod, podClass);
  }

  stop(pod: PodRow): void {
    if (this.#nodeSharing !== undefined) this.#close(pod, this.#nodeSharing);
    this.#dedicated.stop(pod);
    this.#account.end(pod, this.#engine.now);
    this.#podShared.stop(pod);
    this.#standing?.end(pod, this.#engine.now);
    this.#expected?.end(pod, this.#engine.now);
  }

  line(): number {
    this.#expected ??= new ExpectedUsage();
    return this.#expected.line(this.#engine.now);
  }

  bend(line: number, cpus: number): void {
    this.#expected!.bend(line, cpus, this.#engine.now);
  }

  follow(pod: PodRow, epoch: number, node: NodeRow, container: number, line: number): void {
    this.#expected!.follow(pod, epoch, node, container, line, this.#engine.now);
  }

  workUs(pod: PodRow, epoch: number): number {
    let us = this.#account.podUs(pod, epoch, this.#engine.now);
    for (const other of this.#beside) us += other.workUs(pod, epoch);
    return us;
  }

  undisturbedUs(pod: PodRow, workUs: number): number {
    const takesUs = this.slowness.any ? workUs * this.#account.slowness(pod, this.slowness) : workUs;
    return takesUs / (this.#cgroups.at(pod)?.speed ?? 1);
  }

  throttledUs(pod: PodRow): number {
    return this.#cgroups.at(pod)?.bandwidth?.stoodUs(this.#engine.now) ?? 0;
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
    us += this.#expected?.podUs(pod, epoch, now) ?? 0;
    for (const other of this.#beside) us += other.podUs(pod, epoch);
    return us;
  }

  containerUs(pod: PodRow, epoch: number, container: number): number {
    const { now } = this.#engine;
    const standing = this.#standing?.containerUs(pod, epoch, container, now) ?? 0;
    let us = this.#account.containerUs(pod, epoch, container, now) + standing;
    us += this.#standingShares?.containerUs(pod, epoch, container, now) ?? 0;
    us += this.#expected?.containerUs(pod, epoch, container, now) ?? 0;
    for (const other of this.#beside) us += other.containerUs(pod, epoch, container);
    return us;
  }

  processUs(pod: PodRow, epoch: number, container: number): number {
    const { now } = this.#engine;
    const standing = this.#standing?.processUs(pod, epoch, container, now) ?? 0;
    let us = this.#account.processUs(pod, epoch, container, now) + standing;
    us += this.#standingShares?.processUs(pod, epoch, container, now) ?? 0;
    us += this.#expected?.processUs(pod, epoch, container, now) ?? 0;
    for (const other of this.#beside) us += other.processUs(pod, epoch, container);
    return us;
  }

  nodeUs(node: NodeRow): number {
    const { now } = this.#engine;
    let us = this.#account.nodeUs(node, now) + (this.#standing?.nodeUs(node, now) ?? 0);
    us += this.#standingShares?.nodeUs(node, now) ?? 0;
    us += this.#expected?.nodeUs(node, now) ?? 0;
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

  #growWork(work: number): void {
    const known = this.#podOf.length;
    let capacity = 64;
    while (work >= capacity) capacity *= 2;
    this.#podOf = grown(this.#podOf, capacity).fill(NONE, known);
  }
}
