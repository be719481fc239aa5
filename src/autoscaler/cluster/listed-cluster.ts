// What the watches of nodes and pods have brought, listed: an entry that says the same as the last time is the same object.
import type { NodeView } from '../../api/node-view.ts';
import type { PodView } from '../../api/pod-view.ts';
import { NodeReady } from '../../model/nodes.ts';
import { isTerminal, PodBit, podPhaseNames } from '../../model/pods.ts';
import type { Registry } from '../../model/registry.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { ControllerReference, ListedNode, ListedPod } from './listed.ts';

/** `state` and `owner` are what the pod was listed with. */
interface KnownPod {
  readonly listed: ListedPod;
  readonly identity: number;
  readonly state: number;
}

const NOBODY: readonly ListedPod[] = [];

export class ListedCluster {
  readonly #registry: Registry;
  readonly #views: { readonly pods: PodView; readonly nodes: NodeView };
  /** metadata.deletionTimestamp of pods that are being deleted, µs. */
  readonly #deletions: ReadonlyMap<PodRow, number>;
  /** By row. */
  readonly #pods: (KnownPod | undefined)[] = [];
  readonly #nodes: (ListedNode | undefined)[] = [];
  /** Rows of pods of which the watch has brought something since the last list. */
  readonly #changed = new Set<PodRow>();
  /** By node: the pods that are bound to it. */
  readonly #bound = new Map<NodeRow, readonly ListedPod[]>();
  #unbound: readonly ListedPod[] = [];
  #nodeOrder: readonly ListedNode[] = [];

