// Hot dialect: one decision at a time, as columns: the nodes examined, what was said of each, the totals, the winner. `schedule-one.ts` makes it.
import type { Random } from '../engine/random.ts';
import type { TieBreak } from '../model/settings/scheduler.ts';
import type { SchedulerCache } from './cache/cache.ts';
import type { Extenders } from './extenders.ts';
import { Nominations } from './cache/nominations.ts';
import { choose, NodeRanks } from './choose.ts';
import type { FilterOutcome, PostFilterResult } from './framework/interface.ts';
import { NodeList } from './framework/node-list.ts';
import { DryRun } from './framework/runtime/dry-run.ts';
import type { Framework } from './framework/runtime/framework.ts';
import { Code, type Status, success } from './framework/status.ts';
import { Verdicts } from './framework/verdicts.ts';
import type { NodeRow } from '../model/rows.ts';

const NOTHING_DONE: PostFilterResult = { code: Code.Unschedulable, plugin: -1, reasons: [] };

/** The columns hold the last decision until the next one begins. */
export class Decision implements FilterOutcome {
  /** The node chosen, or -1. */
  node: NodeRow = -1;
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
  readonly cache: SchedulerCache;
  readonly nominations: Nominations;
  /** Asked about pods beside the plugins. */
  extenders: Extenders | undefined;
  /** Where the next pod's search starts. */
  nextStart = 0;
  /** Whether nodes may be looked up in the class's index. */
  readonly indexed: boolean;
  readonly #tieBreak: TieBreak;
  readonly #random: Random;
  readonly #ranks: NodeRanks | undefined;

  /** With `indexed` false each node is looked at, as must be for a tie rule that draws a number for each of the best. */
  constructor(
    cache: SchedulerCache,
    tieBreak: TieBreak,
    random: Random,
    nominations = new Nominations(),
    indexed = tieBreak === 'heap',
  ) {
    this.cache = cache;
    this.indexed = indexed;
    this.nominations = nominations;
    this.dryRun = new DryRun(cache, nominations);
    this.#tieBreak = tieBreak;
    this.#random = random;
    this.#ranks = tieBreak === 'ranked' ? new NodeRanks(random) : undefined;
  }

  /** The next decision begins. */
  begin(framework: Framework): void {
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
    this.allNodes = this.cache.nodes;
  }

  /** Nodes that a PreFilter plugin ruled out. */
  get absent(): number {
    return this.preFilter.code === Code.Success ? this.allNodes - this.examined.end : 0;
  }

  /** Position of the winner among the feasible nodes, by their totals; `drawn`: chance decides among equals, whatever the rule. */
  selectHost(drawn = false): number {
    const { rows, end } = this.feasible;
    const chosen = this.#ranks?.choose(this.totals, rows, end);
    return chosen ?? choose(this.totals, end, drawn ? 'random' : this.#tieBreak, this.#random);
  }
}
