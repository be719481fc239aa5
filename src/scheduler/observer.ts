// What an observer is told about one scheduling attempt: every node's verdict, every plugin's scores, the winner, as plain data.
import type { ClusterState } from '../model/state.ts';
import type { SchedulerCache } from './cache/cache.ts';
import type { Decision } from './decision.ts';
import type { PodInfo } from './framework/pod-info.ts';
import type { Installed, ScoreWitness } from './framework/installed.ts';
import type { Framework } from './framework/runtime/framework.ts';
import { Code, codeNames } from './framework/status.ts';
import { type ReasonLists, Verdicts } from './framework/verdicts.ts';

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

/** The resources of which a node has less than the pod requests. */
function lacksOf({ podClass }: PodInfo, cache: SchedulerCache, node: number): Record<string, Lack> {
  const { shape } = podClass;
  const lacks: Record<string, Lack> = {};
  const add = (name: string, requested: number, allocatable: number, used: number, unit = 1): void => {
    const free = allocatable - used;
    if (requested === 0 || requested <= free) return;
    lacks[name] = { requested: requested / unit, free: free / unit, allocatable: allocatable / unit };
  };
  add('pods', 1, cache.maxPods[node], cache.podCount[node]);
  add('cpu', shape.cpuMilli, cache.cpuMilli[node], cache.usedCpuMilli[node], 1000);
  add('memory', shape.memoryBytes, cache.memoryBytes[node], cache.usedMemoryBytes[node]);
  add('ephemeral-storage', shape.ephemeralBytes, cache.ephemeralBytes[node], cache.usedEphemeralBytes[node]);
  for (const { column, amount } of cache.extendedOf(shape)) {
    add(column.name, amount, column.allocatable[node], column.used[node]);
  }
  return lacks;
}

/** Takes down the scores of one attempt while they are made. */
export class AttemptRecorder implements ScoreWitness {
  readonly #state: ClusterState;
  readonly #decision: Decision;
  readonly #further = new Map<number, Pick<NodeVerdict, 'also' | 'lacks'>>();
  #preemption: PreemptionReport | undefined;
  #scores: { plugin: string; weight: number; raw: NodeScores; normalized: NodeScores }[] = [];

  constructor(state: ClusterState, decision: Decision) {
    this.#state = state;
    this.#decision = decision;
  }

  begin(): void {
    this.#scores = [];
    this.#further.clear();
    this.#preemption = undefined;
  }

  /** The decision has just been made. Where there is no node, every filter is asked about every one. */
  decided(framework: Framework, pod: PodInfo, cache: SchedulerCache, reasons: ReasonLists): void {
    const { node, preFilter, examined, verdicts } = this.#decision;
    this.#preemption = this.#preempted();
    if (node >= 0 || preFilter.code !== Code.Success) return;
    const asked = framework.filter.filter((one) => framework.skipsFilter[one.number] === 0);
    const answers = asked.map((one) => {
      const said = new Verdicts();
      said.reset(examined.end);
      said.plugin = one.number;
      one.plugin.filter?.(pod, examined, said);
      return { one, said };
    });
    for (let i = 0; i < examined.end; i += 1) {
      const also = answers
        .filter(({ one, said }) => one.number !== verdicts.plugins[i] && said.codes[i] !== Code.Success)
        .map(({ one, said }) => ({ plugin: one.name, reasons: reasons.get(said.reasons[i]) }));
      const lacks = lacksOf(pod, cache, examined.rows[i]);
      this.#further.set(examined.rows[i], {
        ...(also.length === 0 ? {} : { also }),
        ...(Object.keys(lacks).length === 0 ? {} : { lacks }),
      });
    }
  }

  raw({ name, weight }: Installed, scores: Float64Array): void {
    this.#scores.push({ plugin: name, weight, raw: this.#byName(scores), normalized: {} });
  }

  normalized(_plugin: Installed, scores: Float64Array): void {
    this.#scores[this.#scores.length - 1].normalized = this.#byName(scores);
  }

  /** What was preempted for the pod, the chosen node first; undefined for nothing. */
  #preempted(): PreemptionReport | undefined {
    const { node: nominated = -1, candidates = [] } = this.#decision.postFilter;
    if (nominated < 0) return undefined;
    const state = this.#state;
    const nameOf = (row: number): string => {
      const { podClass } = state.pods;
      return `${state.classes.get(podClass[row]).namespace}/${state.podName(row)}`;
    };
    const chosenFirst = [...candidates].sort((a, b) => Number(b.node === nominated) - Number(a.node === nominated));
    return {
      nominated: state.nodeName(nominated),
      candidates: chosenFirst.map(({ node, victims }) => ({
        node: state.nodeName(node),
        victims: victims.map(nameOf),
      })),
    };
  }

  /** The attempt as plain data. */
  result(
    framework: Framework,
    reasons: ReasonLists,
    about: { readonly timeUs: number; readonly attempt: number; readonly message: string | null },
  ): AttemptResult {
    const { node, allNodes, examined, verdicts, scored, totals, preFilter, preFilterPlugin } = this.#decision;
    const byNode: Record<string, NodeVerdict> = {};
    for (let i = 0; i < examined.end; i += 1) {
      const code = codeNames[verdicts.codes[i]];
      byNode[this.#state.nodeName(examined.rows[i])] =
        verdicts.codes[i] === Code.Success
          ? { code }
          : {
              code,
              plugin: framework.installed[verdicts.plugins[i]].name,
              reasons: reasons.get(verdicts.reasons[i]),
              ...this.#further.get(examined.rows[i]),
            };
    }
    return {
      ...about,
      profile: framework.schedulerName,
      node: node < 0 ? null : this.#state.nodeName(node),
      nodesInCluster: allNodes,
      ...(preFilter.code === Code.Success || preFilterPlugin < 0
        ? {}
        : { preFilter: { plugin: framework.installed[preFilterPlugin].name, reasons: preFilter.reasons } }),
      verdicts: byNode,
      scores: this.#scores,
      skipped:
        scored === 0
          ? []
          : framework.score.filter((one) => framework.skipsScore[one.number] === 1).map((one) => one.name),
      totals: scored === 0 ? {} : this.#byName(totals),
      ...(this.#preemption === undefined ? {} : { preemption: this.#preemption }),
    };
  }

  #byName(scores: Float64Array): NodeScores {
    const { rows, end } = this.#decision.feasible;
    const byName: Record<string, number> = {};
    for (let i = 0; i < end; i += 1) byName[this.#state.nodeName(rows[i])] = scores[i];
    return byName;
  }
}
