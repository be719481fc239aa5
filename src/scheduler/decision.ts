// Hot dialect: the decision about one pod: which nodes are examined, which pass, what they score, which wins (schedule_one.go).
import type { Random } from '../engine/random.ts';
import type { SchedulerCache } from './cache/cache.ts';
import type { TieBreak } from '../model/settings/scheduler.ts';
import { choose, NodeRanks } from './choose.ts';
import { DryRun } from './framework/runtime/dry-run.ts';
import type { FilterOutcome, PostFilterResult } from './framework/interface.ts';
import { NodeList } from './framework/node-list.ts';
import { Nominations } from './cache/nominations.ts';
import type { PodInfo } from './framework/pod-info.ts';
import type { ScoreWitness } from './framework/installed.ts';
import type { Framework } from './framework/runtime/framework.ts';
import { Code, rejects, type Status, success } from './framework/status.ts';
import { Verdicts } from './framework/verdicts.ts';

/** Fewer nodes than this are all examined, and at least so many feasible ones are looked for. */
const LEAST_FEASIBLE = 100;
const LEAST_PERCENTAGE = 5;
/** Candidates are filtered in lists of at least this many. */
const LEAST_LIST = 64;

/** How many feasible nodes are enough among `nodes` candidates; `percentage` 0 is adaptive. */
function feasibleNodesToFind(nodes: number, percentage: number): number {
  if (nodes < LEAST_FEASIBLE) return nodes;
  const part = percentage > 0 ? percentage : Math.max(LEAST_PERCENTAGE, 50 - Math.floor(nodes / 125));
  if (part >= 100) return nodes;
  return Math.max(LEAST_FEASIBLE, Math.floor((nodes * part) / 100));
}

const NOTHING_DONE: PostFilterResult = { code: Code.Unschedulable, plugin: -1, reasons: [] };

/** One decision at a time: its columns hold the last one until the next begins. */
export class Decision implements FilterOutcome {
  /** The node chosen, or -1. */
  node = -1;
  /** Why there is none before filtering: PreFilter's status and plugin; success when it passed. */
  preFilter: Status = success;
  preFilterPlugin = -1;
  /** How many nodes were examined, and how many of them are feasible. */
  filtered = 0;
  found = 0;
  /** The winner's total, when there were at least two. */
  best = 0;
  /**
   * The nodes examined in order, with their verdicts. These, and `feasible` and `totals`, are empty when the node was found by
   * index.
   */
  readonly examined = new NodeList();
  readonly verdicts = new Verdicts();
  /** The feasible nodes in order, and their totals when there were at least two. */
  readonly feasible = new NodeList();
  totals = new Float64Array(0);
  scored = 0;
  /** Nodes in the cluster when the decision was made. */
  allNodes = 0;
  /** Bits of the plugins that rejected the pod or a node. */
  rejectedBy = 0;
  /** What the PostFilter plugins made of it where no node was feasible. */
  postFilter: PostFilterResult = NOTHING_DONE;
  /** The profile that decided. */
  framework!: Framework;
  readonly dryRun: DryRun;
  /** Where the next pod's search starts. */
  nextStart = 0;
  /** The walk over the candidates: their list and its offset. */
  #candidates: Int32Array = new Int32Array(0);
  #from = 0;
  readonly #cache: SchedulerCache;
  readonly #nominations: Nominations;
  readonly #tieBreak: TieBreak;
  readonly #random: Random;
  readonly #indexed: boolean;
  readonly #ranks: NodeRanks | undefined;

  /** With `indexed` false each node is looked at, as must be for a tie rule that draws a number for each of the best. */
  constructor(
    cache: SchedulerCache,
    tieBreak: TieBreak,
    random: Random,
    nominations = new Nominations(),
    indexed = tieBreak === 'heap',
  ) {
    this.#cache = cache;
    this.#indexed = indexed;
    this.#nominations = nominations;
    this.dryRun = new DryRun(cache, nominations);
    this.#tieBreak = tieBreak;
    this.#random = random;
    this.#ranks = tieBreak === 'ranked' ? new NodeRanks(random) : undefined;
  }

