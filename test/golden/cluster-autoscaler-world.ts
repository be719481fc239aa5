// The cluster in which the recorded autoscaler ran: groups whose machines come after fixed times, pods that are bound first fit.
import type { Taint } from 'kubernetes-types/core/v1.js';
import type { Hands, Steps } from '../../src/autoscaler/cluster/hands.ts';
import type { ListedNode, ListedPod, Listing } from '../../src/autoscaler/cluster/listed.ts';
import { DELETION_CANDIDATE, hasTaint, TO_BE_DELETED } from '../../src/autoscaler/cluster/taints.ts';
import { MachineGroup } from '../../src/cloud/machine-group.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Signal } from '../../src/engine/script.ts';
import type { PodClass } from '../../src/model/pod-class.ts';
import type { CloudProvider, NodeGroup } from '../../src/model/ports/cloud.ts';
import type { NodeRow, PodRow } from '../../src/model/rows.ts';
import { ClusterState, HOSTNAME_LABEL, ZONE_LABEL } from '../../src/model/state.ts';

/**
 * The recorded nodes had what the templates of their groups lacked, so that the two were not alike: in record 116 a group that once had a node is
 * not balanced with one of the same shape and zone that never had, while groups that both had nodes (9) or both had none (146) are.
 */
const REGISTERED = { 'kubernetes.io/os': 'linux' };

const NOT_READY: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

export interface GroupRecord {
  readonly id: string;
  readonly min: number;
  readonly max: number;
  readonly initial: number;
  readonly cpuMilli: number;
  readonly memory: number;
  readonly zone: string;
  readonly taint: boolean;
  readonly registerDelay: number;
  readonly readyDelay: number;
  readonly neverRegisters: boolean;
  readonly increaseFailsUntil: number;
  readonly outOfResources: boolean;
}

export interface WorkloadRecord {
  readonly name: string;
  readonly cpuMilli: number;
  readonly memory: number;
  readonly namespace: string;
  readonly kind: string;
  readonly pdbDisruptionsAllowed: number;
  readonly safeToEvict?: string;
  readonly emptyDir?: boolean;
  readonly toleratesTaint?: boolean;
  readonly hostAntiAffinity?: boolean;
}

export interface ScriptRecord {
  readonly t: number;
  readonly op: 'add' | 'remove' | 'unready';
  readonly workload?: string;
  readonly node?: string;
  readonly n?: number;
}

export interface WorldRecord {
  readonly daemonSet: { readonly cpuMilli: number; readonly memory: number; readonly present: boolean };
  readonly groups: readonly GroupRecord[];
  readonly script: readonly ScriptRecord[];
  readonly workloads: readonly WorkloadRecord[];
}

interface WorldNode {
  readonly name: string;
  readonly row: NodeRow;
  readonly group: GroupRecord;
  readonly createdUs: number;
  ready: boolean;
  readySinceUs: number;
  taints: readonly Taint[];
}

interface WorldPod {
  readonly name: string;
  readonly row: PodRow;
  readonly workload: WorkloadRecord | undefined;
  readonly podClass: PodClass;
  readonly createdUs: number;
  node: WorldNode | undefined;
}

/** What the world did in one second, as the record lists it. */
interface Changes {
  podsAdded?: string[];
  podsRemoved?: string[];
  bound?: Record<string, string>;
  nodesRegistered?: string[];
  nodesReady?: string[];
  nodesUnready?: string[];
  nodesGone?: string[];
}

export interface Call {
  readonly op: string;
  readonly [key: string]: unknown;
}

type ListName = Exclude<keyof Changes, 'bound'>;

export class RecordedWorld implements Hands, CloudProvider {
  readonly engine: Engine;
  readonly state = new ClusterState('records');
  readonly groups: readonly NodeGroup[];
  /** Calls since somebody took them. */
  calls: Call[] = [];
  readonly #record: WorldRecord;
  readonly #groups: readonly MachineGroup[];
  readonly #nodes: WorldNode[] = [];
  readonly #pods: WorldPod[] = [];
  readonly #made = new Map<string, number>();
  readonly #daemonClass: PodClass | undefined;
  readonly #register: number;
  readonly #ready: number;
  readonly #vanish: number;
  readonly #coming: { readonly name: string; readonly group: GroupRecord }[] = [];
  readonly #leaving: WorldPod[] = [];
  #changes: Changes = {};
  #changesUs = 0;
  readonly #emit: (what: 'world' | 'calls', content: unknown) => void;

