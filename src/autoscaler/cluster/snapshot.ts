// The autoscaler's picture of the cluster in a loop: nodes with their pods, what would fit where, and attempts that are taken back.
import { assert } from '../../lib/assert.ts';
import type { ClusterSnapshot, SnapshotNode, SnapshotPod } from '../../model/ports/cluster-snapshot.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { ListedPod } from './listed.ts';

interface Entry {
  readonly node: SnapshotNode;
  pods: readonly ListedPod[];
}

type Undo = () => void;

export class Snapshot {
  readonly #filters: ClusterSnapshot;
  #nodes: readonly NodeRow[] = [];
  readonly #entries = new Map<NodeRow, Entry>();
  /** The rows of the pods in it. */
  readonly #rows = new Map<ListedPod, PodRow>();
  readonly #forks: Undo[][] = [];
  /** What was done since the cluster's nodes and pods were put into it, outside of attempts; undefined before that. */
  #since: Undo[] | undefined;
  /** Position of the node that was found last. The next search begins behind it; the first one behind the first node. */
  #found = 0;

  constructor(filters: ClusterSnapshot) {
    this.#filters = filters;
  }

  get nodes(): readonly NodeRow[] {
    return this.#nodes;
  }

  /** Why the pod of the last `fits` or `place` does not fit. */
  get reasons(): readonly string[] {
    return this.#filters.reasons;
  }

