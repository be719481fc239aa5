// The cgroups of all pods whose work shares the processors of their nodes: they come and go with processes.
import { CounterRandom } from '../../engine/counter.ts';
import type { Engine } from '../../engine/engine.ts';
import { assert } from '../../lib/assert.ts';
import { CFS_PERIOD_US, containerCgroup, exclusiveCpus, weightOfMilli } from '../../model/cpu-cgroup.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { ContainerRef, MachineCpus } from '../../model/settings/processors.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import { Bandwidth } from './bandwidth.ts';
import { Cgroup, type CgroupWork } from './cgroup.ts';
import { PodGroup } from './pod-group.ts';
import { SharedCpus } from './shared-cpus.ts';

/** Of system.slice, beside kubepods: what systemd gives a slice. */
const SYSTEM_WEIGHT = 100;

/** What the rest of the simulation knows of machines and pods. */
export interface CgroupSources {
  machine(node: NodeRow): MachineCpus;
  podClass(pod: PodRow): PodClass;
}

interface Machine {
  settings: MachineCpus;
  readonly cpus: SharedCpus;
  /** CPUs that containers have for themselves. */
  exclusive: number;
  pods: number;
}

export class CpuCgroups {
  /** Called for each quota that comes into being. */
  limited: (bandwidth: Bandwidth, container: ContainerRef) => void = () => undefined;
  readonly #engine: Engine;
  readonly #sources: CgroupSources;
  readonly #machines: (Machine | undefined)[] = [];
  readonly #pods: (PodGroup | undefined)[] = [];
  readonly #bandwidths: Bandwidth[] = [];
  readonly #phases: CounterRandom;
  readonly #onLook: number;
  /** Processors for which cgroups compete, by number. */
  readonly #cpus: SharedCpus[] = [];
  readonly #onCpus: number;