  /** Of options of which the expanders think equally one is drawn: the seed says which. */
  constructor(record: WorldRecord, seed: string, emit: (what: 'world' | 'calls', content: unknown) => void) {
    this.engine = new Engine({ seed });
    const { engine, state } = this;
    this.#record = record;
    this.#emit = emit;
    this.#register = engine.kind('register', (index) => this.#registerNode(index));
    this.#ready = engine.kind('ready', (index) => this.#becomeReady(index));
    this.#vanish = engine.kind('vanish', (index) => this.#vanished(index));
    const script = engine.kind('script of the record', (index) => this.#follow(record.script[index]));
    record.script.forEach(({ t }, index) => engine.at(t * 1e6, script, index, 0));
    const { daemonSet } = record;
    this.#daemonClass = daemonSet.present
      ? state.classes.intern('kube-system', {
          metadata: { labels: { app: 'ds' } },
          spec: {
            containers: [container(daemonSet.cpuMilli, daemonSet.memory)],
            tolerations: [{ operator: 'Exists' }],
          },
        })
      : undefined;
    this.#groups = record.groups.map((group) => this.#group(group));
    this.groups = this.#groups.map((group) => this.#recording(group));
    for (const group of record.groups) {
      for (let i = 0; i < group.initial; i += 1) this.#addNode(instanceName(group.id, i), group, true);
    }
    this.flush();
  }

  groupOf(instance: string): NodeGroup | undefined {
    const at = this.#groups.findIndex((group) => group.has(instance));
    return this.groups[at];
  }

  /** What belongs to a loop is listed with it. */
  beginLoop(): void {
    this.flush();
  }

  endLoop(): Call[] {
    return this.#takeCalls();
  }

  /** Lists what has happened since the last time. */
  flush(): void {
    if (this.calls.length > 0) this.#emit('calls', { calls: this.#takeCalls() });
    if (Object.keys(this.#changes).length === 0) return;
    const { bound, ...lists } = this.#changes;
    // Nodes that go at one instant are taken away by threads of their own.
    lists.nodesGone?.sort();
    this.#emit('world', { world: { ...(bound === undefined ? {} : { bound }), ...lists, t: this.#changesUs / 1e6 } });
    this.#changes = {};
  }

  // What the autoscaler asks for.

  list(): Listing {
    const nodes = [...this.#nodes].sort((a, b) => (a.name < b.name ? -1 : 1)).map((node) => this.#listed(node));
    const pods = this.#pods.map((pod) => listedPod(pod));
    return {
      nodes,
      unschedulable: pods.filter(({ node }) => node < 0),
      budgets: this.#record.workloads
        .filter(({ pdbDisruptionsAllowed }) => pdbDisruptionsAllowed >= 0)
        .map(({ name, namespace, pdbDisruptionsAllowed }) => ({
          namespace,
          disruptionsAllowed: pdbDisruptionsAllowed,
          selects: ({ labels }) => labels.app === name,
        })),
      daemonSetPods: this.#daemonClass === undefined ? [] : [daemonPod(this.#daemonClass)],
      podsOn: (row) => pods.filter(({ node }) => node === row),
      controller: () => ({ replicas: 5 }),
    };
  }

  changeTaints(node: ListedNode, change: (taints: readonly Taint[]) => readonly Taint[]): Steps<boolean> {
    return this.#atOnce(this.#changeTaints(node, change));
  }

  evict(pod: ListedPod): Steps<boolean> {
    return this.#atOnce(this.#evict(pod));
  }

  isOnNode({ name }: ListedPod, node: ListedNode): Steps<boolean> {
    return this.#atOnce(this.#pods.some((pod) => pod.name === name && pod.node?.name === node.name));
  }

  podEvent(): void {}
  nodeEvent(): void {}
  event(): void {}
  priorities(): undefined {}

  #atOnce<T>(answer: T): Steps<T> {
    const answered = new Signal<T>(this.engine);
    answered.fire(answer);
    return answered.wait();
  }

  #changeTaints({ name }: ListedNode, change: (taints: readonly Taint[]) => readonly Taint[]): boolean {
    const node = this.#nodes.find((one) => one.name === name);
    if (node === undefined) return false;
    const after = change(node.taints);
    if (after === node.taints) return true;
    node.taints = after;
    const own = [
      ...(hasTaint(after, DELETION_CANDIDATE) ? ['deletionCandidate '] : []),
      ...(hasTaint(after, TO_BE_DELETED) ? ['toBeDeleted '] : []),
    ].join('');
    this.#call({ op: 'taints', node: name, taints: own });
    return true;
  }

  #evict({ name }: ListedPod): boolean {
    const pod = this.#pods.find((one) => one.name === name);
    if (pod === undefined) return true;
    this.#call({ op: 'evict', pod: name });
    this.#leaving.push(pod);
    this.engine.after(2e6, this.#vanish, this.#leaving.length - 1, 0);
    return true;
  }

  // What happens.

  #group(record: GroupRecord): MachineGroup {
    const { id, min, max, initial, registerDelay } = record;
    const always = (kind: 'Refused' | 'OutOfResources' | 'NeverRegisters', untilUs = Infinity) => ({
      kind,
      fromUs: 0,
      untilUs,
    });
    const failures = [
      ...(record.increaseFailsUntil > 0 ? [always('Refused', record.increaseFailsUntil * 1e6)] : []),
      ...(record.outOfResources ? [always('OutOfResources')] : []),
      ...(record.neverRegisters ? [always('NeverRegisters')] : []),
    ];
    const facts = {
      id,
      templates: [templateOf(record)],
      hourlyCost: 0,
      name: (ordinal: number) => instanceName(id, ordinal),
    };
    return new MachineGroup(this.engine, facts, { min, max, failures }, initial, {
      made: (name) => {
        this.#coming.push({ name, group: record });
        this.engine.after(registerDelay * 1e6, this.#register, this.#coming.length - 1, 0);
      },
      ended: (name) => this.#removeNode(name),
    });
  }

  /** The group, with its calls listed. */
  #recording(group: MachineGroup): NodeGroup {
    return {
      get id() {
        return group.id;
      },
      min: group.min,
      max: group.max,
      template: group.template,
      hourlyCost: 0,
      get target() {
        return group.target;
      },
      get instances() {
        return group.instances;
      },
      increase: (by) => {
        const before = new Set(group.instances.map(({ name }) => name));
        const problem = group.increase(by);
        const instances = group.instances.map(({ name }) => name).filter((name) => !before.has(name));
        this.#call(
          problem === ''
            ? { op: 'increase', group: group.id, by, instances, target: group.target }
            : { op: 'increase', group: group.id, by, error: true },
        );
        return problem;
      },
      decreaseTarget: (by) => {
        const problem = group.decreaseTarget(by);
        const failed = problem === '' ? { target: group.target } : { error: true };
        this.#call({ op: 'decreaseTarget', group: group.id, by, ...failed });
        return problem;
      },
      deleteInstances: (names) => {
        const problem = group.deleteInstances(names);
        const same = this.calls.find((call) => call.op === 'delete' && call.group === group.id);
        const nodes = [...((same?.nodes ?? []) as string[]), ...names].sort();
        this.calls = this.calls.filter((call) => call !== same);
        this.#call({ op: 'delete', group: group.id, nodes, target: group.target });
        return problem;
      },
    };
  }

