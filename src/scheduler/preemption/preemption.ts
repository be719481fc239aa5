// Hot dialect: preemption for one pod: may it preempt, on which nodes would it help, which node is chosen (framework/preemption).
import type { Random } from '../../engine/random.ts';
import type { SchedulerCache } from '../cache/cache.ts';
import { count, countReasons, nodesMessage } from '../framework/fit-error.ts';
import type { FilterOutcome, Handle, PodSource } from '../framework/interface.ts';
import { NodeList } from '../framework/node-list.ts';
import type { Nominations } from '../cache/nominations.ts';
import type { PodInfo } from '../framework/pod-info.ts';
import type { Framework } from '../framework/runtime/framework.ts';
import { Code } from '../framework/status.ts';
import { type ReasonLists, Verdicts } from '../framework/verdicts.ts';
import { Budgets } from './budgets.ts';
import { type Candidate, pickCandidate } from './candidates.ts';
import { ClassMemory, type Found, isLocal } from './memory.ts';
import { type VictimRules, Victims } from './victims.ts';
import type { NodeRow } from '../../model/rows.ts';

export interface PreemptionArgs {
  readonly minCandidateNodesPercentage: number;
  readonly minCandidateNodesAbsolute: number;
}

/** The plugin's number in a verdict that no filter gave. */
export const NO_PLUGIN = 255;

/** The result of an evaluation stays in the fields until the next. */
export class Preemption {
  /** Why the pod may not preempt; empty when it may. */
  ineligible = '';
  /** Nodes where preemption might help: those that filters rejected without saying that nothing helps. */
  readonly potential = new NodeList();
  /** Those of them that were tried, in order, with the verdict of the dry run; a candidate's is Success. */
  readonly tried = new NodeList();
  readonly verdicts = new Verdicts();
  candidates: Candidate[] = [];
  best: Candidate | undefined;
  /** Nodes on which the pod was tried without the less important ones there. */
  dryRuns = 0;
  readonly #args: PreemptionArgs;
  readonly #cache: SchedulerCache;
  readonly #pods: () => PodSource;
  readonly #nominations: Nominations;
  readonly #reasons: ReasonLists;
  readonly #random: Random;
  readonly #budgets: Budgets;
  readonly #victims: Victims;
  /** By class of the preemptor. */
  readonly #memories = new Map<number, ClassMemory>();
  readonly #rules: VictimRules | undefined;
  readonly #noVictims: number;
  readonly #inexplicable: number;

  /** `rules` stand in place of priorities. */
  constructor(args: PreemptionArgs, handle: Handle, rules?: VictimRules) {
    this.#args = args;
    this.#rules = rules;
    this.#cache = handle.cache;
    this.#pods = () => handle.pods();
    this.#nominations = handle.nominations;
    this.#reasons = handle.reasons;
    this.#random = handle.random;
    this.#budgets = new Budgets(handle.cache.state, handle.objects('PodDisruptionBudget'));
    this.#victims = new Victims(handle.cache, this.#pods, this.#budgets, rules);
    this.#noVictims = handle.reasons.id(['No preemption victims found for incoming pod']);
    this.#inexplicable = handle.reasons.id(['expected at least one victim pod on the node']);
  }

  evaluate(pod: PodInfo, outcome: FilterOutcome): void {
    this.potential.end = 0;
    this.tried.end = 0;
    this.candidates = [];
    this.best = undefined;
    this.dryRuns = 0;
    this.ineligible = this.#whyNot(pod, outcome);
    if (this.ineligible !== '') return;
    this.#findPotential(outcome);
    if (this.potential.end === 0) return;
    this.#findCandidates(pod, outcome);
    this.best = pickCandidate(this.candidates);
  }

