// CPU used above what limits or nodes allow, where pods do not share processors: looked for at the intervals of nodes.csv, said once per workload.
import type { PodClass } from '../model/pod-class.ts';
import { CFS_PERIOD_US } from '../model/cpu-cgroup.ts';
import { cpuMilli } from '../model/parse/quantity.ts';
import type { CpuUsage } from '../model/ports/processors.ts';
import type { ClusterState } from '../model/state.ts';
import { counted } from '../lib/plural.ts';
import { showDuration } from './expectations.ts';
import type { NodeRow, ObjectRow, PodRow } from '../model/rows.ts';

/** Workloads that are named. */
const MOST_WORKLOADS = 5;

/** What counts as above: the end of a piece of work is rounded to a whole µs. */
const TOLERANCE = 1.001;

/** The whole pod among the limits of a pod; a container is its index. */
const POD = -1;

interface CpuLimit {
  readonly container: number;
  readonly cpus: number;
}

/** What was used above what is allowed in an interval; `node`: which one was not enough, empty where limits were not. */
interface Exceeding {
  readonly usedCpus: number;
  readonly allowedCpus: number;
  readonly fromUs: number;
  readonly toUs: number;
  readonly node: string;
}

/** When a workload exceeded first, and most, and on which nodes. */
interface Excess {
  readonly first: Pick<Exceeding, 'fromUs' | 'toUs'>;
  most: Exceeding;
  readonly nodes: Set<string>;
}

/** The row of the object that made a pod, or of who made that; the name of a pod that nobody made. */
type Workload = ObjectRow | string;

interface Sum {
  usedUs: number;
  allowedCpus: number;
}

export class CpuExcess {
  readonly #state: ClusterState;
  readonly #cpu: CpuUsage;
  /** By pod class. */
  readonly #limits: (readonly CpuLimit[])[] = [];
  /** By container + 1: what each pod had used at the end of the interval before, and the epoch that this is of. */
  readonly #before: { readonly us: number[]; readonly epochs: number[] }[] = [];
  /** Nodes whose pods used more than there is in this interval, with how many CPUs. */
  readonly #exceeded = new Map<NodeRow, number>();
  #anyUsed = false;
  readonly #aboveLimits = new Map<string, Excess>();
  readonly #aboveNodes = new Map<string, Excess>();

  constructor(state: ClusterState, cpu: CpuUsage) {
    this.#state = state;
    this.#cpu = cpu;
  }

  /** What the pods of a node used in the interval that ends now, in CPUs. Before `lookAtPods`. */
  nodeUsed(node: NodeRow, usedCpus: number): void {
    if (usedCpus <= 0) return;
    this.#anyUsed = true;
    const { cpu } = this.#state.nodes.spec[node].capacity;
    if (cpu !== undefined && usedCpus > (TOLERANCE * cpu) / 1000) this.#exceeded.set(node, usedCpus);
  }

  /** The interval has ended: whose pods used more than they may, and who used most of the nodes that were not enough? */
  lookAtPods(fromUs: number, toUs: number): void {
    if (!this.#anyUsed) return;
    const { pods, classes } = this.#state;
    const ofLimits = new Map<Workload, Sum[]>();
    const ofNodes = new Map<NodeRow, Map<Workload, number>>();
    for (const node of this.#exceeded.keys()) ofNodes.set(node, new Map());
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 0 || pods.node[pod] < 0) continue;
      const usedUs = this.#usedUs(pod, POD);
      const used = ofNodes.get(pods.node[pod]);
      const limits = this.#limitsOf(classes.get(pods.podClass[pod]));
      if (used === undefined && limits.length === 0) continue;
      const workload = this.#workload(pod);
      used?.set(workload, (used.get(workload) ?? 0) + usedUs);
      for (const { container, cpus: allowed } of limits) {
        let sums = ofLimits.get(workload);
        if (sums === undefined) ofLimits.set(workload, (sums = []));
        const sum = (sums[container + 1] ??= { usedUs: 0, allowedCpus: 0 });
        sum.usedUs += container === POD ? usedUs : this.#usedUs(pod, container);
        sum.allowedCpus += allowed;
      }
    }
    for (const [workload, sums] of ofLimits) {
      for (const { usedUs, allowedCpus } of sums.filter(Boolean)) {
        const usedCpus = usedUs / (toUs - fromUs);
        // The quotas of periods that begin before the interval or end after it may be used within.
        if (usedUs <= allowedCpus * (TOLERANCE * (toUs - fromUs) + CFS_PERIOD_US)) continue;
        note(this.#aboveLimits, this.#name(workload), { usedCpus, allowedCpus, fromUs, toUs, node: '' });
      }
    }
    for (const [node, used] of ofNodes) {
      const [most] = [...used].sort(([, a], [, b]) => b - a);
      const who = most === undefined ? 'pods that are gone' : this.#name(most[0]);
      const { name, capacity } = this.#state.nodes.spec[node];
      const usedCpus = this.#exceeded.get(node) ?? 0;
      note(this.#aboveNodes, who, { usedCpus, allowedCpus: capacity.cpu / 1000, fromUs, toUs, node: name });
    }
    this.#exceeded.clear();
    this.#anyUsed = false;
  }

  /** One sentence for each workload, the one that exceeded most first. */
  warnings(): string[] {
    return [
      ...sentences(this.#aboveLimits, (workload, { first, most }) => {
        const used = `${workload} used up to ${cpus(most.usedCpus)}, the CPU limits of its pods allow ${shown(most.allowedCpus)}`;
        return `${used} (first ${when(first)}): limits are only simulated with \`compute: nodeShared\`, nothing is throttled`;
      }),
      ...sentences(this.#aboveNodes, (workload, { first, most, nodes }) => {
        const used = `pods used up to ${cpus(most.usedCpus)} on ${most.node}, which has ${shown(most.allowedCpus)}`;
        const others = nodes.size === 1 ? '' : `, on ${nodes.size} nodes in all`;
        return `${used}, most of it ${workload} (first ${when(first)}${others}): contention for CPU is only simulated with \`compute: nodeShared\`, nothing is slower`;
      }),
    ];
  }