  constructor(engine: Engine, sources: CgroupSources) {
    this.#engine = engine;
    this.#sources = sources;
    this.#phases = new CounterRandom(engine.seed, 'compute/cfs-period');
    this.#onLook = engine.kind('compute.quota', (id, token) => {
      const bandwidth = this.#bandwidths[id];
      if (bandwidth.token === token) bandwidth.look(engine.now);
    });
    this.#onCpus = engine.kind('compute.short', (id, token) => {
      const cpus = this.#cpus[id];
      if (cpus.token === token) cpus.look(engine.now);
    });
  }

  /** A process runs in the container. */
  open(pod: PodRow, epoch: number, node: NodeRow, container: number, work: CgroupWork | undefined): Cgroup {
    const machine = this.#machine(node);
    const group = this.#group(pod, epoch, node, machine);
    while (group.cgroups.length < container) group.cgroups.push(undefined);
    const cgroup = group.cgroups[container] ?? this.#make(group, container, node, machine);
    group.cgroups[container] = cgroup;
    if (work !== undefined) {
      assert(
        cgroup.work === undefined || cgroup.work === work,
        () => `two kinds of work in container ${container} of pod ${pod}`,
      );
      cgroup.work = work;
    }
    if (cgroup.users === 0) this.#start(cgroup, machine);
    cgroup.users += 1;
    return cgroup;
  }

  /** It has ended, and its work with it. */
  close(cgroup: Cgroup): void {
    cgroup.users -= 1;
    if (cgroup.users > 0) return;
    const { pod, cpus } = cgroup;
    const machine = this.#machine(cgroup.node);
    cpus.stop(cgroup, this.#engine.now);
    pod.running -= 1;
    if (cpus !== machine.cpus) this.#reserve(machine, -cpus.capacity);
    else if (!runsOn(pod, cpus)) cpus.weigh(pod, -1);
    if (pod.running === 0) machine.pods -= 1;
    cpus.changed(this.#engine.now);
  }

  /** A kubelet writes other requests and limits into the cgroups of a pod. CPUs that a container has for itself stay. */
  resize(pod: PodRow, podClass: PodClass): void {
    const group = this.#pods[pod];
    const first = group?.cgroups.find((one) => one !== undefined);
    if (group === undefined || first === undefined) return;
    const machine = this.#machine(first.node);
    const weighed = runsOn(group, machine.cpus);
    if (weighed) machine.cpus.weigh(group, -1);
    group.resize(podClass);
    if (weighed) machine.cpus.weigh(group, 1);
    for (const one of group.cgroups) if (one !== undefined && one.cpus === machine.cpus) this.#rewrite(one, machine);
    machine.cpus.forget();
    machine.cpus.changed(this.#engine.now);
  }

  #rewrite(cgroup: Cgroup, machine: Machine): void {
    const { now } = this.#engine;
    const { pod, container, bandwidth } = cgroup;
    const spec = pod.podClass.runtime.lasting[container];
    const { weight, quotaUs } = containerCgroup(spec);
    cgroup.weight = weight;
    const own = bandwidth === pod.bandwidth ? undefined : bandwidth;
    const limited = this.#bandwidthOf(pod, container, quotaUs, machine, spec.name, own);
    if (limited !== bandwidth) {
      bandwidth?.leave(cgroup, now);
      cgroup.bandwidth = limited;
      limited?.join(cgroup, now);
    }
    limited?.refill(limited === pod.bandwidth ? pod.quotaUs : quotaUs, now);
  }

  /** The process wants so many CPUs beside its work from now on. */
  use(cgroup: Cgroup, cpus: number): void {
    const { now } = this.#engine;
    const more = cpus - cgroup.standing;
    if (more === 0) return;
    cgroup.bandwidth?.wantMore(more, now);
    if (!cgroup.isThrottled()) cgroup.cpus.want += more;
    cgroup.advance(now);
    cgroup.standing = cpus;
    cgroup.setWant(cgroup.demand + cpus);
    cgroup.drawLine(now);
    if (cgroup.cpus.contended && !cgroup.isThrottled() && cgroup.want > 0) cgroup.cpus.list(cgroup);
    cgroup.cpus.changed(now);
    cgroup.bandwidth?.check(now);
  }

  /** Processors for which cgroups compete, each set once; and the quotas of processes that run. */
  inUse(): { readonly cpus: ReadonlySet<SharedCpus>; readonly bandwidths: ReadonlySet<Bandwidth> } {
    const cpus = new Set<SharedCpus>();
    const bandwidths = new Set<Bandwidth>();
    for (const group of this.#pods) {
      for (const one of group?.cgroups ?? []) {
        if (one === undefined || one.users === 0) continue;
        cpus.add(one.cpus);
        if (one.bandwidth !== undefined) bandwidths.add(one.bandwidth);
      }
    }
    return { cpus, bandwidths };
  }

  #make(pod: PodGroup, container: number, node: NodeRow, machine: Machine): Cgroup {
    const spec = pod.podClass.runtime.lasting[container];
    const { weight, quotaUs } = containerCgroup(spec);
    const own = machine.settings.staticCpuManager ? exclusiveCpus(pod.podClass.spec, spec) : 0;
    const cpus = own > 0 ? this.#processors(own) : machine.cpus;
    const cgroup = new Cgroup(pod, container, weight, cpus, node, machine.settings.speed);
    if (own > 0) return cgroup;
    cgroup.bandwidth = this.#bandwidthOf(pod, container, quotaUs, machine, spec.name);
    cgroup.bandwidth?.members.push(cgroup);
    return cgroup;
  }

  /** What limits a container: the quota of its own, if it has one, or else that of its pod. */
  #bandwidthOf(
    pod: PodGroup,
    container: number,
    quotaUs: number,
    machine: Machine,
    name: string,
    own?: Bandwidth,
  ): Bandwidth | undefined {
    if (quotaUs > 0) return own ?? this.#limit(pod, container, quotaUs, machine, name);
    if (pod.quotaUs === 0) return undefined;
    pod.bandwidth ??= this.#limit(pod, -1, pod.quotaUs, machine, '');
    return pod.bandwidth;
  }

  #limit({ pod, epoch }: PodGroup, container: number, quotaUs: number, { settings }: Machine, name: string): Bandwidth {
    this.#phases.seek(pod, epoch, container);
    const id = this.#bandwidths.length;
    const phaseUs = this.#phases.int(CFS_PERIOD_US);
    const made = new Bandwidth(id, quotaUs, phaseUs, settings.capacityMilli / 1000, (bandwidth, atUs) => {
      bandwidth.bookedUs = atUs;
      bandwidth.token = (bandwidth.token + 1) | 0;
      this.#engine.at(Math.max(atUs, this.#engine.now), this.#onLook, bandwidth.id, bandwidth.token);
    });
    this.#bandwidths.push(made);
    this.limited(made, { pod, epoch, container, name });
    return made;
  }

  #processors(capacity: number): SharedCpus {
    const id = this.#cpus.length;
    const made = new SharedCpus(capacity, ({ token }, atUs) => this.#engine.at(atUs, this.#onCpus, id, token));
    this.#cpus.push(made);
    return made;
  }

  #start(cgroup: Cgroup, machine: Machine): void {
    const { pod, cpus } = cgroup;
    if (pod.running === 0) machine.pods += 1;
    if (cpus !== machine.cpus) this.#reserve(machine, cpus.capacity);
    else if (!runsOn(pod, cpus)) cpus.weigh(pod, 1);
    pod.running += 1;
    cpus.start(cgroup);
  }

  #group(pod: PodRow, epoch: number, node: NodeRow, machine: Machine): PodGroup {
    const known = this.#pods[pod];
    if (known?.epoch === epoch) return known;
    // A machine that comes again under the name may be another one.
    if (machine.pods === 0) {
      machine.settings = this.#sources.machine(node);
      this.#reserve(machine, 0);
    }
    while (this.#pods.length < pod) this.#pods.push(undefined);
    const group = new PodGroup(pod, epoch, this.#sources.podClass(pod));
    this.#pods[pod] = group;
    return group;
  }

  #machine(node: NodeRow): Machine {
    let machine = this.#machines[node];
    if (machine === undefined) {
      machine = { settings: this.#sources.machine(node), cpus: this.#processors(0), exclusive: 0, pods: 0 };
      while (this.#machines.length < node) this.#machines.push(undefined);
      this.#machines[node] = machine;
      this.#reserve(machine, 0);
    }
    return machine;
  }

  /** Gives containers CPUs of their own, or takes them back. System daemons have their part of the others: what they use, or that of their weight. */
  #reserve(machine: Machine, cpus: number): void {
    const { capacityMilli, allocatableMilli, systemCpus } = machine.settings;
    machine.exclusive += cpus;
    const left = Math.max(0, capacityMilli / 1000 - machine.exclusive);
    const weight = weightOfMilli(allocatableMilli);
    machine.cpus.capacity = Math.max(left - systemCpus, (left * weight) / (weight + SYSTEM_WEIGHT));
    machine.cpus.changed(this.#engine.now);
  }
}

/** Whether a container of the pod runs on these processors. */
function runsOn(pod: PodGroup, cpus: SharedCpus): boolean {
  return pod.cgroups.some((one) => one !== undefined && one.cpus === cpus && one.users > 0);
}
