// Which pods of one node a preemptor needs gone: all of lower priority, less those that can stay (SelectVictimsOnNode).
import type { PodClass } from '../../model/pod-class.ts';
import type { SchedulerCache } from '../cache/cache.ts';
import type { DryRun } from '../framework/runtime/dry-run.ts';
import type { PodSource } from '../framework/interface.ts';
import type { PodInfo } from '../framework/pod-info.ts';
import type { Framework } from '../framework/runtime/framework.ts';
import { Code } from '../framework/status.ts';
import type { Budgets } from './budgets.ts';
import type { Candidate } from './candidates.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';

/** Added to each priority in a sum, so that none is negative. */
const PRIORITY_OFFSET = 2 ** 31;
/** The start of a pod that has none: later than any. */
const NOT_STARTED = Number.POSITIVE_INFINITY;

/** Who may be a victim of whom, in place of priorities. */
export interface VictimRules {
  /** Asked of the pods of a node in a dry run, the least important one first; those before it that may go have left the node by then. */
  mayGo(pod: PodInfo, other: PodClass): boolean;
  /** Whether a pod that is nominated to a node waits for the other, which is terminating there, before it preempts more. */
  waitsFor(pod: PodInfo, other: PodClass): boolean;
  /** Whether the pod may come to the node as it is in the dry run; `besideNominated`: with the pods that are nominated and go before it. */
  admits(pod: PodInfo, besideNominated: boolean): boolean;
  /** The reasons where it may not. */
  readonly refusal: number;
}

export class Victims {
  readonly #cache: SchedulerCache;
  readonly #pods: () => PodSource;
  readonly #budgets: Budgets;
  readonly #rules: VictimRules | undefined;
  readonly #moreImportant: (a: PodRow, b: PodRow) => number;

  constructor(cache: SchedulerCache, pods: () => PodSource, budgets: Budgets, rules?: VictimRules) {
    this.#rules = rules;
    this.#cache = cache;
    this.#pods = pods;
    this.#budgets = budgets;
    this.#moreImportant = (a, b) => this.#priority(b) - this.#priority(a) || byStart(this.#start(a), this.#start(b));
  }

  /**
   * The victims on a node, undefined when it has no pod of lower priority (or none that may go by the rules), null when the pod would not fit without them
   * either: then `dryRun` holds the verdict.
   */
  select(framework: Framework, dryRun: DryRun, pod: PodInfo, node: NodeRow): Candidate | null | undefined {
    const rules = this.#rules;
    let potential = rules === undefined ? this.#lowerPriority(node, pod.podClass.priority) : this.#byImportance(node);
    if (potential.length === 0) return undefined;
    dryRun.begin(framework, pod, node);
    if (rules === undefined) for (const one of potential) dryRun.removePod(one);
    else potential = this.#removeByRules(rules, dryRun, pod, potential);
    if (potential.length === 0) {
      dryRun.end();
      return undefined;
    }
    if (!dryRun.fits() || !this.#isAdmitted(dryRun, pod)) {
      for (const one of potential) dryRun.addPod(one);
      dryRun.end();
      return null;
    }
    potential.sort(this.#moreImportant);
    const victims: PodRow[] = [];
    let pdbViolations = 0;
    const reprieve = (one: PodRow): boolean => {
      dryRun.addPod(one);
      const fits = dryRun.fits(true);
      if (fits && (rules === undefined || rules.admits(pod, true))) return true;
      dryRun.removePod(one);
      victims.push(one);
      return fits;
    };
    if (this.#budgets.any) {
      const violates = this.#budgets.violations(potential, (one) => this.#class(one));
      potential.forEach((one, index) => {
        if (violates[index] && !reprieve(one)) pdbViolations += 1;
      });
      potential.forEach((one, index) => {
        if (!violates[index]) reprieve(one);
      });
      victims.sort(this.#moreImportant);
    } else {
      for (const one of potential) reprieve(one);
    }
    for (const one of victims) dryRun.addPod(one);
    dryRun.end();
    return this.#candidate(node, victims, pdbViolations);
  }

  #candidate(node: NodeRow, victims: readonly PodRow[], pdbViolations: number): Candidate {
    const highestPriority = victims.length > 0 ? this.#priority(victims[0]) : 0;
    let sumOfPriorities = 0;
    let earliestStart = NOT_STARTED;
    for (const one of victims) {
      const priority = this.#priority(one);
      sumOfPriorities += priority + PRIORITY_OFFSET;
      if (priority === highestPriority) earliestStart = Math.min(earliestStart, this.#start(one));
    }
    return { node, victims, pdbViolations, highestPriority, sumOfPriorities, earliestStart };
  }

  #removeByRules(rules: VictimRules, dryRun: DryRun, pod: PodInfo, pods: readonly PodRow[]): PodRow[] {
    const removed: PodRow[] = [];
    for (const one of pods.toReversed()) {
      if (!rules.mayGo(pod, this.#class(one))) continue;
      dryRun.removePod(one);
      removed.push(one);
    }
    return removed;
  }

  #isAdmitted(dryRun: DryRun, pod: PodInfo): boolean {
    if (this.#rules === undefined || this.#rules.admits(pod, false)) return true;
    dryRun.code = Code.Unschedulable;
    dryRun.plugin = -1;
    dryRun.reasons = this.#rules.refusal;
    return false;
  }

  /** All of them, the most important one first. */
  #byImportance(node: NodeRow): PodRow[] {
    return this.#lowerPriority(node, Infinity).sort(this.#moreImportant);
  }

  /** In the order in which they came to the node. */
  #lowerPriority(node: NodeRow, priority: number): PodRow[] {
    const { firstPod, nextPod } = this.#cache;
    const found: PodRow[] = [];
    for (let row = firstPod[node]; row >= 0; row = nextPod[row]) if (this.#priority(row) < priority) found.push(row);
    return found.reverse();
  }

  #class(row: PodRow) {
    return this.#cache.state.classes.get(this.#cache.podClass[row]);
  }

  #priority(row: PodRow): number {
    return this.#class(row).priority;
  }

  /** status.startTime in whole seconds, as it is stored; it never changes once it is set. */
  #start(row: PodRow): number {
    const startedAt = this.#pods().startedAt(row);
    return startedAt < 0 ? NOT_STARTED : Math.floor(startedAt / 1e6);
  }
}

function byStart(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