  /** Since the end of the interval before. */
  #usedUs(pod: PodRow, container: number): number {
    const epoch = this.#state.pods.epoch[pod];
    const nowUs = container === POD ? this.#cpu.podUs(pod, epoch) : this.#cpu.containerUs(pod, epoch, container);
    this.#before[container + 1] ??= { us: [], epochs: [] };
    const { us, epochs } = this.#before[container + 1];
    const beforeUs = epochs[pod] === epoch ? us[pod] : 0;
    us[pod] = nowUs;
    epochs[pod] = epoch;
    return nowUs - beforeUs;
  }

  #limitsOf(podClass: PodClass): readonly CpuLimit[] {
    this.#limits[podClass.id] ??= limitsOf(podClass);
    return this.#limits[podClass.id];
  }

  #workload(pod: PodRow): Workload {
    const { classes, objects, pods } = this.#state;
    let row = pods.owner[pod];
    if (row < 0) return `Pod/${classes.get(pods.podClass[pod]).namespace}/${this.#state.podName(pod)}`;
    while (objects.owner[row] >= 0) row = objects.owner[row];
    return row;
  }

  /** `Deployment/shop/web`. */
  #name(workload: Workload): string {
    if (typeof workload === 'string') return workload;
    const { objects } = this.#state;
    return `${objects.kind[workload]}/${objects.namespace[workload]}/${objects.name[workload]}`;
  }
}

function note(found: Map<string, Excess>, workload: string, { node, ...one }: Exceeding): void {
  const known = found.get(workload);
  if (known === undefined) {
    found.set(workload, { first: one, most: { ...one, node }, nodes: new Set([node]) });
    return;
  }
  known.nodes.add(node);
  if (ratio(one) > ratio(known.most)) known.most = { ...one, node };
}

function limitsOf({ spec }: PodClass): CpuLimit[] {
  // Kubernetes knows limits of a pod as a whole, which the types of the objects do not.
  const { resources } = spec as { readonly resources?: { readonly limits?: Readonly<Record<string, string>> } };
  const texts = [resources, ...spec.containers.map((container) => container.resources)].map(
    (of) => of?.limits?.['cpu'],
  );
  return texts.flatMap((text, at) => (text === undefined ? [] : [{ container: at - 1, cpus: cpuMilli(text) / 1000 }]));
}

function sentences(
  found: ReadonlyMap<string, Excess>,
  sentence: (workload: string, excess: Excess) => string,
): string[] {
  const sorted = [...found].sort(([, a], [, b]) => ratio(b.most) - ratio(a.most));
  const named = sorted.slice(0, MOST_WORKLOADS).map(([workload, excess]) => sentence(workload, excess));
  const more = sorted.length - named.length;
  return more === 0 ? named : [...named, `and so did ${counted(more, 'other workload')}`];
}

const ratio = ({ usedCpus, allowedCpus }: Pick<Exceeding, 'usedCpus' | 'allowedCpus'>): number =>
  usedCpus / allowedCpus;

const shown = (value: number): string => String(Number(value.toPrecision(3)));

const cpus = (value: number): string => `${shown(value)} CPUs`;

function when({ fromUs, toUs }: Pick<Exceeding, 'fromUs' | 'toUs'>): string {
  return `between ${showDuration(fromUs)} and ${showDuration(toUs)}`;
}
