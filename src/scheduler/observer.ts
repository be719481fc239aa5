// What an observer is told about one scheduling attempt: every node's verdict, every plugin's scores, the winner, as plain data.
import type { ClusterState } from '../model/state.ts';
import type { Decision } from './decision.ts';
import type { Framework, Installed, ScoreWitness } from './runtime.ts';
import { Code, codeNames } from './status.ts';
import type { ReasonLists } from './verdicts.ts';

export interface NodeVerdict {
  readonly code: string;
  /** The plugin that rejected the node, and why. */
  readonly plugin?: string;
  readonly reasons?: readonly string[];
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
  /** Nodes in the order examined; the search stops when enough are feasible. */
  readonly verdicts: Readonly<Record<string, NodeVerdict>>;
  /** Empty when fewer than two nodes were feasible: a single one is taken without scoring. */
  readonly scores: readonly PluginScores[];
  /** Plugins that had nothing to score. */
  readonly skipped: readonly string[];
  /** Sum of weight times normalised score. */
  readonly totals: NodeScores;
}

export interface SchedulerObserver {
  /** Called at the end of each attempt to schedule the pod. */
  attempt(pod: { readonly namespace: string; readonly name: string }, result: AttemptResult): void;
}

/** Takes down the scores of one attempt while they are made. */
export class AttemptRecorder implements ScoreWitness {
  readonly #state: ClusterState;
  readonly #decision: Decision;
  #scores: { plugin: string; weight: number; raw: NodeScores; normalized: NodeScores }[] = [];

  constructor(state: ClusterState, decision: Decision) {
    this.#state = state;
    this.#decision = decision;
  }

  begin(): void {
    this.#scores = [];
  }

  raw({ name, weight }: Installed, scores: Float64Array): void {
    this.#scores.push({ plugin: name, weight, raw: this.#byName(scores), normalized: {} });
  }

  normalized(_plugin: Installed, scores: Float64Array): void {
    this.#scores[this.#scores.length - 1].normalized = this.#byName(scores);
  }

  /** The attempt as plain data. */
  result(
    framework: Framework,
    reasons: ReasonLists,
    about: { readonly timeUs: number; readonly attempt: number; readonly message: string | null },
  ): AttemptResult {
    const { node, allNodes, examined, verdicts, scored, totals } = this.#decision;
    const byNode: Record<string, NodeVerdict> = {};
    for (let i = 0; i < examined.end; i += 1) {
      const code = codeNames[verdicts.codes[i]];
      byNode[this.#state.nodeName(examined.rows[i])] =
        verdicts.codes[i] === Code.Success
          ? { code }
          : { code, plugin: framework.installed[verdicts.plugins[i]].name, reasons: reasons.get(verdicts.reasons[i]) };
    }
    return {
      ...about,
      profile: framework.schedulerName,
      node: node < 0 ? null : this.#state.nodeName(node),
      nodesInCluster: allNodes,
      verdicts: byNode,
      scores: this.#scores,
      skipped:
        scored === 0
          ? []
          : framework.score.filter((one) => framework.skipsScore[one.number] === 1).map((one) => one.name),
      totals: scored === 0 ? {} : this.#byName(totals),
    };
  }

  #byName(scores: Float64Array): NodeScores {
    const { rows, end } = this.#decision.feasible;
    const byName: Record<string, number> = {};
    for (let i = 0; i < end; i += 1) byName[this.#state.nodeName(rows[i])] = scores[i];
    return byName;
  }
}
