// Hot dialect: what the plugins that look at one node alone say of it for a class of pods, remembered until the node changes.
import { grown } from '../../../model/columns.ts';
import { CHANGES_KEPT, type SchedulerCache } from '../../cache/cache.ts';
import { NodeList } from '../node-list.ts';
import { refuseScore } from '../guard/plugin-fault.ts';
import type { PodInfo } from '../pod-info.ts';
import type { Installed } from '../installed.ts';
import { MAX_NODE_SCORE } from '../interface.ts';
import { Code } from '../status.ts';
import { Verdicts } from '../verdicts.ts';
import type { NodeRow } from '../../../model/rows.ts';

const MOST_SUM = 2 ** 30;

/**
 * What is known of each node for one class of pods: 0 or more is the sum of its weighted scores, infinity that all filters pass and
 * nobody has asked for the scores, a negative number -1 minus the verdict of the first filter that does not pass, NaN nothing.
 */
class Memory {
  known = new Float64Array(0);
  /** The changes of the cache that it has taken note of. */
  #changes = 0;

  update(cache: SchedulerCache): void {
    const { changes, changedNodes, nodeCapacity } = cache;
    const before = this.known.length;
    if (before < nodeCapacity) this.known = grown(this.known, nodeCapacity).fill(Number.NaN, before);
    if (changes - this.#changes > CHANGES_KEPT) {
      this.known.fill(Number.NaN);
    } else {
      for (let i = this.#changes; i < changes; i += 1) this.known[changedNodes[i % CHANGES_KEPT]] = Number.NaN;
    }
    this.#changes = changes;
  }
}

/** A verdict as one int: the code in 2 bits, the plugin in 5, the list of reasons in 24. */
const PLUGIN_SHIFT = 2;
const REASONS_SHIFT = 7;

/** The extension points at which a plugin can be local. */
export interface LocalPoints {
  readonly filter: readonly Installed[];
  readonly preScore: readonly Installed[];
  readonly score: readonly Installed[];
}

/**
 * The local plugins of a profile: the filters that run before any other one, and the scores without a normalisation. Between two
 * pods of a class few nodes change; for the others nothing is computed again.
 */
export class LocalPlugins {
  /** How many of the profile's filters are taken care of, from the first one on. */
  readonly filters: number;
  readonly #cache: SchedulerCache;
  readonly #filter: readonly Installed[];
  readonly #score: readonly Installed[];
  readonly #preScore: readonly Installed[];
  readonly #skipsFilter: Uint8Array;
  readonly #skipsScore: Uint8Array;
  /** Whether all scores so far were whole numbers and their sums small ones: then it does not matter in which order they are added up. */
  whole = true;
  readonly #ofClass: (Memory | undefined)[] = [];
  /** The nodes that are not remembered, their positions in the list, and what the plugins say of them. */
  readonly #stale = new NodeList();
  #positions = new Int32Array(0);
  readonly #verdicts = new Verdicts();
  #scores = new Float64Array(0);
  #sums = new Float64Array(0);

  /** `skipsFilter` and `skipsScore` are the framework's, by plugin, and hold for the current pod. */
  constructor(cache: SchedulerCache, points: LocalPoints, skipsFilter: Uint8Array, skipsScore: Uint8Array) {
    this.#cache = cache;
    this.#skipsFilter = skipsFilter;
    this.#skipsScore = skipsScore;
    const { filter, preScore, score } = points;
    const others = filter.findIndex(({ plugin }) => plugin.local !== true);
    this.filters = others < 0 ? filter.length : others;
    this.#filter = filter.slice(0, this.filters);
    this.#score = score.filter((one) => this.scores(one));
    this.#preScore = preScore.filter(({ number }) => this.#score.some((one) => one.number === number));
  }

  /** Whether this class answers for a plugin's score. */
  scores({ plugin }: Installed): boolean {
    return plugin.local === true && plugin.normalizeScore === undefined;
  }

