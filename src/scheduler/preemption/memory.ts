// Hot dialect: what a dry run found out about a node for a class of pods, remembered until the node or a budget changes.
import { grown } from '../../model/columns.ts';
import type { SchedulerCache } from '../cache/cache.ts';
import type { DryRun } from '../framework/runtime/dry-run.ts';
import type { PodSource } from '../framework/interface.ts';
import type { PodInfo } from '../framework/pod-info.ts';
import type { Framework } from '../framework/runtime/framework.ts';
import type { Candidate } from './candidates.ts';
import type { NodeRow } from '../../model/rows.ts';

/** Result of a dry run: victims; undefined for a node without any; null where it failed. */
export type Found = Candidate | null | undefined;

/** True when every filter that is asked about the current pod looks at the one node alone. */
export function isLocal(framework: Framework): boolean {
  for (const { number, plugin } of framework.filter) {
    if (framework.skipsFilter[number] === 0 && plugin.local !== true) return false;
  }
  return true;
}

/** What is known for one class in one profile. */
export class ClassMemory {
  #framework: Framework | undefined;
  #budgets = -1;
  /** By node: the generation of which the rest speaks, -1 for nothing known. */
  #generation = new Int32Array(0);
  /** By node: pods of lower priority that had no start time; one more start changes their order. */
  #unstarted = new Int32Array(0);
  #found: Found[] = [];
  /** By node: the verdict of a dry run that failed. */
  #codes = new Uint8Array(0);
  #plugins = new Uint8Array(0);
  #reasons = new Int32Array(0);

  /** Forgets what was found with another profile or other budgets. */
  begin(framework: Framework, budgets: number, cache: SchedulerCache): void {
    const before = this.#generation.length;
    if (before < cache.nodeCapacity) {
      this.#generation = grown(this.#generation, cache.nodeCapacity).fill(-1, before);
      this.#unstarted = grown(this.#unstarted, cache.nodeCapacity);
      this.#codes = grown(this.#codes, cache.nodeCapacity);
      this.#plugins = grown(this.#plugins, cache.nodeCapacity);
      this.#reasons = grown(this.#reasons, cache.nodeCapacity);
      // Filled without holes: an array with holes is slow to read.
      for (let node = before as NodeRow; node < cache.nodeCapacity; node = (node + 1) as NodeRow)
        this.#found.push(undefined);
    }
    if (this.#framework === framework && this.#budgets === budgets) return;
    this.#framework = framework;
    this.#budgets = budgets;
    this.#generation.fill(-1);
  }

  /** Whether `recall` would give what a dry run gives now. */
  knows(cache: SchedulerCache, pods: PodSource, pod: PodInfo, node: NodeRow): boolean {
    if (this.#generation[node] !== cache.generation[node]) return false;
    return this.#unstarted[node] === 0 || this.#unstarted[node] === countUnstarted(cache, pods, pod, node);
  }

  /** The result, with the verdict in `dryRun` if it failed. */
  recall(node: NodeRow, dryRun: DryRun): Found {
    const found = this.#found[node];
    if (found !== null) return found;
    dryRun.code = this.#codes[node];
    dryRun.plugin = this.#plugins[node];
    dryRun.reasons = this.#reasons[node];
    return null;
  }

  remember(cache: SchedulerCache, pods: PodSource, pod: PodInfo, node: NodeRow, found: Found, dryRun: DryRun): void {
    this.#generation[node] = cache.generation[node];
    this.#unstarted[node] = countUnstarted(cache, pods, pod, node);
    this.#found[node] = found;
    if (found !== null) return;
    this.#codes[node] = dryRun.code;
    this.#plugins[node] = dryRun.plugin;
    this.#reasons[node] = dryRun.reasons;
  }
}

function countUnstarted(cache: SchedulerCache, pods: PodSource, pod: PodInfo, node: NodeRow): number {
  const { state, firstPod, nextPod, podClass } = cache;
  const { priority } = pod.podClass;
  let count = 0;
  for (let row = firstPod[node]; row >= 0; row = nextPod[row]) {
    if (pods.startedAt(row) < 0 && state.classes.get(podClass[row]).priority < priority) count += 1;
  }
  return count;
}