  #call(call: Call): void {
    this.calls.push({ ...call, t: this.engine.now / 1e6 });
  }

  #takeCalls(): Call[] {
    const { calls } = this;
    this.calls = [];
    const text = (call: Call): string =>
      JSON.stringify(Object.fromEntries(Object.entries(call).sort(([a], [b]) => (a < b ? -1 : 1))));
    return calls.sort((a, b) => (text(a) < text(b) ? -1 : 1));
  }

  #note(list: ListName, name: string): void {
    if (this.#changesUs !== this.engine.now) {
      this.flush();
      this.#changesUs = this.engine.now;
    }
    const names = this.#changes[list] ?? [];
    names.push(name);
    this.#changes[list] = names;
  }

  #follow(step: ScriptRecord | undefined): void {
    if (step === undefined) return;
    const { op, workload = '', node = '', n = 0 } = step;
    if (op === 'add') for (let i = 0; i < n; i += 1) this.#addPod(workload);
    if (op === 'remove') {
      for (const pod of this.#pods
        .filter((one) => one.workload?.name === workload)
        .slice(-n)
        .reverse()) {
        this.#removePod(pod);
      }
    }
    const found = this.#nodes.find(({ name }) => name === node);
    if (op === 'unready' && found?.ready === true) {
      found.ready = false;
      found.readySinceUs = this.engine.now;
      this.#note('nodesUnready', node);
    }
    this.#bind();
  }

  #addPod(workload: string): void {
    const record = this.#record.workloads.find(({ name }) => name === workload);
    if (record === undefined) return;
    const ordinal = (this.#made.get(workload) ?? 0) + 1;
    this.#made.set(workload, ordinal);
    const name = `${workload}-${ordinal}`;
    this.#pods.push(this.#pod(name, record, this.state.classes.intern(record.namespace, templateOfPod(record))));
    this.#note('podsAdded', name);
  }

  #pod(name: string, workload: WorkloadRecord | undefined, podClass: PodClass): WorldPod {
    const row = this.state.allocatePod();
    this.state.pods.podClass[row] = podClass.id;
    this.state.pods.identity[row] = this.state.identities.named(-1, podClass.namespace, name);
    return { name, row, workload, podClass, createdUs: this.engine.now, node: undefined };
  }

  #removePod(pod: WorldPod): void {
    const at = this.#pods.indexOf(pod);
    if (at < 0) return;
    this.#pods.splice(at, 1);
    if (pod.workload !== undefined) this.#note('podsRemoved', pod.name);
  }

  #vanished(index: number): void {
    const pod = this.#leaving[index];
    if (pod === undefined || !this.#pods.includes(pod)) return;
    this.#removePod(pod);
    if (pod.workload?.kind === 'ReplicaSet') this.#addPod(pod.workload.name);
    this.#bind();
  }

  #registerNode(index: number): void {
    const one = this.#coming[index];
    if (one === undefined) return;
    const group = this.#groups.find(({ id }) => id === one.group.id);
    if (group?.has(one.name) !== true) return;
    group.registered(one.name);
    this.#addNode(one.name, one.group, false);
    if (one.group.readyDelay === 0) this.#becomeReady(index);
    else this.engine.after(one.group.readyDelay * 1e6, this.#ready, index, 0);
  }

  #addNode(name: string, group: GroupRecord, ready: boolean): void {
    const { labels, taints, capacity, allocatable } = templateOf(group);
    const row = this.state.addNode(
      {
        name,
        labels: { ...labels, ...REGISTERED, [HOSTNAME_LABEL]: name },
        taints,
        unschedulable: false,
        capacity,
        allocatable,
        hourlyCost: 0,
      },
      this.engine.now,
    );
    const node = { name, row, group, createdUs: this.engine.now, ready, readySinceUs: this.engine.now, taints };
    this.#nodes.push(node);
    this.#note('nodesRegistered', name);
    if (ready) this.#note('nodesReady', name);
    if (this.#daemonClass === undefined) return;
    const pod = this.#pod(`ds-${name}`, undefined, this.#daemonClass);
    pod.node = node;
    this.#pods.push(pod);
  }

  #becomeReady(index: number): void {
    const node = this.#nodes.find(({ name }) => name === this.#coming[index]?.name);
    if (node === undefined) return;
    node.ready = true;
    node.readySinceUs = this.engine.now;
    this.#note('nodesReady', node.name);
    this.#bind();
  }

  #removeNode(name: string): void {
    const at = this.#nodes.findIndex((node) => node.name === name);
    if (at < 0) return;
    const [node] = this.#nodes.splice(at, 1);
    if (node !== undefined) this.state.nodes.remove(node.row, this.engine.now);
    this.#note('nodesGone', name);
    for (const pod of this.#pods.filter((one) => one.node === node)) {
      this.#removePod(pod);
      if (pod.workload?.kind === 'ReplicaSet') this.#addPod(pod.workload.name);
    }
    this.#bind();
  }

  /** First fit over Ready nodes in the order of their registration. */
  #bind(): void {
    for (const pod of this.#pods) {
      if (pod.node !== undefined || pod.workload === undefined) continue;
      const node = this.#nodes.find((one) => this.#fits(pod, one));
      if (node === undefined) continue;
      pod.node = node;
      if (this.#changesUs !== this.engine.now) {
        this.flush();
        this.#changesUs = this.engine.now;
      }
      this.#changes.bound = { ...this.#changes.bound, [pod.name]: node.name };
    }
  }

  #fits({ podClass, workload }: WorldPod, node: WorldNode): boolean {
    if (!node.ready || hasTaint(node.taints, TO_BE_DELETED)) return false;
    if (node.group.taint && workload?.toleratesTaint !== true) return false;
    const there = this.#pods.filter((one) => one.node === node);
    if (workload?.hostAntiAffinity === true && there.some((one) => one.workload === workload)) return false;
    const sum = (of: (one: WorldPod) => number): number => there.reduce((total, one) => total + of(one), 0);
    const { allocatable } = templateOf(node.group);
    return (
      there.length < allocatable.pods &&
      sum((one) => one.podClass.shape.cpuMilli) + podClass.shape.cpuMilli <= allocatable.cpu &&
      sum((one) => one.podClass.shape.memoryBytes) + podClass.shape.memoryBytes <= allocatable.memory
    );
  }

  #listed({ name, row, group, createdUs, ready, readySinceUs, taints }: WorldNode): ListedNode {
    const { labels, capacity, allocatable } = templateOf(group);
    return {
      row,
      name,
      labels: { ...labels, ...REGISTERED, [HOSTNAME_LABEL]: name },
      taints: ready ? taints : [...taints, NOT_READY],
      unschedulable: false,
      annotations: {},
      capacity,
      allocatable,
      ready,
      readySinceUs,
      createdUs,
    };
  }
}

