// What one DaemonSet wants of all nodes, and how they stand, worked out again only for nodes about which something changed.
import { grown } from '../../model/columns.ts';
import type { NodeRow } from '../../model/rows.ts';
import { Fit } from './eligible-nodes.ts';
import { type DaemonPod, oldestFirst, planLostNode, planNode } from './node-plan.ts';
import { isServed, Standing, STANDINGS, standing, type Standings } from './rolling-update.ts';

/** How a node counts in the status, as bits; the last one is for the update. */
const Count = {
  Desired: 1,
  Current: 2,
  Misscheduled: 4,
  Ready: 8,
  Available: 16,
  Updated: 32,
  Served: 64,
} as const;
const COUNTS = Object.values(Count);
/** The standing of a node that has no say. */
const ABSENT = STANDINGS;

/** Where the facts come from. */
export interface NodeFacts {
  /** The set's pods of a node, those left out that have ended and are being deleted. */
  pods(node: NodeRow): DaemonPod[];
  /** The verdict on a node (`Fit`); undefined when there is no such node. */
  fit(node: NodeRow): number | undefined;
}

export class DaemonNodes implements Standings {
  /** Nodes that want a new pod. */
  readonly creating = new Set<NodeRow>();
  /** Pods to delete, and pods that have ended, by node. */
  readonly deleting = new Map<NodeRow, readonly DaemonPod[]>();
  readonly ended = new Map<NodeRow, readonly DaemonPod[]>();
  readonly #facts: NodeFacts;
  readonly #changed = new Set<NodeRow>();
  /** Nodes with a pod that is ready and not yet available: when it will be, and the earliest of these times. */
  readonly #waiting = new Map<NodeRow, number>();
  #nextUs = Infinity;
  readonly #totals = new Map<number, number>(COUNTS.map((bit) => [bit, 0]));
  readonly #byStanding = Array.from({ length: STANDINGS }, () => new Set<NodeRow>());
  /** Of the two standings that most nodes have and nobody goes through, only the counts. */
  readonly #counts = new Int32Array(STANDINGS + 1);
  /** By node. */
  #counted = new Uint8Array(0);
  #standing = new Uint8Array(0);
  #fit = new Uint8Array(0);
  #surges = false;
  #updateSurges = false;

  constructor(facts: NodeFacts) {
    this.#facts = facts;
  }

  /** Something about the node or its pods changed. */
  change(node: NodeRow): void {
    this.#changed.add(node);
  }

  /** The verdict on the node as it was last worked out, 0 for an unknown one. */
  knownFit(node: NodeRow): number {
    return node < this.#fit.length ? this.#fit[node] : 0;
  }