  /** The verdicts on nodes `start … end - 1` of the list, all of which are still Success. */
  runFilter(pod: PodInfo, nodes: NodeList, verdicts: Verdicts): void {
    const { known } = this.#memory(pod);
    const { rows } = nodes;
    this.#begin(nodes.end - nodes.start);
    for (let i = nodes.start; i < nodes.end; i += 1) {
      const what = known[rows[i]];
      if (what >= 0) continue;
      if (what < 0) pass(-1 - what, i, verdicts);
      else this.#add(i, rows[i]);
    }
    const stale = this.#stale;
    if (stale.end === 0) return;
    this.#askFilters(pod, stale);
    const { codes, plugins, reasons } = this.#verdicts;
    for (let k = 0; k < stale.end; k += 1) {
      const code = codes[k];
      if (code === Code.Success) {
        known[stale.rows[k]] = Number.POSITIVE_INFINITY;
        continue;
      }
      const verdict = code | (plugins[k] << PLUGIN_SHIFT) | (reasons[k] << REASONS_SHIFT);
      known[stale.rows[k]] = -1 - verdict;
      pass(verdict, this.#positions[k], verdicts);
    }
  }

  /** Sets `totals` to the weighted local scores of the list's nodes plus `base`. */
  runScore(pod: PodInfo, nodes: NodeList, totals: Float64Array, base: number): void {
    const { known } = this.#memory(pod);
    const { rows } = nodes;
    this.#begin(nodes.end);
    for (let i = 0; i < nodes.end; i += 1) {
      const sum = known[rows[i]];
      if (sum < Number.POSITIVE_INFINITY) totals[i] = base + sum;
      else this.#add(i, rows[i]);
    }
    const stale = this.#stale;
    if (stale.end === 0) return;
    this.#askScores(pod, stale);
    for (let k = 0; k < stale.end; k += 1) {
      known[stale.rows[k]] = this.#sums[k];
      totals[this.#positions[k]] = base + this.#sums[k];
    }
  }

  /** Sets `sums` to the weighted local scores of the list's nodes, -1 where a local filter rejects. Nothing is remembered. */
  weigh(pod: PodInfo, nodes: NodeList, sums: Float64Array): void {
    nodes.start = 0;
    this.#begin(nodes.end);
    this.#askFilters(pod, nodes);
    const { codes } = this.#verdicts;
    for (let i = 0; i < nodes.end; i += 1) {
      sums[i] = -1;
      if (codes[i] === Code.Success) this.#add(i, nodes.rows[i]);
    }
    const passing = this.#stale;
    if (passing.end === 0) return;
    for (let p = 0; p < this.#preScore.length; p += 1) {
      const one = this.#preScore[p];
      this.#skipsScore[one.number] = one.plugin.preScore!(pod, passing).code === Code.Skip ? 1 : 0;
    }
    this.#askScores(pod, passing);
    for (let k = 0; k < passing.end; k += 1) sums[this.#positions[k]] = this.#sums[k];
  }

  /** The verdicts on the list's nodes from position 0 on. */
  #askFilters(pod: PodInfo, nodes: NodeList): void {
    const verdicts = this.#verdicts;
    verdicts.reset(nodes.end);
    for (let f = 0; f < this.#filter.length; f += 1) {
      const one = this.#filter[f];
      if (this.#skipsFilter[one.number] === 1) continue;
      verdicts.plugin = one.number;
      one.plugin.filter!(pod, nodes, verdicts);
    }
  }

  /** The weighted sums of the list's nodes. */
  #askScores(pod: PodInfo, nodes: NodeList): void {
    const scores = this.#scores;
    const sums = this.#sums;
    sums.fill(0, 0, nodes.end);
    for (let s = 0; s < this.#score.length; s += 1) {
      const one = this.#score[s];
      if (this.#skipsScore[one.number] === 1) continue;
      one.plugin.score!(pod, nodes, scores);
      for (let k = 0; k < nodes.end; k += 1) {
        const score = scores[k];
        if (!(score >= 0 && score <= MAX_NODE_SCORE)) {
          refuseScore(one.name, score, pod, nodes.rows[k], this.#cache.state);
        }
        sums[k] += one.weight * score;
        if (score !== Math.floor(score) || sums[k] > MOST_SUM) this.whole = false;
      }
    }
  }

  #memory({ podClass }: PodInfo): Memory {
    let memory = this.#ofClass[podClass.id];
    if (memory === undefined) {
      for (let id = this.#ofClass.length; id < podClass.id; id += 1) this.#ofClass[id] = undefined;
      memory = new Memory();
      this.#ofClass[podClass.id] = memory;
    }
    memory.update(this.#cache);
    return memory;
  }

  #begin(most: number): void {
    this.#stale.end = 0;
    this.#stale.ensure(most);
    if (this.#positions.length < most) {
      this.#positions = new Int32Array(most * 2);
      this.#scores = new Float64Array(most * 2);
      this.#sums = new Float64Array(most * 2);
    }
  }

  #add(position: number, node: NodeRow): void {
    const at = this.#stale.end;
    this.#stale.rows[at] = node;
    this.#positions[at] = position;
    this.#stale.end = at + 1;
  }
}

function pass(verdict: number, position: number, verdicts: Verdicts): void {
  verdicts.plugin = (verdict >> PLUGIN_SHIFT) & 31;
  verdicts.reject(position, verdict & 3, verdict >>> REASONS_SHIFT);
}
