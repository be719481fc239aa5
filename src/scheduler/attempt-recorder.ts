// Takes down one attempt to schedule a pod for whoever observes it: scores while they are made, verdicts, what preemption would do.
import type { Registry } from '../model/registry.ts';
import type { SchedulerCache } from './cache/cache.ts';
import type { Decision } from './decision.ts';
import type { Installed, ScoreObserver } from './framework/installed.ts';
import type { GangReport } from './framework/interface.ts';
import type { PodInfo } from './framework/pod-info.ts';
import type { Framework } from './framework/runtime/framework.ts';
import { Code, codeNames } from './framework/status.ts';
import { type ReasonLists, Verdicts } from './framework/verdicts.ts';
import type {
  AttemptResult,
  Lack,
  LostPlace,
  NodeScores,
  NodeVerdict,
  PreemptionReport,
  SchedulerObserver,
} from './observer.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

/** The resources of which a node has less than the pod requests. */
function lacksOf({ podClass }: PodInfo, cache: SchedulerCache, node: NodeRow): Record<string, Lack> {
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

export class AttemptRecorder implements ScoreObserver {
  readonly #state: Registry;
  readonly #decision: Decision;
  readonly #reasons: ReasonLists;
  readonly #further = new Map<number, Pick<NodeVerdict, 'also' | 'lacks'>>();
  #preemption: PreemptionReport | undefined;
  #gang: GangReport | undefined;
  #scores: { plugin: string; weight: number; raw: NodeScores; normalized: NodeScores }[] = [];

  #observed: { readonly namespace: string; readonly name: string; readonly observer: SchedulerObserver } | undefined;

  constructor(decision: Decision, reasons: ReasonLists) {
    this.#state = decision.cache.state;
    this.#decision = decision;
    this.#reasons = reasons;
  }

  /** Every attempt to schedule one pod is shown to an observer from now on. It changes no decision. */
  observe(namespace: string, name: string, observer: SchedulerObserver): void {
    this.#observed = { namespace, name, observer };
  }

  /** An attempt begins: its recorder if somebody observes the pod. */
  begin(pod: PodInfo): ScoreObserver | undefined {
    if (!this.#isObserved(pod)) return undefined;
    this.#scores = [];
    this.#further.clear();
    this.#preemption = undefined;
    this.#gang = undefined;
    return this;
  }

  /** Where there is no node, every filter is asked about every one. */
  filtered(pod: PodInfo): void {
    const { cache, examined, framework, found, verdicts } = this.#decision;
    const asked = framework.filter.filter((one) => framework.skipsFilter[one.number] === 0);
    const answers = (found > 0 ? [] : asked).map((one) => {
      const said = new Verdicts();
      said.reset(examined.end);
      said.plugin = one.number;
      one.plugin.filter?.(pod, examined, said);
      return { one, said };
    });
    const roomy: NodeRow[] = [];
    for (let i = 0; i < examined.end; i += 1) {
      const node = examined.rows[i];
      const rejected = verdicts.codes[i] !== Code.Success;
      const lacks = lacksOf(pod, cache, node);
      const also = answers
        .filter(({ one, said }) => one.number !== verdicts.plugins[i] && said.codes[i] !== Code.Success)
        .map(({ one, said }) => ({ plugin: one.name, reasons: this.#reasons.get(said.reasons[i]) }));
      if (!rejected || (also.length === 0 && Object.keys(lacks).length > 0)) roomy.push(node);
      if (found > 0) continue;
      this.#further.set(node, {
        ...(also.length === 0 ? {} : { also }),
        ...(Object.keys(lacks).length === 0 ? {} : { lacks }),
      });
    }
    for (const { plugin } of framework.installed) this.#gang ??= plugin.explain?.(pod, roomy);
  }

  /** The decision has just been made. */
  decided(): void {
    this.#preemption = this.#preempted();
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
    const nameOf = (row: PodRow): string =>
      `${state.identities.namespace(state.pods.identity[row])}/${state.podName(row)}`;
    const chosenFirst = [...candidates].sort((a, b) => Number(b.node === nominated) - Number(a.node === nominated));
    return {
      nominated: state.nodeName(nominated),
      candidates: chosenFirst.map(({ node, victims }) => ({
        node: state.nodeName(node),
        victims: victims.map(nameOf),
      })),
    };
  }

  /** The attempt has ended. */
  ended(
    framework: Framework,
    pod: PodInfo,
    about: { readonly timeUs: number; readonly attempt: number; readonly message: string | null },
  ): void {
    if (this.#observed === undefined || !this.#isObserved(pod)) return;
    const { namespace, name, observer } = this.#observed;
    observer.attempt({ namespace, name }, this.#result(framework, about));
  }

  lost(pod: PodInfo, lost: LostPlace): void {
    if (this.#isObserved(pod)) this.#observed?.observer.lost(lost);
  }

  #isObserved(pod: PodInfo): boolean {
    if (this.#observed === undefined) return false;
    const { namespace, name } = this.#observed;
    if (namespace !== pod.podClass.namespace) return false;
    return name === this.#state.podName(pod.row);
  }

  /** The attempt as plain data. */
  #result(
    framework: Framework,
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
              plugin: framework.installed.at(verdicts.plugins[i])?.name ?? 'Extender',
              reasons: this.#reasons.get(verdicts.reasons[i]),
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
      ...(this.#gang === undefined ? {} : { gang: this.#gang }),
    };
  }

  #byName(scores: Float64Array): NodeScores {
    const { rows, end } = this.#decision.feasible;
    const byName: Record<string, number> = {};
    for (let i = 0; i < end; i += 1) byName[this.#state.nodeName(rows[i])] = scores[i];
    return byName;
  }
}