  /** Decides about the pod. The result is in this object's fields. With a witness nothing that is remembered is used. */
  decide(framework: Framework, pod: PodInfo, witness?: ScoreWitness): void {
    const cache = this.#cache;
    this.framework = framework;
    this.node = -1;
    this.postFilter = NOTHING_DONE;
    this.preFilter = success;
    this.preFilterPlugin = -1;
    this.filtered = 0;
    this.found = 0;
    this.best = 0;
    this.examined.end = 0;
    this.feasible.end = 0;
    this.scored = 0;
    this.rejectedBy = 0;
    this.allNodes = cache.nodes;
    if (cache.nodes === 0) return;
    cache.images.refresh();
    const { status, plugin } = framework.runPreFilter(pod);
    if (status.code !== Code.Success) {
      this.preFilter = status;
      this.preFilterPlugin = plugin;
      if (plugin >= 0) this.rejectedBy = rejects(status.code) ? 1 << plugin : 0;
      else this.rejectedBy = bitsOf(framework, framework.restricting);
      if (rejects(status.code)) this.#runPostFilter(framework, pod);
      return;
    }
    const noneNominated = this.#nominations.size === 0;
    if (noneNominated && this.#indexed && witness === undefined && this.#lookUp(framework, pod)) return;
    if (noneNominated || !this.#takesNominated(framework, pod)) {
      this.#findFeasible(framework, pod, witness !== undefined);
    }
    const found = this.feasible.end;
    this.filtered = this.examined.end;
    this.found = found;
    if (found === 0) {
      this.#collectRejections(framework);
      this.#runPostFilter(framework, pod);
      return;
    }
    if (found === 1) {
      this.node = this.feasible.rows[0];
      return;
    }
    if (this.totals.length < found) this.totals = new Float64Array(Math.max(found, this.totals.length * 2));
    framework.runScore(pod, this.feasible, this.totals, witness);
    this.scored = found;
    const { rows } = this.feasible;
    const chosen = this.#ranks?.choose(this.totals, rows, found);
    const winner = chosen ?? choose(this.totals, found, this.#tieBreak, this.#random);
    this.best = this.totals[winner];
    this.node = rows[winner];
  }

  /** Finds the node by index; false when that cannot be done, or when it must be said why no node will do. */
  #lookUp(framework: Framework, pod: PodInfo): boolean {
    const count = this.#cache.order.list.length;
    const from = this.nextStart % count;
    const index = framework.search(pod, from, feasibleNodesToFind(count, framework.percentageOfNodesToScore));
    if (index === undefined || index.found === 0) return false;
    this.node = index.node;
    this.filtered = index.examined;
    this.found = index.found;
    if (index.found > 1) {
      this.scored = index.found;
      this.best = index.best;
    }
    this.nextStart = (this.nextStart + index.examined) % count;
    return true;
  }

  /** Nodes that a PreFilter plugin ruled out. */
  get absent(): number {
    return this.preFilter.code === Code.Success ? this.allNodes - this.examined.end : 0;
  }

  #runPostFilter(framework: Framework, pod: PodInfo): void {
    if (framework.postFilter.length > 0) this.postFilter = framework.runPostFilter(pod, this);
  }

  /** The node to which the pod is nominated is tried first: if it passes it is the only one, and the start index stays. */
  #takesNominated(framework: Framework, pod: PodInfo): boolean {
    const node = this.#nominations.nodeOf(pod.row, pod.epoch);
    if (node < 0 || this.#cache.present[node] === 0) return false;
    this.dryRun.begin(framework, pod, node);
    const fits = this.dryRun.fits();
    this.dryRun.end();
    if (!fits) return false;
    for (const list of [this.examined, this.feasible]) {
      list.ensure(1);
      list.rows[0] = node;
      list.start = 0;
      list.end = 1;
    }
    this.verdicts.reset(1);
    return true;
  }

