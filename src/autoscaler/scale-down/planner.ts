// Which nodes are not needed and for how long, by removing one after another in the snapshot; which of them may go now, and why the others may not.
import type { CloudProvider, NodeGroup } from '../../model/ports/cloud.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { ListedNode, ListedPod, Listing } from '../cluster/listed.ts';
import { isBeingDeleted } from '../cluster/taints.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { DrainContext } from '../drain/drainability.ts';
import { hasNobodyToMove, podsToMove } from '../drain/pods-to-move.ts';
import { RemainingBudgets } from '../drain/remaining-budgets.ts';
import type { AutoscalerOptions } from '../options.ts';
import { wholeCores } from '../scale-up/quota.ts';
import type { DeletionTracker } from './deletion-tracker.ts';
import { eligibility, hasScaleDownDisabled } from './eligibility.ts';
import { HintingSimulator } from './hinting.ts';
import { type Unremovable, UnremovableNodes } from './unremovable.ts';
import type { Utilization } from './utilization.ts';

/** A node that is not needed. */
export interface UnneededNode {
  readonly node: ListedNode;
  readonly group: string;
  readonly sinceUs: number;
  readonly podsToMove: readonly ListedPod[];
  /** Its pods cannot all go at the same time. */
  readonly isRisky: boolean;
}

export interface PlannerInput {
  readonly listing: Listing;
  /** Nodes that may be removed, and nodes that may take pods. */
  readonly nodes: readonly ListedNode[];
  readonly deletions: DeletionTracker;
  readonly nowUs: number;
}

export class Planner {
  readonly unremovable = new UnremovableNodes();
  readonly utilization = new Map<string, Utilization>();
  #unneeded = new Map<string, UnneededNode>();
  readonly #snapshot: Snapshot;
  readonly #provider: CloudProvider;
  readonly #options: AutoscalerOptions;
  readonly #hints = new HintingSimulator();
  /** The shortest time between two looks. */
  #intervalUs: number;
  #lastUs = Number.NEGATIVE_INFINITY;

  constructor(snapshot: Snapshot, provider: CloudProvider, options: AutoscalerOptions) {
    this.#snapshot = snapshot;
    this.#provider = provider;
    this.#options = options;
    this.#intervalUs = Math.max(options.scaleDownUnneededTimeUs, 1);
  }

  get unneeded(): ReadonlyMap<string, UnneededNode> {
    return this.#unneeded;
  }

  forgetUnneeded(): void {
    this.#unneeded = new Map();
  }