  /** The node is gone: if it comes back, it is another one. */
  lose(node: NodeRow): void {
    if (node < this.#fit.length) this.#fit[node] = 0;
    this.#changed.add(node);
  }

  /** Whether a node may have two pods, for the set as it is; every node is to be looked at again then. */
  begin(surges: boolean, nodes: Iterable<NodeRow>): void {
    this.#surges = surges;
    this.#updateSurges = surges;
    for (const node of nodes) this.#changed.add(node);
  }

  /** Whether the update surges: a share of no nodes may come to no surge where each node alone would have one. */
  beginUpdate(surges: boolean, nodes: () => Iterable<NodeRow>, nowUs: number): void {
    if (surges === this.#updateSurges) return;
    this.#updateSurges = surges;
    for (const node of nodes()) this.#changed.add(node);
    this.refresh(nowUs);
  }

  /** Takes note of everything that has changed by now. Pods become available by waiting. */
  refresh(nowUs: number): void {
    if (nowUs >= this.#nextUs) this.#endWaits(nowUs);
    for (const node of this.#changed) this.#look(node);
    this.#changed.clear();
  }

  get desired(): number {
    return this.#total(Count.Desired);
  }

  get current(): number {
    return this.#total(Count.Current);
  }

  get misscheduled(): number {
    return this.#total(Count.Misscheduled);
  }

  get ready(): number {
    return this.#total(Count.Ready);
  }

  get available(): number {
    return this.#total(Count.Available);
  }

  get updated(): number {
    return this.#total(Count.Updated);
  }

  get served(): number {
    return this.#total(Count.Served);
  }

  count(which: number): number {
    return this.#counts[which];
  }

  nodes(which: number): Iterable<NodeRow> {
    return this.#byStanding[which];
  }

  /** The old pod of a node that the update replaces. */
  oldPod(node: NodeRow): DaemonPod | undefined {
    return this.#facts.pods(node).find(({ isNew, deleting }) => !isNew && !deleting);
  }

  #total(bit: number): number {
    return this.#totals.get(bit) ?? 0;
  }

  #look(node: NodeRow): void {
    if (node >= this.#counted.length) this.#grow(node);
    const pods = this.#facts.pods(node);
    const fit = this.#facts.fit(node);
    this.#fit[node] = fit ?? 0;
    const { creates, deletes, ended } = fit === undefined ? planLostNode(pods) : planNode(pods, fit, this.#surges);
    if (creates) this.creating.add(node);
    else this.creating.delete(node);
    keep(this.deleting, node, deletes);
    keep(this.ended, node, ended);
    this.#wait(node, pods);
    this.#recount(node, pods, fit);
    const isMeant = ((fit ?? 0) & Fit.Run) !== 0;
    this.#restand(node, pods.length > 0 || isMeant ? standing(pods, fit, this.#updateSurges) : ABSENT);
  }

  #wait(node: NodeRow, pods: readonly DaemonPod[]): void {
    let due = Infinity;
    for (const { ready, available, availableAtUs } of pods) if (ready && !available) due = Math.min(due, availableAtUs);
    if (due === Infinity) {
      this.#waiting.delete(node);
      return;
    }
    this.#waiting.set(node, due);
    this.#nextUs = Math.min(this.#nextUs, due);
  }

  #endWaits(nowUs: number): void {
    this.#nextUs = Infinity;
    for (const [node, due] of this.#waiting) {
      if (due <= nowUs) this.#changed.add(node);
      else this.#nextUs = Math.min(this.#nextUs, due);
    }
  }

  #recount(node: NodeRow, pods: DaemonPod[], fit: number | undefined): void {
    const after = countOf(pods, fit);
    const before = this.#counted[node];
    if (after === before) return;
    for (const bit of COUNTS) {
      const change = (after & bit) - (before & bit);
      if (change !== 0) this.#totals.set(bit, this.#total(bit) + Math.sign(change));
    }
    this.#counted[node] = after;
  }

  #restand(node: NodeRow, after: number): void {
    const before = this.#standing[node];
    if (before === after) return;
    this.#counts[before] -= 1;
    this.#counts[after] += 1;
    if (isListed(before)) this.#byStanding[before].delete(node);
    if (isListed(after)) this.#byStanding[after].add(node);
    this.#standing[node] = after;
  }

  #grow(node: NodeRow): void {
    const before = this.#standing.length;
    const capacity = Math.max(64, 2 * node);
    this.#counted = grown(this.#counted, capacity);
    this.#fit = grown(this.#fit, capacity);
    this.#standing = grown(this.#standing, capacity).fill(ABSENT, before);
    this.#counts[ABSENT] += capacity - before;
  }
}

function isListed(which: number): boolean {
  return which !== Standing.Settled && which !== Standing.Underway && which !== ABSENT;
}

function keep(all: Map<NodeRow, readonly DaemonPod[]>, node: NodeRow, pods: readonly DaemonPod[]): void {
  if (pods.length > 0) all.set(node, pods);
  else all.delete(node);
}

/** The oldest pod of a node speaks for it. */
function countOf(pods: DaemonPod[], fit: number | undefined): number {
  const served = isServed(pods) ? Count.Served : 0;
  if (fit === undefined) return served;
  if ((fit & Fit.Run) === 0) return served | (pods.length > 0 ? Count.Misscheduled : 0);
  if (pods.length === 0) return served | Count.Desired;
  const oldest = pods.reduce((first, one) => (oldestFirst(one, first) < 0 ? one : first));
  return (
    served |
    Count.Desired |
    Count.Current |
    (oldest.ready ? Count.Ready : 0) |
    (oldest.ready && oldest.available ? Count.Available : 0) |
    (oldest.isNew ? Count.Updated : 0)
  );
}
