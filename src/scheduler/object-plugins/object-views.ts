// Nodes and pods as Kubernetes objects, for plugins that would rather read objects than columns.
import type { PodSpec, Taint } from 'kubernetes-types/core/v1.js';
import type { Labels } from '../../model/interner.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { pinnedSpec } from '../../model/pinned-spec.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { SchedulerCache } from '../cache/cache.ts';
import { show } from '../../lib/show.ts';
import type { Handle } from '../framework/interface.ts';
import { kindProblem } from './watched-kinds.ts';
import { frozen } from '../../lib/freeze.ts';
import type { PodInfo } from '../framework/pod-info.ts';
import type { ClassRow, IdentityRow, NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';

/** Amounts by resource: cpu in cores, memory in bytes, the rest in bytes or whole units. */
export type Amounts = Readonly<Record<string, number>>;

/** A pod. It stays what it was while a plugin keeps it. */
export class SeenPod {
  /** Its number while it lives. */
  readonly row: PodRow;
  readonly epoch: number;
  readonly #class: PodClass;
  readonly #identity: IdentityRow;
  readonly #owner: ObjectRow;
  readonly #pinned: NodeRow;
  readonly #cache: SchedulerCache;
  #name: string | undefined;
  #requests: Amounts | undefined;

  constructor(handle: Handle, row: PodRow, podClass: ClassRow) {
    const { cache } = handle;
    const { pods, classes } = cache.state;
    this.row = row;
    this.epoch = pods.epoch[row];
    this.#class = classes.get(podClass);
    this.#identity = pods.identity[row];
    this.#owner = handle.pods().owner[row];
    this.#pinned = pods.pinned[row];
    this.#cache = cache;
    Object.freeze(this);
  }

  get name(): string {
    const { state } = this.#cache;
    this.#name ??= state.identities.name(this.#identity);
    return this.#name;
  }

  get namespace(): string {
    return this.#class.namespace;
  }

  get labels(): Labels {
    return frozen(this.#class.labels);
  }

  get annotations(): Labels {
    return frozen(this.#class.annotations);
  }

  /** `spec` of the v1 object, with its defaults. */
  get spec(): PodSpec {
    const { spec } = this.#class;
    return frozen(this.#pinned < 0 ? spec : pinnedSpec(spec, this.#cache.state.nodeName(this.#pinned)));
  }

  get priority(): number {
    return this.#class.priority;
  }

  /** What it requests in all, as the scheduler counts it. */
  get requests(): Amounts {
    const { cpuMilli, memoryBytes, ephemeralBytes, extended } = this.#class.shape;
    this.#requests ??= {
      cpu: cpuMilli / 1000,
      memory: memoryBytes,
      'ephemeral-storage': ephemeralBytes,
      ...extended,
    };
    return this.#requests;
  }

  /** The controlling object, such as its ReplicaSet. */
  get owner(): { readonly kind: string; readonly name: string } | undefined {
    const { objects } = this.#cache.state;
    if (this.#owner < 0) return undefined;
    return { kind: objects.kind[this.#owner], name: objects.name[this.#owner] };
  }
}

/** A node as the scheduler sees it now, pods assumed there included. There is one object a node. */
export class SeenNode {
  /** Its number. */
  readonly row: NodeRow;
  readonly name: string;
  /** Currency units an hour, as its pool says; 0 when unknown. */
  readonly hourlyCost: number;
  readonly #handle: Handle;

  constructor(handle: Handle, row: NodeRow) {
    this.row = row;
    this.name = handle.nodeName(row);
    this.hourlyCost = handle.cache.state.nodes.spec[row].hourlyCost;
    this.#handle = handle;
    Object.freeze(this);
  }

  get labels(): Labels {
    return frozen(this.#handle.labelSets.get(this.#handle.cache.labels[this.row]));
  }

  get taints(): readonly Taint[] {
    return frozen(this.#handle.taintSets.get(this.#handle.cache.taints[this.row]));
  }

  get unschedulable(): boolean {
    return this.#handle.cache.unschedulable[this.row] === 1;
  }

  get allocatable(): Amounts {
    const { cache } = this.#handle;
    const { cpu = 0, ...others } = cache.allocatableSets.get(cache.allocatable[this.row]);
    return { cpu: cpu / 1000, ...others };
  }

  /** What the pods on it request in all. */
  get requested(): Amounts {
    const { cache } = this.#handle;
    const { row } = this;
    return {
      cpu: cache.usedCpuMilli[row] / 1000,
      memory: cache.usedMemoryBytes[row],
      'ephemeral-storage': cache.usedEphemeralBytes[row],
      pods: cache.podCount[row],
      ...Object.fromEntries(cache.extended.map(({ name, used }) => [name, used[row]])),
    };
  }

  /** Allocatable less requested. */
  free(resource: string): number {
    return (this.allocatable[resource] ?? 0) - (this.requested[resource] ?? 0);
  }

  /** The pods on it, in the order in which they came. */
  get pods(): readonly SeenPod[] {
    const { cache } = this.#handle;
    const pods: SeenPod[] = [];
    for (let pod = cache.firstPod[this.row]; pod >= 0; pod = cache.nextPod[pod])
      pods.push(new SeenPod(this.#handle, pod, cache.podClass[pod]));
    return pods.reverse();
  }
}

/** What a plugin over objects may use: the cluster as the scheduler sees it. */
export class SeenCluster {
  readonly #handle: Handle;
  readonly #nodes: SeenNode[] = [];

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  /** Simulated time since the start, in seconds. */
  get nowSeconds(): number {
    return this.#handle.nowUs() / 1e6;
  }

  /** All nodes, in the order in which the scheduler looks at them. */
  get nodes(): readonly SeenNode[] {
    return [...this.#handle.cache.order.list].map((row) => this.nodeAt(row));
  }

  node(name: string): SeenNode | undefined {
    return this.nodes.find((node) => node.name === name);
  }

  /** The only source of chance that is the same in every run with the seed: `random.int(6)`, `random.uniform()`. */
  get random(): Handle['random'] {
    return this.#handle.random;
  }

  /** The objects of a kind, as the scheduler's watch knows them. Ask for it in `create`: the watch begins there. */
  objects(kind: string): () => readonly KubeObject[] {
    const problem = kindProblem(kind);
    if (problem !== undefined) throw new TypeError(`cluster.objects(${show(kind)}): ${problem}`);
    const source = this.#handle.objects(kind);
    return () => [...source.entries()].map(([, object]) => frozen(object));
  }

  /** Ends a pod's wait at Permit: it is bound. */
  allow(pod: SeenPod): void {
    if (this.#lives(pod)) this.#handle.allow(pod.row);
  }

  /** Ends a pod's wait at Permit: the plugin rejects it. */
  reject(pod: SeenPod, plugin: string, reason: string): void {
    if (this.#lives(pod)) this.#handle.reject(pod.row, plugin, reason);
  }

  nodeAt(row: NodeRow): SeenNode {
    const known = this.#nodes[row];
    if (known !== undefined) return known;
    const made = new SeenNode(this.#handle, row);
    this.#nodes[row] = made;
    return made;
  }

  podOf(pod: PodInfo): SeenPod {
    return this.podAt(pod.row, pod.podClass.id);
  }

  podAt(row: PodRow, podClass: ClassRow): SeenPod {
    return new SeenPod(this.#handle, row, podClass);
  }

  #lives({ row, epoch }: SeenPod): boolean {
    return this.#handle.cache.state.pods.epoch[row] === epoch;
  }
}