  /** Why no node was found: `0/5 nodes are available: 2 Insufficient cpu, 3 Preemption is not helpful for scheduling.` */
  message(allNodes: number): string {
    const counts = countReasons(this.verdicts.reasons, this.tried.end, this.#reasons);
    const others = allNodes - this.tried.end;
    if (others > 0) count(counts, 'Preemption is not helpful for scheduling', others);
    return nodesMessage(allNodes, counts);
  }

  /** PodEligibleToPreemptOthers. */
  #whyNot(pod: PodInfo, outcome: FilterOutcome): string {
    if (pod.podClass.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
    const node = this.#nominations.nodeOf(pod.row, pod.epoch);
    if (node < 0 || codeOf(outcome, node) === Code.UnschedulableAndUnresolvable) return '';
    const cache = this.#cache;
    for (let row = cache.firstPod[node]; row >= 0; row = cache.nextPod[row]) {
      const other = cache.state.classes.get(cache.podClass[row]);
      if (this.#rules === undefined) {
        if (!cache.isBeingPreempted(row) || other.priority >= pod.podClass.priority) continue;
      } else if (!cache.isTerminating(row) || !this.#rules.waitsFor(pod, other)) continue;
      return 'not eligible due to a terminating pod on the nominated node.';
    }
    return '';
  }

  #findPotential({ preFilter, examined, verdicts }: FilterOutcome): void {
    const { potential } = this;
    if (preFilter.code !== Code.Success) {
      // A PreFilter plugin spoke of all nodes.
      if (preFilter.code !== Code.Unschedulable) return;
      const all = this.#cache.order.list;
      potential.ensure(all.length);
      potential.rows.set(all);
      potential.end = all.length;
      return;
    }
    potential.ensure(examined.end);
    for (let i = 0; i < examined.end; i += 1) {
      if (verdicts.codes[i] !== Code.Unschedulable) continue;
      potential.rows[potential.end] = examined.rows[i];
      potential.end += 1;
    }
  }

  /** Walks the potential nodes from a random one until there are enough candidates, at least one of them without a violation. */
  #findCandidates(pod: PodInfo, outcome: FilterOutcome): void {
    const { tried, verdicts, potential } = this;
    const nodes = potential.end;
    const { minCandidateNodesPercentage, minCandidateNodesAbsolute } = this.#args;
    const part = Math.floor((nodes * minCandidateNodesPercentage) / 100);
    const enough = Math.min(nodes, Math.max(part, minCandidateNodesAbsolute));
    tried.ensure(nodes);
    if (this.#rules === undefined && !this.#cache.priorities.anyBelow(pod.podClass.priority)) {
      tried.rows.set(potential.rows.subarray(0, nodes));
      tried.end = nodes;
      verdicts.rejectAll(nodes, Code.UnschedulableAndUnresolvable, NO_PLUGIN, this.#noVictims);
      return;
    }
    // Where all nodes are tried it does not matter which is the first.
    const offset = enough < nodes ? this.#random.int(nodes) : 0;
    const remembers = this.#rules === undefined && isLocal(outcome.framework);
    const memory = remembers ? this.#memory(pod, outcome.framework) : undefined;
    verdicts.reset(nodes);
    let harmless = 0;
    for (let i = 0; i < nodes; i += 1) {
      const node = potential.rows[(offset + i) % nodes];
      tried.rows[i] = node;
      tried.end = i + 1;
      const found = this.#tryNode(pod, outcome, node, memory);
      if (found === undefined) {
        verdicts.replace(i, Code.UnschedulableAndUnresolvable, NO_PLUGIN, this.#noVictims);
        continue;
      }
      this.dryRuns += 1;
      if (found === null) {
        const { code, plugin, reasons } = outcome.dryRun;
        verdicts.replace(i, code, plugin, reasons);
      } else if (found.victims.length === 0) {
        verdicts.replace(i, Code.Error, NO_PLUGIN, this.#inexplicable);
      } else {
        this.candidates.push(found);
        if (found.pdbViolations === 0) harmless += 1;
        if (harmless > 0 && this.candidates.length >= enough) return;
      }
    }
  }

  #memory({ podClass }: PodInfo, framework: Framework): ClassMemory {
    let memory = this.#memories.get(podClass.id);
    if (memory === undefined) {
      memory = new ClassMemory();
      this.#memories.set(podClass.id, memory);
    }
    memory.begin(framework, this.#budgets.version, this.#cache);
    return memory;
  }

  /** The result of a dry run, remembered or new. Pods that are nominated to the node are nothing that one remembers. */
  #tryNode(pod: PodInfo, { framework, dryRun }: FilterOutcome, node: NodeRow, memory: ClassMemory | undefined): Found {
    if (memory === undefined || this.#nominations.concern(node, pod.row, pod.podClass.priority)) {
      return this.#victims.select(framework, dryRun, pod, node);
    }
    if (memory.knows(this.#cache, this.#pods(), pod, node)) return memory.recall(node, dryRun);
    const found = this.#victims.select(framework, dryRun, pod, node);
    memory.remember(this.#cache, this.#pods(), pod, node, found, dryRun);
    return found;
  }
}

/** What the filter pass said of a node; of one that PreFilter ruled out, that nothing helps. */
function codeOf({ preFilter, examined, verdicts }: FilterOutcome, node: NodeRow): number {
  if (preFilter.code !== Code.Success) return preFilter.code;
  for (let i = 0; i < examined.end; i += 1) if (examined.rows[i] === node) return verdicts.codes[i];
  return Code.UnschedulableAndUnresolvable;
}