function instanceName(group: string, ordinal: number): string {
  return `${group}-${String(ordinal + 1).padStart(3, '0')}`;
}

function templateOf({ cpuMilli, memory, zone, taint }: GroupRecord) {
  return {
    labels: { [ZONE_LABEL]: zone },
    taints: taint ? [{ key: 'dedicated', value: 'x', effect: 'NoSchedule' }] : [],
    capacity: { cpu: cpuMilli, memory, pods: 110 },
    allocatable: { cpu: cpuMilli - 100, memory: memory - 512 * 2 ** 20, pods: 110 },
  };
}

function container(cpuMilli: number, memory: number) {
  return { name: 'c', resources: { requests: { cpu: `${cpuMilli}m`, memory: `${memory}` } } };
}

function templateOfPod({
  name,
  cpuMilli,
  memory,
  safeToEvict,
  emptyDir,
  toleratesTaint,
  hostAntiAffinity,
}: WorkloadRecord) {
  return {
    metadata: {
      labels: { app: name },
      ...(safeToEvict === undefined
        ? {}
        : { annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': safeToEvict } }),
    },
    spec: {
      containers: [container(cpuMilli, memory)],
      ...(emptyDir === true ? { volumes: [{ name: 'scratch', emptyDir: {} }] } : {}),
      ...(toleratesTaint === true ? { tolerations: [{ key: 'dedicated', operator: 'Exists' }] } : {}),
      ...(hostAntiAffinity === true
        ? {
            affinity: {
              podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  { topologyKey: HOSTNAME_LABEL, labelSelector: { matchLabels: { app: name } } },
                ],
              },
            },
          }
        : {}),
    },
  };
}

function listedPod({ name, row, workload, podClass, createdUs, node }: WorldPod): ListedPod {
  const kind = workload === undefined ? 'DaemonSet' : workload.kind;
  return {
    row,
    epoch: 0,
    successor: false,
    podClass,
    name,
    owner: -1,
    controller: kind === '' ? undefined : { kind, name: workload?.name ?? 'ds' },
    createdUs,
    phase: node === undefined ? 'Pending' : 'Running',
    deletionUs: undefined,
    node: node?.row ?? -1,
  };
}

function daemonPod(podClass: PodClass): ListedPod {
  return {
    row: -1,
    epoch: 0,
    successor: false,
    podClass,
    name: 'ds',
    owner: -1,
    controller: { kind: 'DaemonSet', name: 'ds' },
    createdUs: 0,
    phase: 'Pending',
    deletionUs: undefined,
    node: -1,
  };
}