  /** Where pods of no lower priority are nominated to a node, it has to pass with them there as well. */
  #heedNominated(framework: Framework, pod: PodInfo): void {
    const { examined, dryRun } = this;
    for (let i = examined.start; i < examined.end; i += 1) {
      const node = examined.rows[i];
      if (!this.#nominations.concern(node, pod.row, pod.podClass.priority)) continue;
      dryRun.begin(framework, pod, node);
      if (!dryRun.fitsBesideNominated()) this.verdicts.replace(i, dryRun.code, dryRun.plugin, dryRun.reasons);
      dryRun.end();
    }
  }

  /**
   * Walks the candidates from the start index and stops at the (k+1)-th feasible one: that one is neither kept nor counted, the
   * rejected ones before it are. This is the order of one worker; the real scheduler's sixteen race.
   */
  #findFeasible(framework: Framework, pod: PodInfo, plain: boolean): void {
    const { examined, feasible, verdicts } = this;
    const all = this.#cache.order.list;
    const { restriction } = framework;
    this.#candidates = restriction === undefined ? all : this.#present(restriction);
    const count = this.#candidates.length;
    const enough = feasibleNodesToFind(count, framework.percentageOfNodesToScore);
    this.#from = count === 0 ? 0 : this.nextStart % count;
    examined.ensure(count);
    feasible.ensure(Math.min(count, enough));
    verdicts.reset(count);
    let end = 0;
    let found = 0;
    let rejected = 0;
    let stopped = false;
    while (end < count && !stopped) {
      const start = end;
      end = Math.min(count, start + Math.max(LEAST_LIST, enough + 1 - found));
      this.#list(start, end);
      framework.runFilter(pod, examined, verdicts, plain);
      if (this.#nominations.size > 0) this.#heedNominated(framework, pod);
      if (verdicts.rejected === rejected) {
        const taken = Math.min(end - start, enough - found);
        feasible.rows.set(examined.rows.subarray(start, start + taken), found);
        found += taken;
        stopped = taken < end - start;
        end = start + taken;
        continue;
      }
      rejected = verdicts.rejected;
      for (let i = start; i < end; i += 1) {
        if (verdicts.codes[i] !== Code.Success) continue;
        if (found === enough) {
          end = i;
          stopped = true;
          break;
        }
        feasible.rows[found] = examined.rows[i];
        found += 1;
      }
    }
    examined.start = 0;
    examined.end = end;
    feasible.end = found;
    this.nextStart = (this.nextStart + end) % all.length;
  }

  /** Puts candidates `start … end - 1` of the walk before the filters. */
  #list(start: number, end: number): void {
    const { examined } = this;
    const candidates = this.#candidates;
    const count = candidates.length;
    const from = (this.#from + start) % count;
    const first = Math.min(end - start, count - from);
    examined.rows.set(candidates.subarray(from, from + first), start);
    if (start + first < end) examined.rows.set(candidates.subarray(0, end - start - first), start + first);
    examined.start = start;
    examined.end = end;
  }

  #present(nodes: readonly number[]): Int32Array {
    const { present, nodeCapacity } = this.#cache;
    return Int32Array.from(nodes.filter((node) => node < nodeCapacity && present[node] === 1));
  }

  #collectRejections(framework: Framework): void {
    let bits = 0;
    for (let i = 0; i < this.examined.end; i += 1) bits |= 1 << this.verdicts.plugins[i];
    this.rejectedBy = bits | bitsOf(framework, framework.restricting);
  }
}

function bitsOf(framework: Framework, names: readonly string[]): number {
  let bits = 0;
  for (const { name, number } of framework.installed) if (names.includes(name)) bits |= 1 << number;
  return bits;
}
