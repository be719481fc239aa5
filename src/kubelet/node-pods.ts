// Hot dialect: which pods each node's kubelet has, and how much of the node it has admitted.
import { grown } from '../model/columns.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { ClusterState } from '../model/state.ts';
import { type ClassRow, type NodeRow, type PodRow, rowColumn } from '../model/rows.ts';
import { KnownClasses } from './known-classes.ts';

/** Doubly linked lists of pod rows by node, and the sums of what was admitted. */
export class NodePods {
  #head = rowColumn<PodRow>();
  #next = rowColumn<PodRow>();
  #previous = rowColumn<PodRow>();
  #admitted = new Uint8Array(0);
  /** By node: admitted pods and their requests. */
  pods = new Int32Array(0);
  cpuMilli = new Float64Array(0);
  memoryBytes = new Float64Array(0);
  ephemeralBytes = new Float64Array(0);
  /** What its pods are, as each kubelet has it. */
  readonly classes: KnownClasses;
  readonly #extended = new Map<string, Float64Array>();
  readonly #state: ClusterState;
  /** Hears of each pod that is admitted (1), and of those whose containers have ended (-1). */
  counted: ((pod: PodRow, node: NodeRow, sign: 1 | -1) => void) | undefined;

  constructor(state: ClusterState) {
    this.#state = state;
    this.classes = new KnownClasses(state);
  }

  /** First pod bound to the node, -1 for none; go on with `next`. */
  first(node: NodeRow): PodRow {
    return node < this.#head.length ? this.#head[node] : -1;
  }

  next(pod: PodRow): PodRow {
    return this.#next[pod];
  }

  /** The pod was bound to the node. */
  add(pod: PodRow, node: NodeRow): void {
    this.#ensure(pod, node);
    const head = this.#head[node];
    this.#next[pod] = head;
    this.#previous[pod] = -1;
    if (head >= 0) this.#previous[head] = pod;
    this.#head[node] = pod;
    this.#admitted[pod] = 0;
    this.classes.bound(pod);
  }

  /** The pod is gone from the API server. */
  remove(pod: PodRow, node: NodeRow): void {
    this.withdraw(pod, node);
    const next = this.#next[pod];
    const previous = this.#previous[pod];
    if (next >= 0) this.#previous[next] = previous;
    if (previous >= 0) this.#next[previous] = next;
    else this.#head[node] = next;
  }

  isAdmitted(pod: PodRow): boolean {
    return this.#admitted[pod] === 1;
  }

  /** The kubelet has admitted the pod: it takes its part of the node. */
  count(pod: PodRow, node: NodeRow): void {
    this.#count(pod, node, this.classes.of(pod), 1);
  }

  /** The kubelet has heard that the pod is of another class. */
  reclass(pod: PodRow, node: NodeRow, podClass: ClassRow): void {
    const counted = this.#admitted[pod] === 1;
    if (counted) this.withdraw(pod, node);
    this.classes.hear(pod, podClass);
    if (counted) this.count(pod, node);
  }

  /** What admitted pods have of a device or another extended resource. */
  extendedUsed(name: string, node: NodeRow): number {
    return this.#extendedColumn(name)[node];
  }

  /** The pod's containers are gone: its resources are free. */
  withdraw(pod: PodRow, node: NodeRow): void {
    if (this.#admitted[pod] === 1) this.#count(pod, node, this.classes.of(pod), -1);
  }

  #count(pod: PodRow, node: NodeRow, { shape }: PodClass, sign: 1 | -1): void {
    this.#admitted[pod] = sign === 1 ? 1 : 0;
    if (this.counted !== undefined) this.counted(pod, node, sign);
    this.pods[node] += sign;
    this.cpuMilli[node] += sign * shape.cpuMilli;
    this.memoryBytes[node] += sign * shape.memoryBytes;
    this.ephemeralBytes[node] += sign * shape.ephemeralBytes;
    for (const name in shape.extended) this.#extendedColumn(name)[node] += sign * shape.extended[name];
  }

  #extendedColumn(name: string): Float64Array {
    let column = this.#extended.get(name);
    if (column === undefined || column.length < this.#head.length) {
      const wider = new Float64Array(this.#head.length);
      if (column !== undefined) wider.set(column);
      column = wider;
      this.#extended.set(name, column);
    }
    return column;
  }

  #ensure(pod: PodRow, node: NodeRow): void {
    const nodes = this.#state.nodes.capacity;
    if (node >= this.#head.length) {
      const before = this.#head.length;
      this.#head = grown(this.#head, nodes).fill(-1, before);
      this.pods = grown(this.pods, nodes);
      this.cpuMilli = grown(this.cpuMilli, nodes);
      this.memoryBytes = grown(this.memoryBytes, nodes);
      this.ephemeralBytes = grown(this.ephemeralBytes, nodes);
    }
    const pods = this.#state.pods.capacity;
    if (pod >= this.#next.length) {
      this.#next = grown(this.#next, pods);
      this.#previous = grown(this.#previous, pods);
      this.#admitted = grown(this.#admitted, pods);
    }
  }
}
