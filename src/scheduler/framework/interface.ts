// The scheduling framework's extension points: one small interface each, under Kubernetes' names. A plugin implements any subset.
import type { Calendar } from '../../engine/calendar.ts';
import type { Random } from '../../engine/random.ts';
import type { Signal } from '../../engine/script.ts';
import type { Interner, Labels } from '../../model/interner.ts';
import type { ResourceMetrics } from '../../model/ports/metrics-apis.ts';
import type { ExtenderCalls } from '../../model/ports/extenders.ts';
import type { NodeTariffs } from '../../model/ports/node-tariffs.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { Taint } from 'kubernetes-types/core/v1.js';
import type { SchedulerCache } from '../cache/cache.ts';
import type { ClusterEvent } from './cluster-events.ts';
import type { DryRun } from './runtime/dry-run.ts';
import type { NodeList } from './node-list.ts';
import type { Nominations } from '../cache/nominations.ts';
import type { PodInfo } from './pod-info.ts';
import type { QueuedPods } from './queued-pods.ts';
import type { Framework } from './runtime/framework.ts';
import type { Status } from './status.ts';
import type { ReasonLists, Verdicts } from './verdicts.ts';
import type { StorageObjects } from './listers/storage-objects.ts';
import type { ClassRow, NodeRow, ObjectRow, PodRow, RowColumn } from '../../model/rows.ts';

/** May the pod enter the active queue? A rejected pod is gated until an event that the plugin registered. */
export interface PreEnqueuePlugin {
  preEnqueue(pod: PodInfo): Status;
}

/** The order of the active queue; all profiles have the same. */
export interface QueueSortPlugin {
  /** True when the pod of row `a` goes before that of row `b`. */
  less(a: PodRow, b: PodRow, queue: QueuedPods): boolean;
  /**
   * For an order that depends on more than the two pods: asked before a pod is taken, true when `less` may answer otherwise than after the
   * last time. Between two calls `less` must not change its mind.
   */
  reordered?(): boolean;
}

/** Success may come with the only nodes that are worth filtering; a negative number stands for one that does not exist. */
export interface PreFilterStatus extends Status {
  readonly nodes?: readonly NodeRow[];
}

/** Looks at the pod once per cycle; Skip leaves out the plugin's Filter. */
export interface PreFilterPlugin {
  preFilter(pod: PodInfo): PreFilterStatus;
}

/**
 * In a dry run a pod (its row in the cache) came to a node or left it, after the cache did. For a PreFilter plugin that knows more
 * of pods than the cache's columns and counters.
 */
export interface PreFilterExtensions {
  addPod(pod: PodInfo, other: PodRow, node: NodeRow): void;
  removePod(pod: PodInfo, other: PodRow, node: NodeRow): void;
}

/** Rejects nodes of the whole list: `verdicts.reject(position, code, reasons)` where the code is still Success. */
export interface FilterPlugin {
  filter(pod: PodInfo, nodes: NodeList, verdicts: Verdicts): void;
}

/** What a failed filter pass leaves behind. */
export interface FilterOutcome {
  /** Nodes in the cluster. */
  readonly allNodes: number;
  /** Success, or why PreFilter rejected the pod: then no node was examined. */
  readonly preFilter: Status;
  /** The nodes examined, in order, and what was said of each. */
  readonly examined: NodeList;
  readonly verdicts: Verdicts;
  /** The profile whose filters they were, and what they would say of a node with other pods. */
  readonly framework: Framework;
  readonly dryRun: DryRun;
}

/** Called when no node is feasible. `node` nominates the pod to that node, -1 to none any more. Reasons go to its message. */
export interface PostFilterStatus extends Status {
  readonly node?: NodeRow | undefined;
  /** Nodes that were tried without some of their pods: each takes as long as to filter a node. */
  readonly dryRuns?: number | undefined;
  /** Pods that have to leave that node first, the most important one first: the scheduler deletes them. */
  readonly victims?: readonly Victim[] | undefined;
  /** All nodes on which that would help, for who wants to know: rows of nodes, and of the pods that would have to leave. */
  readonly candidates?: readonly { readonly node: NodeRow; readonly victims: readonly PodRow[] }[] | undefined;
}

/** What the PostFilter plugins make of a pod for which there is no node. */
export interface PostFilterResult extends PostFilterStatus {
  /** The first plugin that did not help, -1 for none. */
  readonly plugin: number;
}

export interface Victim {
  readonly pod: PodRow;
  readonly epoch: number;
}

