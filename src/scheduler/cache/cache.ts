// Hot dialect: the scheduler's own picture of the nodes and of the pods on them, assumed pods included, as columns.
import { grown, nextCapacity } from '../../model/columns.ts';
import { canonicalJson, Interner } from '../../model/interner.ts';
import type { PodClass, SchedulingShape } from '../../model/pod-class.ts';
import type { Registry } from '../../model/registry.ts';
import { deviceBits, GPU_INDEX } from '../../model/parse/gpu-request.ts';
import { MatchCounts } from './match-counts.ts';
import { NodeImages } from './node-images.ts';
import { NodeOrder, zoneKey } from './node-order.ts';
import type { PodDevices } from './pod-devices.ts';
import { PriorityLevels } from './priority-levels.ts';
import { TopologyKey } from './topology.ts';
import { type ClassRow, type NodeRow, type PodRow, type RowColumn, rowColumn } from '../../model/rows.ts';

/** One resource beyond cpu, memory and ephemeral storage, by node. */
export interface ExtendedColumn {
  readonly name: string;
  allocatable: Float64Array;
  used: Float64Array;
}

/** How much of an extended resource pods of a shape request. */
export interface ExtendedRequest {
  readonly column: ExtendedColumn;
  readonly amount: number;
}

const PodMark = { Assumed: 1, Terminating: 2, Preempted: 4 } as const;
const PLAIN = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods']);

/** Who looks at the changes less often has to look at every node. */
export const CHANGES_KEPT = 4096;

export class SchedulerCache {
  readonly state: Registry;
  readonly order = new NodeOrder();
  readonly counts: MatchCounts;
  readonly images = new NodeImages();
  readonly priorities = new PriorityLevels();
  readonly allocatableSets = new Interner<Readonly<Record<string, number>>>(canonicalJson);
  readonly #absentNames = new Interner<string>((name) => name);
  readonly extended: ExtendedColumn[] = [];
  /** Once a plugin has asked for them. */
  devices: PodDevices | undefined;
  /** Nodes in the cluster. */
  nodes = 0;
  nodeCapacity = 0;
  /** By node: 1 while the node object exists; pods may outlive it. */
  present = new Uint8Array(0);
  cpuMilli = new Float64Array(0);
  memoryBytes = new Float64Array(0);
  ephemeralBytes = new Float64Array(0);
  maxPods = new Int32Array(0);
  labels = new Int32Array(0);
  taints = new Int32Array(0);
  allocatable = new Int32Array(0);
  unschedulable = new Uint8Array(0);
  /** Requested by the pods on the node; the non-zero variant counts 100m and 200Mi for containers that request nothing. */
  usedCpuMilli = new Float64Array(0);
  usedMemoryBytes = new Float64Array(0);
  usedEphemeralBytes = new Float64Array(0);
  nonZeroCpuMilli = new Float64Array(0);
  nonZeroMemoryBytes = new Float64Array(0);
  podCount = new Int32Array(0);
  /** Rises whenever what is above, or what is counted of the node's pods, changes: what was computed from it is stale. */
  generation = new Int32Array(0);
  /** How often a generation rose, and the nodes of the last times: change i is at i modulo `CHANGES_KEPT`. */
  changes = 0;
  readonly changedNodes = rowColumn<NodeRow>(CHANGES_KEPT);
  /** Pods of a node as a list: the first, and by pod the next and the previous. */
  firstPod = rowColumn<PodRow>();
  nextPod = rowColumn<PodRow>();
  previousPod = rowColumn<PodRow>();
  podCapacity = 0;
  /** By pod: the node it is counted on, -1 for none. */
  podNode = rowColumn<NodeRow>();
  podEpoch = new Int32Array(0);
  podClass = rowColumn<ClassRow>();
  podMarks = new Uint8Array(0);
  readonly #topologies = new Map<string, TopologyKey>();
  readonly #extendedByName = new Map<string, ExtendedColumn>();
  readonly #extendedOf: (readonly ExtendedRequest[] | undefined)[] = [];

  constructor(state: Registry) {
    this.state = state;
    this.counts = new MatchCounts(state.classes, this);
  }