  clear(): void {
    assert(this.#forks.length === 0, 'a snapshot was cleared within an attempt');
    this.#filters.clear();
    this.#nodes = [];
    this.#entries.clear();
    this.#rows.clear();
    this.#since = undefined;
  }

  /**
   * The cluster as it is: these nodes, each with its pods in their order, and nothing else. What is as it was the last time stays, and a list that is the same
   * object is not looked at.
   */
  fill(nodes: readonly SnapshotNode[], podsOn: (node: NodeRow) => readonly ListedPod[]): void {
    assert(this.#forks.length === 0, 'a snapshot was filled within an attempt');
    const undo = this.#since ?? [];
    this.#since = undefined;
    for (const step of undo.reverse()) step();
    this.#filters.restart();
    const rows = nodes.map(({ row }) => row);
    const present = new Set(rows);
    for (const row of this.#nodes) if (!present.has(row)) this.#drop(row);
    // First those go that have gone: a row may have moved to another node.
    const changed: SnapshotNode[] = [];
    for (const node of nodes) {
      const entry = this.#entries.get(node.row);
      const list = podsOn(node.row);
      if (entry !== undefined && entry.node === node && isSame(entry.pods, list)) continue;
      changed.push(node);
      if (entry === undefined) continue;
      const left = new Set(list);
      for (const pod of entry.pods) if (!left.has(pod)) this.#take(pod);
    }
    for (const node of changed) this.#renew(node, podsOn(node.row));
    this.#nodes = rows;
    this.#since = [];
  }

  #renew(node: SnapshotNode, list: readonly ListedPod[]): void {
    const { row } = node;
    let entry = this.#entries.get(row);
    if (entry !== undefined && entry.node !== node) {
      this.#drop(row);
      entry = undefined;
    }
    if (entry === undefined) {
      this.#filters.addNode(node);
      this.#entries.set(row, (entry = { node, pods: [] }));
    }
    for (const pod of list) if (!this.#rows.has(pod)) this.#rows.set(pod, this.#filters.addPod(asked(pod), row));
    entry.pods = list;
  }

  /** A node of the cluster is gone, with what is left of its pods. */
  #drop(row: NodeRow): void {
    for (const pod of this.podsOn(row)) if (this.#rows.has(pod)) this.#take(pod);
    this.#filters.removeNode(row);
    this.#entries.delete(row);
  }

  has(node: NodeRow): boolean {
    return this.#entries.has(node);
  }

  node(node: NodeRow): SnapshotNode {
    return this.#entry(node).node;
  }

  podsOn(node: NodeRow): readonly ListedPod[] {
    return this.#entry(node).pods;
  }

  /** Adds a node with the pods that are on it whatever the filters say. */
  addNode(node: SnapshotNode, pods: readonly ListedPod[] = []): NodeRow {
    const row = this.#filters.addNode(node);
    const before = this.#nodes;
    this.#entries.set(row, { node, pods: [] });
    this.#nodes = [...before, row];
    this.#undo(() => {
      this.#filters.removeNode(row);
      this.#entries.delete(row);
      this.#nodes = before;
    });
    for (const pod of pods) this.addPod(pod, row);
    return row;
  }

  removeNode(row: NodeRow): void {
    for (const pod of this.podsOn(row)) this.removePod(pod, row);
    const entry = this.#entry(row);
    const before = this.#nodes;
    this.#filters.removeNode(row);
    this.#entries.delete(row);
    this.#nodes = before.filter((one) => one !== row);
    this.#undo(() => {
      const again = this.#filters.addNode({ ...entry.node, row });
      assert(again === row, 'a node came back into a snapshot under another row');
      this.#entries.set(row, entry);
      this.#nodes = before;
    });
  }

  addPod(pod: ListedPod, node: NodeRow): void {
    const entry = this.#entry(node);
    const before = entry.pods;
    entry.pods = [...before, pod];
    this.#rows.set(pod, this.#filters.addPod(asked(pod), node));
    this.#undo(() => {
      this.#take(pod);
      entry.pods = before;
    });
  }

  /** The last pod of the node takes the place of the one that goes, as in the scheduler's list. */
  removePod(pod: ListedPod, node: NodeRow): void {
    const entry = this.#entry(node);
    const before = entry.pods;
    const after = [...before];
    const last = after.pop();
    const at = before.indexOf(pod);
    assert(at >= 0 && last !== undefined, () => `pod ${pod.name} is not on that node of the snapshot`);
    if (at < after.length) after[at] = last;
    this.#take(pod);
    entry.pods = after;
    this.#undo(() => {
      this.#rows.set(pod, this.#filters.addPod(asked(pod), node));
      entry.pods = before;
    });
  }

  fits(pod: ListedPod, node: NodeRow): boolean {
    return this.#filters.fits(asked(pod), node);
  }

  /** Puts the pod on the node if it fits. */
  place(pod: ListedPod, node: NodeRow): boolean {
    if (!this.fits(pod, node)) return false;
    this.addPod(pod, node);
    return true;
  }

  /** Puts the pod on the first node that fits, behind the one that was found last; -1 where none does. */
  placeAnywhere(pod: ListedPod, accepts: (node: NodeRow) => boolean): NodeRow {
    const nodes = this.#nodes;
    const at = this.#filters.findFit(asked(pod), nodes, this.#found + 1, accepts);
    const node = nodes[at];
    if (node === undefined) return -1;
    this.#found = at;
    this.addPod(pod, node);
    return node;
  }

  /** What is done from now on can be taken back. */
  fork(): void {
    this.#forks.push([]);
  }

  revert(): void {
    const undo = this.#forks.pop();
    assert(undo !== undefined, 'nothing was attempted that could be taken back');
    for (const step of undo.reverse()) step();
  }

  commit(): void {
    const undo = this.#forks.pop();
    assert(undo !== undefined, 'nothing was attempted that could be kept');
    (this.#forks.at(-1) ?? this.#since)?.push(...undo);
  }

  #take(pod: ListedPod): void {
    const row = this.#rows.get(pod);
    assert(row !== undefined, () => `pod ${pod.name} is not in the snapshot`);
    this.#filters.removePod(row);
    this.#rows.delete(pod);
  }

  #undo(step: Undo): void {
    (this.#forks.at(-1) ?? this.#since)?.push(step);
  }

  #entry(node: NodeRow): Entry {
    const entry = this.#entries.get(node);
    assert(entry !== undefined, () => `node ${node} is not in the snapshot`);
    return entry;
  }
}

function isSame(one: readonly ListedPod[], other: readonly ListedPod[]): boolean {
  return one === other || (one.length === other.length && one.every((pod, i) => pod === other[i]));
}

function asked({ row, epoch, podClass, owner, deletionUs, successor }: ListedPod): SnapshotPod {
  return { row, epoch, podClass: podClass.id, owner, terminating: deletionUs !== undefined, successor };
}