  /** Groups that have more than their least number of nodes lose some; nodes that were not needed before are looked at first, empty ones before. */
  candidates({ nodes, listing, nowUs }: Omit<PlannerInput, 'deletions'>): readonly ListedNode[] {
    const context = this.#drainContext(listing, new RemainingBudgets([]), nowUs);
    const isEmpty = (node: ListedNode): boolean => {
      const pods = this.#snapshot.has(node.row) ? this.#snapshot.podsOn(node.row) : [];
      return hasNobodyToMove(pods, context);
    };
    return nodes
      .filter(({ name }) => {
        const group = this.#provider.groupOf(name);
        return group !== undefined && group.target > group.min;
      })
      .map((node) => ({ node, rank: (isEmpty(node) ? 0 : 2) + (this.#unneeded.has(node.name) ? 0 : 1) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ node }) => node);
  }

  /** Looks at the candidates in their order. */
  update({ listing, nodes, deletions, nowUs }: PlannerInput, candidates: readonly ListedNode[]): void {
    this.#intervalUs = Math.min(this.#intervalUs, nowUs - this.#lastUs);
    this.#lastUs = nowUs;
    const budgets = new RemainingBudgets(listing.budgets);
    const context = this.#drainContext(listing, budgets, nowUs);
    const destinations = new Set(nodes.filter(({ name }) => !deletions.has(name)).map(({ row }) => row));
    const present = new Set(this.#snapshot.nodes.map((row) => this.#snapshot.node(row).name));
    this.unremovable.begin((name) => present.has(name), nowUs);
    this.utilization.clear();
    this.#snapshot.fork();
    const eligible = candidates
      .filter(({ name }) => !deletions.has(name))
      .filter((node) => this.#isEligible(node, nowUs));
    const limit = this.#limit();
    const found = new Map<string, UnneededNode>();
    for (const node of eligible) {
      if (found.size >= limit) break;
      const outcome = this.#simulate(node, destinations, context);
      if ('reason' in outcome) {
        this.unremovable.addUntil(node.name, outcome, nowUs + this.#options.unremovableNodeRecheckTimeoutUs);
        continue;
      }
      const isRisky = !budgets.allowsAtOnce(outcome.move);
      destinations.delete(node.row);
      budgets.remove(outcome.move);
      const sinceUs = this.#unneeded.get(node.name)?.sinceUs ?? nowUs;
      const group = this.#provider.groupOf(node.name)?.id ?? '';
      found.set(node.name, { node, group, sinceUs, podsToMove: outcome.move, isRisky });
    }
    this.#snapshot.revert();
    this.#unneeded = found;
    this.#hints.dropOldHints();
  }

  /** Nodes that may be deleted now, those without pods to move apart. */
  nodesToDelete(
    nodes: readonly ListedNode[],
    deletions: DeletionTracker,
    nowUs: number,
  ): { readonly empty: readonly UnneededNode[]; readonly drain: readonly UnneededNode[] } {
    const sizes = new Map(this.#provider.groups.map(({ id, target }) => [id, target]));
    const left = this.#resourcesAboveMinimum(nodes, nowUs);
    const removable = (some: readonly UnneededNode[]): UnneededNode[] =>
      some.filter((one) => {
        const reason = this.#whyNotNow(one, sizes, left, deletions, nowUs);
        if (reason === undefined) return true;
        this.unremovable.add(one.node.name, { reason });
        return false;
      });
    const all = [...this.#unneeded.values()];
    const empty = removable(all.filter(({ podsToMove: pods }) => pods.length === 0));
    const drain = removable(all.filter(({ podsToMove: pods }) => pods.length > 0));
    return { empty, drain: drain.sort((a, b) => Number(a.isRisky) - Number(b.isRisky)) };
  }

  #isEligible(node: ListedNode, nowUs: number): boolean {
    const { name, row } = node;
    if (this.unremovable.isRecent(name)) {
      this.unremovable.add(name, { reason: 'RecentlyUnremovable' });
      return false;
    }
    const autoscaled = this.#provider.groupOf(name) !== undefined;
    const { reason, utilization } = eligibility(node, this.#snapshot.podsOn(row), autoscaled, this.#options, nowUs);
    if (utilization !== undefined) this.utilization.set(name, utilization);
    if (reason !== undefined) this.unremovable.add(name, { reason });
    return reason === undefined;
  }

  /** Moves the node's pods elsewhere: if all of them find a place the snapshot keeps them there. */
  #simulate(
    node: ListedNode,
    destinations: ReadonlySet<NodeRow>,
    context: DrainContext,
  ): { readonly move: readonly ListedPod[] } | Unremovable {
    const snapshot = this.#snapshot;
    const result = podsToMove(snapshot.podsOn(node.row), context);
    if ('reason' in result) return { reason: 'BlockedByPod', blocking: result };
    snapshot.fork();
    for (const pod of result.move) snapshot.removePod(pod, node.row);
    const accepts = (row: NodeRow): boolean => row !== node.row && destinations.has(row);
    const placed = this.#hints.place(snapshot, result.move, accepts, true);
    if (placed.size < result.move.length) {
      snapshot.revert();
      return { reason: 'NoPlaceToMovePods' };
    }
    snapshot.commit();
    return { move: result.move };
  }

  /** After so many it is not worth looking for more: they could not go sooner. */
  #limit(): number {
    const { maxScaleDownParallelism, scaleDownUnneededTimeUs } = this.#options;
    const waiting = this.#unneeded.size + 2 * maxScaleDownParallelism;
    const loops = Math.floor(Math.max(scaleDownUnneededTimeUs, this.#intervalUs) / this.#intervalUs);
    return Math.min(waiting, maxScaleDownParallelism * loops + maxScaleDownParallelism);
  }

  #whyNotNow(
    { node, sinceUs, group: id }: UnneededNode,
    sizes: Map<string, number>,
    left: { cores: number; memoryBytes: number },
    deletions: DeletionTracker,
    nowUs: number,
  ): Unremovable['reason'] | undefined {
    const { scaleDownUnneededTimeUs, scaleDownUnreadyTimeUs } = this.#options;
    if (hasScaleDownDisabled(node)) return 'ScaleDownDisabledAnnotation';
    const group: NodeGroup | undefined = this.#provider.groupOf(node.name);
    if (group === undefined) return 'NotAutoscaled';
    if (node.ready && sinceUs + scaleDownUnneededTimeUs >= nowUs) return 'NotUnneededLongEnough';
    if (!node.ready && sinceUs + scaleDownUnreadyTimeUs >= nowUs) return 'NotUnreadyLongEnough';
    const size = sizes.get(id) ?? 0;
    if (size - deletions.ofGroup(id) <= group.min) return 'NodeGroupMinSizeReached';
    const cores = wholeCores(node.capacity);
    const memoryBytes = node.capacity.memory ?? 0;
    if (cores > left.cores || memoryBytes > left.memoryBytes) return 'MinimalResourceLimitExceeded';
    left.cores -= cores;
    left.memoryBytes -= memoryBytes;
    sizes.set(id, size - 1);
    return undefined;
  }

  #resourcesAboveMinimum(nodes: readonly ListedNode[], nowUs: number): { cores: number; memoryBytes: number } {
    const { minCoresTotal, minMemoryTotalBytes } = this.#options;
    const left = { cores: -minCoresTotal, memoryBytes: -minMemoryTotalBytes };
    for (const { capacity, taints } of nodes) {
      if (isBeingDeleted(taints, nowUs)) continue;
      left.cores += wholeCores(capacity);
      left.memoryBytes += capacity.memory ?? 0;
    }
    return left;
  }

  #drainContext(listing: Listing, budgets: RemainingBudgets, nowUs: number): DrainContext {
    return { options: this.#options, budgets, controller: (...of) => listing.controller(...of), nowUs };
  }
}