  /** Adds a node or takes over its labels, taints, allocatable and spec.unschedulable. The sets are interned in the state. */
  setNode(node: NodeRow, labels: number, taints: number, unschedulable: number, allocatable: number): void {
    this.#ensureNode(node);
    const { labelSets } = this.state.classes;
    const added = this.present[node] === 0;
    if (added) {
      this.present[node] = 1;
      this.nodes += 1;
      this.order.add(node, zoneKey(labelSets.get(labels)));
    } else if (this.labels[node] !== labels) {
      this.order.move(node, zoneKey(labelSets.get(labels)));
    }
    if (added || this.allocatable[node] !== allocatable) this.#setAllocatable(node, allocatable);
    const placed = added || this.labels[node] !== labels || this.taints[node] !== taints;
    this.labels[node] = labels;
    this.taints[node] = taints;
    this.unschedulable[node] = unschedulable;
    this.#changed(node);
    this.images.touch(node);
    this.devices?.setNode(node);
    if (!placed) return;
    for (const topology of this.#topologies.values()) topology.set(node, labelSets.get(labels));
    this.counts.nodeChanged(node, true);
  }

  removeNode(node: NodeRow): void {
    if (node >= this.nodeCapacity || this.present[node] === 0) return;
    this.present[node] = 0;
    this.nodes -= 1;
    this.order.remove(node);
    this.images.set(node, []);
    this.devices?.removeNode(node);
    this.counts.nodeChanged(node, false);
    for (const topology of this.#topologies.values()) topology.set(node, undefined);
  }

  /** Counts a pod on a node. An assumed pod is confirmed by `confirm` or taken back by `remove`. */
  add(pod: PodRow, epoch: number, podClass: PodClass, node: NodeRow, assumed: boolean, terminating: boolean): void {
    this.addTentatively(
      pod,
      epoch,
      podClass,
      node,
      (assumed ? PodMark.Assumed : 0) | (terminating ? PodMark.Terminating : 0),
    );
    this.#changed(node);
    this.images.touch(node);
    this.priorities.add(podClass, 1);
    // An assumed pod gets its devices from the plugins that reserve.
    if (this.devices !== undefined && !assumed) this.#adopt(pod, podClass, node);
  }

  /** The pod no longer counts on its node. */
  remove(pod: PodRow): void {
    const node = this.podNode[pod];
    this.removeTentatively(pod);
    this.#changed(node);
    this.images.touch(node);
    const podClass = this.state.classes.get(this.podClass[pod]);
    this.priorities.add(podClass, -1);
    this.devices?.release(pod, podClass);
  }

  /** Counts a pod on a node for a dry run, which restores everything: `generation` and what is remembered by it stay. */
  addTentatively(pod: PodRow, epoch: number, podClass: PodClass, node: NodeRow, marks: number): void {
    this.#ensurePod(pod);
    this.#ensureNode(node);
    this.podNode[pod] = node;
    this.podEpoch[pod] = epoch;
    this.podClass[pod] = podClass.id;
    this.podMarks[pod] = marks;
    const first = this.firstPod[node];
    this.nextPod[pod] = first;
    this.previousPod[pod] = -1;
    if (first >= 0) this.previousPod[first] = pod;
    this.firstPod[node] = pod;
    this.#charge(node, podClass.shape, 1);
    this.counts.podAdded(podClass.id, node, (marks & PodMark.Terminating) !== 0);
  }

  /** Takes a pod off its node for a dry run; class and marks stay in its columns. */
  removeTentatively(pod: PodRow): void {
    const node = this.podNode[pod];
    const next = this.nextPod[pod];
    const previous = this.previousPod[pod];
    if (next >= 0) this.previousPod[next] = previous;
    if (previous >= 0) this.nextPod[previous] = next;
    else this.firstPod[node] = next;
    this.podNode[pod] = -1;
    const podClass = this.podClass[pod];
    this.#charge(node, this.state.classes.get(podClass).shape, -1);
    this.counts.podRemoved(podClass, node, (this.podMarks[pod] & PodMark.Terminating) !== 0);
  }

  /** Puts the list of a node's pods into the order that it had before a dry run: `pods[0]` is the first. */
  relink(node: NodeRow, pods: RowColumn<PodRow>, count: number): void {
    let previous: PodRow = -1;
    for (let i = 0; i < count; i += 1) {
      const pod = pods[i];
      this.previousPod[pod] = previous;
      this.nextPod[pod] = i + 1 < count ? pods[i + 1] : -1;
      previous = pod;
    }
    this.firstPod[node] = count > 0 ? pods[0] : -1;
  }

  /** The API server confirmed an assumed pod. */
  confirm(pod: PodRow): void {
    this.podMarks[pod] &= ~PodMark.Assumed;
    if (this.devices !== undefined) this.#adopt(pod, this.state.classes.get(this.podClass[pod]), this.podNode[pod]);
  }

  /** The row of the node of that name; of a name that no node has, a negative number of its own. */
  nodeNamed(name: string): NodeRow {
    const row = this.state.findNode(name);
    return row >= 0 ? row : ((-1 - this.#absentNames.id(name)) as NodeRow);
  }

  /** A pod that counts on its node is of another class now. */
  reclass(pod: PodRow, podClass: PodClass): void {
    const node = this.podNode[pod];
    const before = this.state.classes.get(this.podClass[pod]);
    const held = this.devices !== undefined && before.gpu !== podClass.gpu;
    if (held) this.devices?.release(pod, before);
    this.removeTentatively(pod);
    this.addTentatively(pod, this.podEpoch[pod], podClass, node, this.podMarks[pod]);
    if (held) this.#adopt(pod, podClass, node);
    this.#changed(node);
  }

  /** What was computed from the node is stale. */
  touch(node: NodeRow): void {
    this.#changed(node);
  }

  /** The pod is being deleted; `preempted`: to make room for another one. */
  terminating(pod: PodRow, preempted: boolean): void {
    if (preempted) this.podMarks[pod] |= PodMark.Preempted;
    if ((this.podMarks[pod] & PodMark.Terminating) !== 0) return;
    this.podMarks[pod] |= PodMark.Terminating;
    this.counts.podTerminating(this.podClass[pod], this.podNode[pod]);
    this.#changed(this.podNode[pod]);
  }

  /** The node on which the pod of that row and epoch counts, or -1. */
  nodeOf(pod: PodRow, epoch: number): NodeRow {
    return pod < this.podCapacity && this.podEpoch[pod] === epoch ? this.podNode[pod] : -1;
  }

  isTerminating(pod: PodRow): boolean {
    return (this.podMarks[pod] & PodMark.Terminating) !== 0;
  }

  isBeingPreempted(pod: PodRow): boolean {
    return (
      (this.podMarks[pod] & (PodMark.Terminating | PodMark.Preempted)) === (PodMark.Terminating | PodMark.Preempted)
    );
  }

  isAssumed(pod: PodRow): boolean {
    return (this.podMarks[pod] & PodMark.Assumed) !== 0;
  }

  /** The column of an extended resource; made on first sight. */
  extendedColumn(name: string): ExtendedColumn {
    const known = this.#extendedByName.get(name);
    if (known !== undefined) return known;
    const made: ExtendedColumn = {
      name,
      allocatable: new Float64Array(this.nodeCapacity),
      used: new Float64Array(this.nodeCapacity),
    };
    this.#extendedByName.set(name, made);
    this.extended.push(made);
    return made;
  }

  extendedOf(shape: SchedulingShape): readonly ExtendedRequest[] {
    const known = this.#extendedOf[shape.id];
    if (known !== undefined) return known;
    const made = Object.entries(shape.extended).map(([name, amount]) => ({
      column: this.extendedColumn(name),
      amount,
    }));
    for (let i = this.#extendedOf.length; i < shape.id; i += 1) this.#extendedOf[i] = undefined;
    this.#extendedOf[shape.id] = made;
    return made;
  }

  topology(name: string): TopologyKey {
    const known = this.#topologies.get(name);
    if (known !== undefined) return known;
    const made = new TopologyKey(name);
    this.#topologies.set(name, made);
    this.forEachNode((node) => made.set(node, this.state.classes.labelSets.get(this.labels[node])));
    return made;
  }

  forEachNode(visit: (node: NodeRow) => void): void {
    for (let node = 0 as NodeRow; node < this.nodeCapacity; node = (node + 1) as NodeRow)
      if (this.present[node] === 1) visit(node);
  }

  forEachPod(visit: (podClass: ClassRow, node: NodeRow, terminating: boolean) => void): void {
    for (let pod = 0 as PodRow; pod < this.podCapacity; pod = (pod + 1) as PodRow) {
      if (this.podNode[pod] < 0) continue;
      visit(this.podClass[pod], this.podNode[pod], (this.podMarks[pod] & PodMark.Terminating) !== 0);
    }
  }

  /** A pod that is on a node without a reservation here has the devices that its annotation says. */
  #adopt(pod: PodRow, podClass: PodClass, node: NodeRow): void {
    const index = this.state.boundWith.get(pod)?.[GPU_INDEX] ?? podClass.annotations[GPU_INDEX];
    this.devices?.adopt(pod, podClass, node, index === undefined ? 0 : deviceBits(index));
  }

  #charge(node: NodeRow, shape: SchedulingShape, sign: number): void {
    this.usedCpuMilli[node] += sign * shape.cpuMilli;
    this.usedMemoryBytes[node] += sign * shape.memoryBytes;
    this.usedEphemeralBytes[node] += sign * shape.ephemeralBytes;
    this.nonZeroCpuMilli[node] += sign * shape.nonZeroCpuMilli;
    this.nonZeroMemoryBytes[node] += sign * shape.nonZeroMemoryBytes;
    this.podCount[node] += sign;
    const extended = this.extendedOf(shape);
    for (let i = 0; i < extended.length; i += 1) extended[i].column.used[node] += sign * extended[i].amount;
  }

  #changed(node: NodeRow): void {
    this.generation[node] += 1;
    this.changedNodes[this.changes % CHANGES_KEPT] = node;
    this.changes += 1;
  }

  #setAllocatable(node: NodeRow, allocatable: number): void {
    const amounts = this.allocatableSets.get(allocatable);
    this.allocatable[node] = allocatable;
    this.#changed(node);
    this.cpuMilli[node] = amounts.cpu ?? 0;
    this.memoryBytes[node] = amounts.memory ?? 0;
    this.ephemeralBytes[node] = amounts['ephemeral-storage'] ?? 0;
    this.maxPods[node] = amounts.pods ?? 0;
    for (const name of Object.keys(amounts)) if (!PLAIN.has(name)) this.extendedColumn(name);
    for (const column of this.extended) column.allocatable[node] = amounts[column.name] ?? 0;
  }

  #ensureNode(node: NodeRow): void {
    while (node >= this.nodeCapacity) this.#growNodes();
  }

