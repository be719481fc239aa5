// The table of nodes and of their leases. A node is a row; labels and taints are interned sets.
import type { Taint } from 'kubernetes-types/core/v1.js';
import { grown, nextCapacity } from './columns.ts';
import type { Labels } from './interner.ts';
import type { NodeRow } from './rows.ts';

/** Status of the condition Ready. */
export const NodeReady = { False: 0, True: 1, Unknown: 2 } as const;

/** Bits of what a node says that it is short of: conditions MemoryPressure and DiskPressure. */
export const NodePressure = { Memory: 1, Disk: 2 } as const;

/** Of status.images. */
export interface NodeImage {
  readonly names: readonly string[];
  readonly sizeBytes: number;
}

export interface NodeSpec {
  readonly name: string;
  readonly labels: Labels;
  /** Of its Node object, where it has any: those that it came with. */
  readonly annotations?: Labels;
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  /** status.capacity and status.allocatable: cpu in milli, the rest in base units. */
  readonly capacity: Readonly<Record<string, number>>;
  readonly allocatable: Readonly<Record<string, number>>;
  /** Cost per hour, for reports; 0 when unknown. */
  readonly hourlyCost: number;
}

const NOTHING: NodeSpec = {
  name: '',
  labels: {},
  taints: [],
  unschedulable: false,
  capacity: {},
  allocatable: {},
  hourlyCost: 0,
};

/** Committed state of nodes. A row belongs to a name for ever: a node that comes back under its name has its row again. */
export class NodeTable {
  capacity = 0;
  length = 0;
  alive = new Uint8Array(0);
  cpuMilli = new Float64Array(0);
  memoryBytes = new Float64Array(0);
  ephemeralBytes = new Float64Array(0);
  maxPods = new Int32Array(0);
  unschedulable = new Uint8Array(0);
  ready = new Uint8Array(0);
  /** Bits of `NodePressure`. */
  pressure = new Uint8Array(0);
  /** lastTransitionTime of the condition Ready. */
  readyAt = new Float64Array(0);
  /** Interned sets of labels, annotations and taints. */
  labels = new Int32Array(0);
  annotations = new Int32Array(0);
  taints = new Int32Array(0);
  /** Interned topology.kubernetes.io/zone (with the region before it), 0 for none. */
  zone = new Int32Array(0);
  /** Lease: spec.renewTime is renewPhaseUs + k·interval for as long as the kubelet lives (a quiet lease costs no event). */
  renewPhaseUs = new Float64Array(0);
  version = new Float64Array(0);
  createdAt = new Float64Array(0);
  /** How many nodes of the name there have been before this one: part of its UID. */
  incarnation = new Int32Array(0);
  /** What earlier nodes of the name cost: prices of an hour times µs. */
  pastCost = new Float64Array(0);
  /** Why its kubelet says that it is not Ready, of the few that say it. */
  readonly messages = new Map<NodeRow, string>();
  /** Numbers of `ClusterState.imageLists`, of those that report any that count. */
  readonly #images = new Map<NodeRow, number>();
  /** Name, allocatable as a map with extended resources, cost: what does not change. */
  readonly spec: NodeSpec[] = [];

  /** The row of a name that has none: no node yet, but pods may be bound to the name. */
  allocate(name: string): NodeRow {
    if (this.length === this.capacity) this.#grow();
    const row = this.length as NodeRow;
    this.length += 1;
    this.spec.push({ ...NOTHING, name });
    this.incarnation[row] = -1;
    return row;
  }

  /** A node comes, Ready. */
  add(row: NodeRow, spec: NodeSpec, nowUs: number): void {
    this.spec[row] = spec;
    this.incarnation[row] += 1;
    this.createdAt[row] = nowUs;
    this.readyAt[row] = nowUs;
    this.alive[row] = 1;
    this.cpuMilli[row] = spec.allocatable.cpu ?? 0;
    this.memoryBytes[row] = spec.allocatable.memory ?? 0;
    this.ephemeralBytes[row] = spec.allocatable['ephemeral-storage'] ?? 0;
    this.maxPods[row] = spec.allocatable.pods ?? 0;
    this.unschedulable[row] = spec.unschedulable ? 1 : 0;
    this.ready[row] = NodeReady.True;
    this.pressure[row] = 0;
    this.messages.delete(row);
    this.#images.delete(row);
  }

  /** status.images, as a number of `ClusterState.imageLists`. */
  imagesOf(row: NodeRow): number {
    return this.#images.get(row) ?? 0;
  }

  setImages(row: NodeRow, list: number): void {
    if (list === 0) this.#images.delete(row);
    else this.#images.set(row, list);
  }

  /** The node is gone. What its row says of it stays for those who have not heard. */
  remove(row: NodeRow, nowUs: number): void {
    this.alive[row] = 0;
    this.pastCost[row] += this.spec[row].hourlyCost * (nowUs - this.createdAt[row]);
  }

  #grow(): void {
    const capacity = nextCapacity(this.capacity);
    this.alive = grown(this.alive, capacity);
    this.cpuMilli = grown(this.cpuMilli, capacity);
    this.memoryBytes = grown(this.memoryBytes, capacity);
    this.ephemeralBytes = grown(this.ephemeralBytes, capacity);
    this.maxPods = grown(this.maxPods, capacity);
    this.unschedulable = grown(this.unschedulable, capacity);
    this.ready = grown(this.ready, capacity);
    this.pressure = grown(this.pressure, capacity);
    this.readyAt = grown(this.readyAt, capacity);
    this.labels = grown(this.labels, capacity);
    this.annotations = grown(this.annotations, capacity);
    this.taints = grown(this.taints, capacity);
    this.zone = grown(this.zone, capacity);
    this.renewPhaseUs = grown(this.renewPhaseUs, capacity);
    this.version = grown(this.version, capacity);
    this.createdAt = grown(this.createdAt, capacity);
    this.incarnation = grown(this.incarnation, capacity);
    this.pastCost = grown(this.pastCost, capacity);
    this.capacity = capacity;
  }
}