  constructor(registry: Registry, pods: PodView, nodes: NodeView, deletions: ReadonlyMap<PodRow, number>) {
    this.#registry = registry;
    this.#views = { pods, nodes };
    this.#deletions = deletions;
    for (let row = 0 as PodRow; row < pods.alive.length; row = (row + 1) as PodRow) this.#changed.add(row);
    pods.subscribe((row) => this.#changed.add(row));
  }

  /** By name. The same list while all nodes are the same. */
  nodes(): readonly ListedNode[] {
    const { alive } = this.#views.nodes;
    const { nodes } = this.#registry;
    let listed = 0;
    let isSame = true;
    for (let row = 0 as NodeRow; row < nodes.length; row = (row + 1) as NodeRow) {
      const before = this.#nodes.at(row);
      const now = alive[row] === 1 ? this.#node(row, before) : undefined;
      if (now !== undefined) listed += 1;
      if (now === before) continue;
      isSame = false;
      this.#nodes[row] = now;
    }
    if (!isSame || listed !== this.#nodeOrder.length) {
      this.#nodeOrder = this.#nodes.filter((node) => node !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
    }
    return this.#nodeOrder;
  }

  /** What the watch has brought shows in `podsOn` and `unbound`. */
  takePods(): void {
    const { alive, state } = this.#views.pods;
    const gone = new Set<ListedPod>();
    const come: ListedPod[] = [];
    while (this.#pods.length < alive.length) this.#pods.push(undefined);
    for (const row of this.#changed) {
      const before = this.#pods[row];
      const now = alive[row] === 1 && !isTerminal(state[row]) ? this.#pod(row, before) : undefined;
      if (now === before) continue;
      if (before !== undefined) gone.add(before.listed);
      if (now !== undefined) come.push(now.listed);
      this.#pods[row] = now;
    }
    this.#changed.clear();
    const comeTo = byNode(come.sort(byCreation));
    for (const node of new Set([...comeTo.keys(), ...byNode(gone).keys()])) {
      const before = node < 0 ? this.#unbound : this.podsOn(node);
      const now = merged(before, gone, comeTo.get(node) ?? []);
      if (node < 0) this.#unbound = now;
      else if (now.length > 0) this.#bound.set(node, now);
      else this.#bound.delete(node);
    }
  }

  /** Those that are bound to the node and have not ended, in the order of their creation. The same list while all of them are the same. */
  podsOn(node: NodeRow): readonly ListedPod[] {
    return this.#bound.get(node) ?? NOBODY;
  }

  /** Those without a node, in the order of their creation. */
  get unbound(): readonly ListedPod[] {
    return this.#unbound;
  }

  #node(row: NodeRow, before: ListedNode | undefined): ListedNode {
    const { ready, readyAt, unschedulable, taints, labels, annotations } = this.#views.nodes;
    const { nodes, classes, taintSets } = this.#registry;
    const { name, capacity, allocatable } = nodes.spec[row];
    if (
      before !== undefined &&
      before.name === name &&
      before.labels === classes.labelSets.get(labels[row]) &&
      before.taints === taintSets.get(taints[row]) &&
      before.unschedulable === (unschedulable[row] === 1) &&
      before.annotations === classes.labelSets.get(annotations[row]) &&
      before.capacity === capacity &&
      before.allocatable === allocatable &&
      before.ready === (ready[row] === NodeReady.True) &&
      before.readySinceUs === readyAt[row] &&
      before.createdUs === nodes.createdAt[row]
    ) {
      return before;
    }
    return {
      row,
      name,
      labels: classes.labelSets.get(labels[row]),
      taints: taintSets.get(taints[row]),
      unschedulable: unschedulable[row] === 1,
      annotations: classes.labelSets.get(annotations[row]),
      capacity,
      allocatable,
      ready: ready[row] === NodeReady.True,
      readySinceUs: readyAt[row],
      createdUs: nodes.createdAt[row],
    };
  }

  #pod(row: PodRow, before: KnownPod | undefined): KnownPod {
    const { state, epoch, node, owner } = this.#views.pods;
    const { pods, objects } = this.#registry;
    const by = owner[row];
    const identity = pods.identity[row];
    const podClass = this.#registry.classes.get(this.#views.pods.podClass[row]);
    const deletionUs = this.#deletions.get(row);
    if (before !== undefined && before.identity === identity && before.state === state[row]) {
      const { listed } = before;
      const isSame =
        listed.epoch === epoch[row] &&
        listed.node === node[row] &&
        listed.owner === by &&
        listed.podClass === podClass &&
        listed.deletionUs === deletionUs &&
        listed.createdUs === pods.createdAt[row] &&
        isSameController(listed.controller, by < 0 ? undefined : objects.kind[by], objects.name[by]);
      if (isSame) return before;
    }
    const listed: ListedPod = {
      row,
      epoch: epoch[row],
      successor: false,
      podClass,
      name: this.#registry.podName(row),
      owner: by,
      controller: by < 0 ? undefined : { kind: objects.kind[by], name: objects.name[by] },
      createdUs: pods.createdAt[row],
      phase: podPhaseNames[state[row] & PodBit.PhaseMask],
      deletionUs,
      node: node[row],
    };
    return { listed, identity, state: state[row] };
  }
}

function isSameController(before: ControllerReference | undefined, kind: string | undefined, name: string): boolean {
  return before === undefined ? kind === undefined : before.kind === kind && before.name === name;
}

/** Pods without a node are at -1. */
function byNode(pods: Iterable<ListedPod>): Map<NodeRow, ListedPod[]> {
  const found = new Map<NodeRow, ListedPod[]>();
  for (const pod of pods) {
    const list = found.get(pod.node);
    if (list === undefined) found.set(pod.node, [pod]);
    else list.push(pod);
  }
  return found;
}

/** Rows break ties. */
function byCreation(one: ListedPod, other: ListedPod): number {
  return one.createdUs - other.createdUs || one.row - other.row;
}

/** Both are in that order. */
function merged(before: readonly ListedPod[], gone: ReadonlySet<ListedPod>, come: readonly ListedPod[]): ListedPod[] {
  const all: ListedPod[] = [];
  let next = 0;
  for (const pod of before) {
    if (gone.has(pod)) continue;
    while (next < come.length && byCreation(come[next], pod) < 0) all.push(come[next++]);
    all.push(pod);
  }
  while (next < come.length) all.push(come[next++]);
  return all;
}
