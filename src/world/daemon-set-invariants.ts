// What must hold of DaemonSets: never two pods on a node beyond the surge, never more nodes without an available pod by choice than the update may take.
import type { ApiServer } from '../api/server.ts';
import { GENERATION_LABEL } from '../controllers/daemon-set/daemon-pod-template.ts';
import { eligibleNodes, Fit } from '../controllers/daemon-set/eligible-nodes.ts';
import {
  type DaemonSet,
  templateGeneration,
  type UpdateLimits,
  updateLimits,
} from '../controllers/kit/daemon-set-objects.ts';
import { Change } from '../model/change-log.ts';
import { isActive, isTerminal, PodBit } from '../model/pods.ts';
import type { NodeRow, ObjectRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { ActedUponVersions, HEARD_US } from './acted-upon-versions.ts';

const CONTROLLER = 'daemonset-controller';

interface Watched {
  /** Pods by the node where they are or for which they are meant. */
  readonly pods: Map<NodeRow, Set<PodRow>>;
  /** Nodes where the update has deleted an available pod, and none is available since. */
  readonly taken: Set<NodeRow>;
  /** Nodes where a new pod was made beside an available old one, and is not available yet. */
  readonly surging: Set<NodeRow>;
  readonly versions: ActedUponVersions<DaemonSet>;
}

export class DaemonSetInvariants {
  readonly #api: ApiServer;
  readonly #state: ClusterState;
  readonly #sets = new Map<ObjectRow, Watched>();
  readonly #placeOf = new Map<PodRow, readonly [set: ObjectRow, node: NodeRow]>();

  constructor(api: ApiServer) {
    this.#api = api;
    this.#state = api.state;
  }

  setCommitted(row: ObjectRow, set: DaemonSet): void {
    this.#watched(row).versions.committed(set, this.#api.engine.now);
  }

  /** What is wrong after a change of a pod; undefined for nothing. */
  podCommitted(pod: PodRow, what: number): string | undefined {
    const { objects, pods } = this.#state;
    const owner = pods.owner[pod];
    if (owner < 0 || objects.kind[owner] !== 'DaemonSet') {
      this.#leave(pod);
      return undefined;
    }
    const node = pods.node[pod] >= 0 ? pods.node[pod] : pods.pinned[pod];
    if (node < 0) return undefined;
    if ((what & Change.Removed) !== 0) {
      this.#leave(pod);
      return undefined;
    }
    this.#enter(pod, owner, node);
    if (this.#api.author !== CONTROLLER) return undefined;
    if ((what & Change.Created) !== 0) return this.#created(pod, owner, node);
    return (what & Change.Deleting) !== 0 ? this.#deleted(pod, owner, node) : undefined;
  }

  /** In a quiet cluster every node that is meant has a pod. */
  missing(): string | undefined {
    const { nodes, objects } = this.#state;
    for (const row of objects.ofKind('DaemonSet')) {
      const set = objects.get(row) as DaemonSet;
      if (set.metadata.deletionTimestamp !== undefined) continue;
      const isMeant = this.#meant(set);
      const { pods } = this.#watched(row);
      for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
        if (nodes.alive[node] === 0 || !isMeant(node) || (pods.get(node)?.size ?? 0) > 0) continue;
        return `DaemonSet ${set.metadata.name} has no pod on node ${this.#state.nodeName(node)} in a quiet cluster`;
      }
    }
    return undefined;
  }

  #created(pod: PodRow, row: ObjectRow, node: NodeRow): string | undefined {
    const { state } = this.#state.pods;
    const watched = this.#watched(row);
    const others = [...(watched.pods.get(node) ?? [])].filter((one) => one !== pod);
    const limits = this.#limits(row);
    const surge = Math.max(0, ...limits.map((one) => one.surge));
    // Without a surge even one that is being deleted is waited for, unless it has ended.
    const there = others.filter((one) =>
      surge > 0 ? isActive(state[one]) : !isTerminal(state[one]) || (state[one] & PodBit.Deleting) === 0,
    );
    const where = `DaemonSet ${this.#state.objects.name[row]} on node ${this.#state.nodeName(node)}`;
    if (there.length > (surge > 0 ? 1 : 0)) return `${where} made a pod beside ${there.length} others`;
    if (there.some((one) => this.#isKnownAvailable(one, row))) watched.surging.add(node);
    const isThere = (one: PodRow): boolean => !this.#isOld(one, row) && this.#isAvailable(one, row);
    this.#forget(row, watched.surging, (pods) => pods.length < 2 || pods.some(isThere));
    if (watched.surging.size <= surge) return undefined;
    return `${where} surges: ${watched.surging.size} nodes at a time, of ${surge}`;
  }

  #deleted(pod: PodRow, row: ObjectRow, node: NodeRow): string | undefined {
    const limits = this.#limits(row);
    const isUpdate = limits.every(({ surge }) => surge === 0) && this.#isOld(pod, row) && this.#isMeantNow(row, node);
    if (!isUpdate || !this.#isKnownAvailable(pod, row)) return undefined;
    const { taken } = this.#watched(row);
    taken.add(node);
    this.#forget(row, taken, (pods) => pods.some((one) => this.#isAvailable(one, row)));
    const most = Math.max(...limits.map(({ unavailable }) => unavailable));
    if (taken.size <= most) return undefined;
    return `DaemonSet ${this.#state.objects.name[row]} took an available pod from ${taken.size} nodes at a time, of ${most}`;
  }

  /** Nodes of which that is so, and nodes that are no longer meant, count no more. */
  #forget(row: ObjectRow, nodes: Set<NodeRow>, isOver: (there: readonly PodRow[]) => boolean): void {
    const { pods } = this.#watched(row);
    for (const node of nodes) {
      const there = [...(pods.get(node) ?? [])].filter((one) => isActive(this.#state.pods.state[one]));
      if (isOver(there) || !this.#isMeantNow(row, node)) nodes.delete(node);
    }
  }

  #isOld(pod: PodRow, row: ObjectRow): boolean {
    const set = this.#watched(row).versions.last;
    const { labels } = this.#state.classes.get(this.#state.pods.podClass[pod]);
    return set !== undefined && labels[GENERATION_LABEL] !== templateGeneration(set);
  }

  #isAvailable(pod: PodRow, row: ObjectRow, sinceUs = 0): boolean {
    const { state, readyAt } = this.#state.pods;
    const minReadyUs = (this.#watched(row).versions.last?.spec.minReadySeconds ?? 0) * 1e6;
    const availableUs = Math.floor(readyAt[pod] / 1e6) * 1e6 + minReadyUs;
    return (state[pod] & PodBit.Ready) !== 0 && Math.max(availableUs, readyAt[pod]) <= this.#api.engine.now - sinceUs;
  }

  #isKnownAvailable(pod: PodRow, row: ObjectRow): boolean {
    return this.#isAvailable(pod, row, HEARD_US);
  }

  /** What the update may do at once, by the versions upon which the controller may act now. */
  #limits(row: ObjectRow): UpdateLimits[] {
    return this.#watched(row).versions.all.map((set) => {
      const meant = this.#countMeant(set);
      const known = (this.#state.objects.get(row) as DaemonSet | undefined)?.status?.desiredNumberScheduled ?? 0;
      return updateLimits(set, Math.max(meant, known));
    });
  }

  #countMeant(set: DaemonSet): number {
    const { nodes } = this.#state;
    const isMeant = this.#meant(set);
    let count = 0;
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
      if (nodes.alive[node] === 1 && isMeant(node)) count += 1;
    }
    return count;
  }

  #isMeantNow(row: ObjectRow, node: NodeRow): boolean {
    const set = this.#watched(row).versions.last;
    return set !== undefined && this.#state.nodes.alive[node] === 1 && this.#meant(set)(node);
  }

  #meant({ spec }: DaemonSet): (node: NodeRow) => boolean {
    const { classes, nodes, taintSets } = this.#state;
    const fit = eligibleNodes(spec.template.spec ?? { containers: [] });
    return (node) =>
      (fit(
        this.#state.nodeName(node),
        () => classes.labelSets.get(nodes.labels[node]),
        taintSets.get(nodes.taints[node]),
      ) &
        Fit.Run) !==
      0;
  }

  #watched(row: ObjectRow): Watched {
    let watched = this.#sets.get(row);
    if (watched === undefined) {
      watched = { pods: new Map(), taken: new Set(), surging: new Set(), versions: new ActedUponVersions() };
      this.#sets.set(row, watched);
    }
    return watched;
  }

  #enter(pod: PodRow, set: ObjectRow, node: NodeRow): void {
    const known = this.#placeOf.get(pod);
    if (known?.[0] === set && known[1] === node) return;
    this.#leave(pod);
    this.#placeOf.set(pod, [set, node]);
    const { pods } = this.#watched(set);
    const there = pods.get(node);
    if (there === undefined) pods.set(node, new Set([pod]));
    else there.add(pod);
  }

  #leave(pod: PodRow): void {
    const known = this.#placeOf.get(pod);
    if (known === undefined) return;
    this.#placeOf.delete(pod);
    this.#watched(known[0]).pods.get(known[1])?.delete(pod);
  }
}