export interface PostFilterPlugin {
  postFilter(pod: PodInfo, outcome: FilterOutcome): PostFilterStatus;
}

/** Looks at the feasible nodes before scoring; Skip leaves out the plugin's Score. */
export interface PreScorePlugin {
  preScore(pod: PodInfo, nodes: NodeList): Status;
}

/** The most that Score and NormalizeScore give a node. */
export const MAX_NODE_SCORE = 100;

export interface ScorePlugin {
  /** Fills `scores` at the positions of the list. Without normalizeScore they must be 0 to 100. */
  score(pod: PodInfo, nodes: NodeList, scores: Float64Array): void;
}

/** What lets the framework do less with the same outcome. */
export interface Promises {
  /**
   * Filter, and PreScore and Score unless it is normalised, look at nothing but the pod's class and the one node: what they said is
   * remembered until the cache's `generation` of the node rises.
   */
  readonly local: true;
  /** Filter looks at nothing that changes when pods come to the node or leave it. */
  readonly ignoresPods: true;
  /** The score, normalised, that every node has for the pod; undefined when they may differ. */
  sameForAll(pod: PodInfo): number | undefined;
}

/** Nodes that have the same score for a pod are a group, numbered from 0 and below 4096. */
export interface NodeGroups {
  /** The group of a node; -1 for none. Another one only after the cache's `generation` of the node rose. */
  of(node: NodeRow): number;
  /**
   * Sets `scores[group]` for the groups `present[0] … present[count - 1]`, in which the `nodes` feasible nodes are: whole
   * numbers from 0 to 100, what Score and NormalizeScore say of the nodes.
   */
  score(present: Int32Array, count: number, nodes: number, scores: Float64Array): void;
}

export interface GroupScorePlugin {
  /** The same object as long as its `of` says the same of the same node; undefined when scores do not go by groups. */
  groups(pod: PodInfo): NodeGroups | undefined;
}

export interface NormalizeScorePlugin {
  /** Brings the scores of all feasible nodes to 0 … 100. */
  normalizeScore(pod: PodInfo, nodes: NodeList, scores: Float64Array): void;
}

export interface ReservePlugin {
  reserve(pod: PodInfo, node: NodeRow): Status;
  /** Undoes `reserve`; called for every Reserve plugin when any of them or a later step fails. */
  unreserve(pod: PodInfo, node: NodeRow): void;
}

/** Wait holds the pod until `handle.allow` or `handle.reject`, or for `timeoutUs`. */
export interface PermitStatus extends Status {
  readonly timeoutUs?: number;
}

export interface PermitPlugin {
  permit(pod: PodInfo, node: NodeRow): PermitStatus;
}

export interface PreBindPlugin {
  /** Undefined when there is nothing to do; else binding goes on when the signal fires with Success. */
  preBind(pod: PodInfo, node: NodeRow): Signal<Status> | undefined;
}

export interface BindPlugin {
  /** Starts the binding and answers true, or leaves it to the next plugin (Skip) with false. `handle.bound` ends it. */
  bind(pod: PodInfo, node: NodeRow, binding: number): boolean;
}

export interface PostBindPlugin {
  postBind(pod: PodInfo, node: NodeRow): void;
}

/** Events after which a pod that this plugin rejected may fit. Without a hint every one of them requeues the pod. */
export interface EventRegistration {
  /** Bits of `Happening`. */
  readonly events: number;
  /** True requeues the pod. */
  hint?(pod: PodInfo, event: ClusterEvent): boolean;
}

export interface EnqueueExtensions {
  readonly registrations: readonly EventRegistration[];
}

/** What a group of pods wants that are placed together, what is free, and who holds the rest. Pods are `namespace/name`. */
export interface GangReport {
  /** `namespace/name` */
  readonly group: string;
  /** How many pods must have a node before any of them is bound, and how many there are. */
  readonly minMember: number;
  readonly members: number;
  /** Pods of the group that have a node, for now or for good: which. */
  readonly placed: Readonly<Record<string, string>>;
  /** What the pod requests: cores for cpu, else bytes or whole units. */
  readonly requests: Readonly<Record<string, number>>;
  /** By node that has room: for how many such pods. */
  readonly room: Readonly<Record<string, number>>;
  /** By node that has none for want of resources: who holds most of what is scarce, the largest share first. */
  readonly held: Readonly<Record<string, readonly string[]>>;
}

