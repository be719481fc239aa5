// What an observer sees of one scheduling attempt: every node's verdict, every plugin's scores, the winner, as plain data.
import type { GangReport } from './framework/interface.ts';

export interface NodeVerdict {
  readonly code: string;
  /** The plugin that rejected the node, and why. */
  readonly plugin?: string;
  readonly reasons?: readonly string[];
  /** When no node was feasible: the other plugins that would have rejected it. */
  readonly also?: readonly Objection[];
  /** And the resources of which it has too little, by name. */
  readonly lacks?: Readonly<Record<string, Lack>>;
}

export interface Objection {
  readonly plugin: string;
  readonly reasons: readonly string[];
}

/** In cores for cpu, else in bytes or whole units. */
export interface Lack {
  readonly requested: number;
  readonly free: number;
  readonly allocatable: number;
}

/** What preempting other pods would do. */
export interface PreemptionReport {
  /** The node that was chosen. */
  readonly nominated: string;
  /** The nodes on which it would help, that one first, with the pods, `namespace/name`, that would have to leave. */
  readonly candidates: readonly { readonly node: string; readonly victims: readonly string[] }[];
}

/** By node name. */
export type NodeScores = Readonly<Record<string, number>>;

export interface PluginScores {
  readonly plugin: string;
  readonly weight: number;
  readonly raw: NodeScores;
  /** 0 to 100, after NormalizeScore. */
  readonly normalized: NodeScores;
}

export interface AttemptResult {
  readonly timeUs: number;
  /** Counts from 1. */
  readonly attempt: number;
  readonly profile: string;
  /** The node chosen, or null. */
  readonly node: string | null;
  /** Why there is none, as the event FailedScheduling says it. */
  readonly message: string | null;
  readonly nodesInCluster: number;
  /** The plugin that rejected the pod before any node was examined. */
  readonly preFilter?: { readonly plugin: string; readonly reasons: readonly string[] };
  /** Nodes in the order examined; the search stops when enough are feasible. */
  readonly verdicts: Readonly<Record<string, NodeVerdict>>;
  /** Empty when fewer than two nodes were feasible: a single one is taken without scoring. */
  readonly scores: readonly PluginScores[];
  /** Plugins that had nothing to score. */
  readonly skipped: readonly string[];
  /** Sum of weight times normalised score. */
  readonly totals: NodeScores;
  /** Absent when nothing was preempted for it. */
  readonly preemption?: PreemptionReport;
  /** Absent when the pod belongs to no group. */
  readonly gang?: GangReport;
}

/** A pod lost the node that it had been given: it was not bound. */
export interface LostPlace {
  readonly timeUs: number;
  /** The plugin that rejected it; null for an error. */
  readonly plugin: string | null;
  readonly message: string;
}

export interface SchedulerObserver {
  /** Called at the end of each attempt to schedule the pod. */
  attempt(pod: { readonly namespace: string; readonly name: string }, result: AttemptResult): void;
  lost(lost: LostPlace): void;
}
