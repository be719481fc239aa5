// The table of nodes and of their leases. A node is a row; labels and taints are interned sets.
import type { Taint } from 'kubernetes-types/core/v1.js';
import { grown, nextCapacity } from './columns.ts';
import type { Labels } from './interner.ts';

/** Status of the condition Ready. */
export const NodeReady = { False: 0, True: 1, Unknown: 2 } as const;

export interface NodeSpec {
  readonly name: string;
  readonly labels: Labels;
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  /** status.capacity and status.allocatable: cpu in milli, the rest in base units. */
  readonly capacity: Readonly<Record<string, number>>;
  readonly allocatable: Readonly<Record<string, number>>;
  /** Price of an hour, for reports; 0 when unknown. */
  readonly hourlyCost: number;
}

/** Committed state of nodes. Rows are never reused. */
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
  /** lastTransitionTime of the condition Ready. */
  readyAt = new Float64Array(0);
  /** Interned label and taint sets. */
  labels = new Int32Array(0);
  taints = new Int32Array(0);
  /** Interned topology.kubernetes.io/zone (with the region before it), 0 for none. */
  zone = new Int32Array(0);
  /** Lease: spec.renewTime is renewPhaseUs + k·interval for as long as the kubelet lives (a quiet lease costs no event). */
  renewPhaseUs = new Float64Array(0);
  version = new Float64Array(0);
  createdAt = new Float64Array(0);
  /** Name, allocatable as a map with extended resources, cost: what does not change. */
  readonly spec: NodeSpec[] = [];

  allocate(spec: NodeSpec): number {
    if (this.length === this.capacity) this.#grow();
    const row = this.length;
    this.length += 1;
    this.spec.push(spec);
    this.alive[row] = 1;
    this.cpuMilli[row] = spec.allocatable.cpu ?? 0;
    this.memoryBytes[row] = spec.allocatable.memory ?? 0;
    this.ephemeralBytes[row] = spec.allocatable['ephemeral-storage'] ?? 0;
    this.maxPods[row] = spec.allocatable.pods ?? 0;
    this.unschedulable[row] = spec.unschedulable ? 1 : 0;
    this.ready[row] = NodeReady.True;
    return row;
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
    this.readyAt = grown(this.readyAt, capacity);
    this.labels = grown(this.labels, capacity);
    this.taints = grown(this.taints, capacity);
    this.zone = grown(this.zone, capacity);
    this.renewPhaseUs = grown(this.renewPhaseUs, capacity);
    this.version = grown(this.version, capacity);
    this.createdAt = grown(this.createdAt, capacity);
    this.capacity = capacity;
  }
}