  #growNodes(): void {
    const before = this.nodeCapacity;
    const capacity = nextCapacity(before);
    this.present = grown(this.present, capacity);
    this.cpuMilli = grown(this.cpuMilli, capacity);
    this.memoryBytes = grown(this.memoryBytes, capacity);
    this.ephemeralBytes = grown(this.ephemeralBytes, capacity);
    this.maxPods = grown(this.maxPods, capacity);
    this.labels = grown(this.labels, capacity);
    this.taints = grown(this.taints, capacity);
    this.allocatable = grown(this.allocatable, capacity);
    this.unschedulable = grown(this.unschedulable, capacity);
    this.usedCpuMilli = grown(this.usedCpuMilli, capacity);
    this.usedMemoryBytes = grown(this.usedMemoryBytes, capacity);
    this.usedEphemeralBytes = grown(this.usedEphemeralBytes, capacity);
    this.nonZeroCpuMilli = grown(this.nonZeroCpuMilli, capacity);
    this.nonZeroMemoryBytes = grown(this.nonZeroMemoryBytes, capacity);
    this.podCount = grown(this.podCount, capacity);
    this.generation = grown(this.generation, capacity);
    this.firstPod = grown(this.firstPod, capacity);
    this.firstPod.fill(-1, before);
    for (const column of this.extended) {
      column.allocatable = grown(column.allocatable, capacity);
      column.used = grown(column.used, capacity);
    }
    this.nodeCapacity = capacity;
  }

  #ensurePod(pod: PodRow): void {
    while (pod >= this.podCapacity) {
      const before = this.podCapacity;
      const capacity = nextCapacity(before);
      this.podNode = grown(this.podNode, capacity);
      this.podNode.fill(-1, before);
      this.podEpoch = grown(this.podEpoch, capacity);
      this.podClass = grown(this.podClass, capacity);
      this.podMarks = grown(this.podMarks, capacity);
      this.nextPod = grown(this.nextPod, capacity);
      this.previousPod = grown(this.previousPod, capacity);
      this.podCapacity = capacity;
    }
  }
}