/** For whoever observes the pod. It changes nothing. */
export interface ExplainPlugin {
  /** `nodes` are those on which only resources may keep the pod out. Undefined for a pod of no group. */
  explain(pod: PodInfo, nodes: readonly NodeRow[]): GangReport | undefined;
}

/** Any subset of the extension points. */
export type Plugin = Partial<
  PreEnqueuePlugin &
    QueueSortPlugin &
    PreFilterPlugin &
    PreFilterExtensions &
    FilterPlugin &
    PostFilterPlugin &
    PreScorePlugin &
    ScorePlugin &
    GroupScorePlugin &
    Promises &
    NormalizeScorePlugin &
    ReservePlugin &
    PermitPlugin &
    PreBindPlugin &
    BindPlugin &
    PostBindPlugin &
    EnqueueExtensions &
    ExplainPlugin
>;

/** The objects of one kind as the scheduler's watch knows them. `ObjectView` is one. */
export interface ObjectSource {
  get(row: ObjectRow): KubeObject | undefined;
  entries(): Iterable<[ObjectRow, KubeObject]>;
  subscribe(listener: (row: ObjectRow, object: KubeObject | undefined, what: number) => void): void;
}

/** The pods as the scheduler's watch knows them, bound or not; columns by row. `PodView` is one. */
export interface PodSource {
  readonly alive: Uint8Array;
  readonly epoch: Int32Array;
  readonly podClass: RowColumn<ClassRow>;
  /** -1 for a pod that is not bound. */
  readonly node: RowColumn<NodeRow>;
  /** Row of the controlling object, -1 for none. */
  readonly owner: RowColumn<ObjectRow>;
  /** The class before the change that is being reported, when that is another one; else -1. */
  readonly formerClass: ClassRow;
  readonly state: Uint16Array;
  /** status.nominatedNodeName: the node's row, for the few pods that have one. */
  readonly nominated: ReadonlyMap<PodRow, NodeRow>;
  /** status.startTime, µs; -1 for a pod that has not been seen to start. */
  startedAt(pod: PodRow): number;
  subscribe(listener: (pod: PodRow, epoch: number, what: number) => void): void;
}

/** What a plugin may use: the factory gets it as its context. */
export interface Handle {
  /** Nodes and the pods on them, assumed pods included, as columns. */
  readonly cache: SchedulerCache;
  readonly labelSets: Interner<Labels>;
  readonly taintSets: Interner<readonly Taint[]>;
  readonly reasons: ReasonLists;
  /** A stream of random numbers of the scheduler's own. */
  readonly random: Random;
  /** Simulated time in µs. */
  nowUs(): number;
  nodeName(node: NodeRow): string;
  /** The watch of a kind; one a scheduler, however many plugins ask. */
  objects(kind: string): ObjectSource;
  /** The watch of the pods. It begins after the plugins are made: not to be asked for in a factory. */
  pods(): PodSource;
  /** Puts a pod that waits for another try into the active queue at once. */
  activate(pod: PodRow): void;
  /** Claims, volumes and what else there is of storage, by name. */
  readonly storage: StorageObjects;
  /** For the time and for scripts that wait. */
  readonly engine: Calendar;
  /** PUT of an object, guarded by its resourceVersion; fires with its row or a code of `Refused`. */
  update(row: ObjectRow, object: KubeObject): Signal<number>;
  /** The object in the answer to an update. */
  answered(row: ObjectRow): KubeObject | undefined;
  /** Sends the binding of a pod to the API server; `bound` is called when it answers. */
  writeBinding(pod: PodInfo, node: NodeRow, binding: number): void;
  /** Ends a binding that a Bind plugin began. */
  bound(binding: number, status: Status): void;
  /** Ends the wait of a pod at Permit. */
  allow(pod: PodRow): void;
  reject(pod: PodRow, plugin: string, reason: string): void;
  /** Pods that wait for room on a node. */
  readonly nominations: Nominations;
  /** True while victims of a preemption by the pod remain to be deleted. */
  isPreempting(pod: PodInfo): boolean;
  /** metrics.k8s.io, for plugins that go by measured load: metrics-server runs once one of them has asked. None in a snapshot. */
  readonly resourceMetrics?: (() => ResourceMetrics) | undefined;
  /** Prices, power and carbon, for plugins that go by them. None in a snapshot. */
  readonly tariffs?: (() => NodeTariffs) | undefined;
}

/** What comes from elsewhere than the API server. */
export interface SchedulerPorts extends Pick<Handle, 'resourceMetrics' | 'tariffs'> {
  readonly extenders?: ExtenderCalls | undefined;
}
