// Hot dialect: one profile's plugins, run extension point by extension point (kube-scheduler framework/runtime).
import { assert } from '../../../lib/assert.ts';
import { InputError } from '../../../lib/errors.ts';
import type { Family } from '../../../lib/family.ts';
import type { SchedulerCache } from '../../cache/cache.ts';
import type { ClassIndex } from '../class-index/class-index.ts';
import { ClassIndexes } from '../class-index/class-indexes.ts';
import { defaultMultiPoint } from '../profile/default-profile.ts';
import {
  type EventRegistration,
  type FilterOutcome,
  type Handle,
  MAX_NODE_SCORE,
  type NodeGroups,
  type Plugin,
  type PostFilterResult,
} from '../interface.ts';
import { LocalPlugins } from '../class-index/local-plugins.ts';
import type { Installed, ScoreObserver } from '../installed.ts';
import type { NodeList } from '../node-list.ts';
import { refuseScore } from '../guard/plugin-fault.ts';
import type { PodInfo } from '../pod-info.ts';
import { type ExtensionPoint, extensionPoints, mergePluginSet, pluginsAt } from '../profile/profile.ts';
import type { PluginUse, Profile } from '../../../model/settings/scheduler.ts';
import { Code, rejects, type Status, success } from '../status.ts';
import type { Verdicts } from '../verdicts.ts';
import type { NodeRow } from '../../../model/rows.ts';

const MOST_PLUGINS = 31;

export class Framework {
  readonly schedulerName: string;
  /** 0 is adaptive. */
  readonly percentageOfNodesToScore: number;
  readonly installed: readonly Installed[];
  readonly preEnqueue: readonly Installed[];
  readonly queueSort: readonly Installed[];
  readonly preFilter: readonly Installed[];
  readonly filter: readonly Installed[];
  readonly postFilter: readonly Installed[];
  readonly preScore: readonly Installed[];
  readonly score: readonly Installed[];
  readonly reserve: readonly Installed[];
  readonly permit: readonly Installed[];
  readonly preBind: readonly Installed[];
  readonly bind: readonly Installed[];
  readonly postBind: readonly Installed[];
  /** Plugins that hear of pods that come and go in a dry run. */
  readonly podExtensions: readonly Installed[];
  /** By plugin: 1 while its Filter, or its Score, is skipped for the current pod. */
  readonly skipsFilter: Uint8Array;
  readonly skipsScore: Uint8Array;
  /** After runPreFilter: the only nodes worth filtering, undefined for all; and the plugins that named them. */
  restriction: readonly NodeRow[] | undefined;
  restricting: readonly string[] = [];
  readonly #cache: SchedulerCache;
  readonly #local: LocalPlugins;
  /** The Score plugins that look at more than one node. */
  readonly #jointScore: readonly Installed[];
  readonly #indexes: ClassIndexes;
  #scores = new Float64Array(0);

  constructor(profile: Profile, handle: Handle, percentageOfNodesToScore: number, plugins: Family<Handle, Plugin>) {
    this.schedulerName = profile.schedulerName;
    this.percentageOfNodesToScore = profile.percentageOfNodesToScore ?? percentageOfNodesToScore;
    const multiPoint = mergePluginSet({ enabled: defaultMultiPoint }, profile.plugins?.multiPoint);
    this.installed = install(profile, multiPoint.enabled ?? [], handle, plugins);
    const byName = new Map(this.installed.map((one) => [one.name, one]));
    const at = (point: ExtensionPoint): Installed[] => {
      const method = extensionPoints[point];
      const takesPart = (name: string): boolean => byName.get(name)?.plugin[method] !== undefined;
      const own = profile.plugins?.[point];
      return pluginsAt(own, multiPoint, takesPart).map((use) => {
        const one = byName.get(use.name);
        if (one?.plugin[method] === undefined) {
          throw new InputError(`profile ${profile.schedulerName}: plugin ${use.name} does not extend ${point}`);
        }
        const named = own?.enabled?.find((other) => other.name === use.name)?.weight ?? 0;
        return named > 0 ? { ...one, weight: named } : one;
      });
    };
    this.preEnqueue = at('preEnqueue');
    this.queueSort = at('queueSort');
    this.preFilter = at('preFilter');
    this.filter = at('filter');
    this.postFilter = at('postFilter');
    this.preScore = at('preScore');
    this.score = at('score');
    this.reserve = at('reserve');
    this.permit = at('permit');
    this.preBind = at('preBind');
    this.bind = at('bind');
    this.postBind = at('postBind');
    this.podExtensions = this.preFilter.filter(({ plugin }) => plugin.addPod !== undefined);
    this.#cache = handle.cache;
    this.skipsFilter = new Uint8Array(this.installed.length);
    this.skipsScore = new Uint8Array(this.installed.length);
    this.#local = new LocalPlugins(handle.cache, this, this.skipsFilter, this.skipsScore);
    this.#jointScore = this.score.filter((one) => !this.#local.scores(one));
    this.#indexes = new ClassIndexes(handle.cache, this.#local);
    if (this.queueSort.length !== 1) {
      throw new InputError(`profile ${this.schedulerName}: exactly one queue sort plugin is required`);
    }
    if (this.bind.length === 0)
      throw new InputError(`profile ${this.schedulerName}: at least one bind plugin is needed`);
  }

  /** What each plugin waits for, by its number. */
  get registrations(): readonly (readonly EventRegistration[])[] {
    return this.installed.map((one) => one.plugin.registrations ?? []);
  }

  /** The status of the first plugin that does not let the pod in. */
  runPreEnqueue(pod: PodInfo): { status: Status; plugin: number } {
    for (const one of this.preEnqueue) {
      const status = one.plugin.preEnqueue!(pod);
      if (status.code !== Code.Success) return { status, plugin: one.number };
    }
    return { status: success, plugin: -1 };
  }

  /** The first rejection (a plugin's number and its status), or success with `restriction` set. */
  runPreFilter(pod: PodInfo): { status: Status; plugin: number } {
    this.restriction = undefined;
    this.restricting = [];
    let rejected: { status: Status; plugin: number } | undefined;
    for (const one of this.preFilter) {
      const status = one.plugin.preFilter!(pod);
      this.skipsFilter[one.number] = status.code === Code.Skip ? 1 : 0;
      if (status.code === Code.UnschedulableAndUnresolvable || status.code === Code.Error) {
        return { status, plugin: one.number };
      }
      if (status.code === Code.Unschedulable) rejected ??= { status, plugin: one.number };
      if (status.nodes === undefined) continue;
      const allowed = new Set(status.nodes);
      this.restriction = this.restriction === undefined ? [...allowed] : this.restriction.filter((n) => allowed.has(n));
      this.restricting = [...this.restricting, one.name];
      if (this.restriction.length === 0) {
        const names = [...this.restricting].sort();
        const joint =
          names.length === 1
            ? `node(s) didn't satisfy plugin ${names[0]}`
            : `node(s) didn't satisfy plugin(s) [${names.join(' ')}] simultaneously`;
        return { status: { code: Code.UnschedulableAndUnresolvable, reasons: [joint] }, plugin: -1 };
      }
    }
    return rejected ?? PASSED;
  }

  /** The verdicts on the list's nodes, all of which are still Success. `plain`: nothing is taken from memory. */
  runFilter(pod: PodInfo, nodes: NodeList, verdicts: Verdicts, plain: boolean): void {
    let first = 0;
    if (!plain && this.#local.filters > 0) {
      this.#local.runFilter(pod, nodes, verdicts);
      first = this.#local.filters;
    }
    for (let i = first; i < this.filter.length; i += 1) {
      const one = this.filter[i];
      if (this.skipsFilter[one.number] === 1) continue;
      verdicts.plugin = one.number;
      one.plugin.filter!(pod, nodes, verdicts);
    }
  }

  /** The verdict on a list of one node, from the filters themselves; `podsOnly`: from those to which its pods matter. */
  runFilterOnOne(pod: PodInfo, nodes: NodeList, verdicts: Verdicts, podsOnly: boolean): void {
    for (let i = 0; i < this.filter.length && verdicts.rejected === 0; i += 1) {
      const one = this.filter[i];
      if (this.skipsFilter[one.number] === 1 || (podsOnly && one.plugin.ignoresPods === true)) continue;
      verdicts.plugin = one.number;
      one.plugin.filter!(pod, nodes, verdicts);
    }
  }

  /** No node is feasible: asks the PostFilter plugins in turn. The first that succeeds ends the round. */
  runPostFilter(pod: PodInfo, outcome: FilterOutcome): PostFilterResult {
    const reasons: string[] = [];
    let nominated: NodeRow | undefined;
    let dryRuns = 0;
    let first = -1;
    for (const one of this.postFilter) {
      const status = one.plugin.postFilter!(pod, outcome);
      if (status.code === Code.Success) return { ...status, plugin: -1 };
      if (status.code !== Code.Unschedulable) return { ...status, plugin: one.number };
      nominated = status.node ?? nominated;
      dryRuns += status.dryRuns ?? 0;
      reasons.push(...status.reasons);
      if (first < 0) first = one.number;
    }
    return { code: Code.Unschedulable, plugin: first, reasons, node: nominated, dryRuns };
  }

  /** Adds up the weighted scores of the list's nodes. With an observer every plugin is asked about every node. */
  runScore(pod: PodInfo, nodes: NodeList, totals: Float64Array, observer?: ScoreObserver): void {
    const count = nodes.end;
    if (this.#scores.length < count) this.#scores = new Float64Array(Math.max(count, this.#scores.length * 2));
    this.skipsScore.fill(0);
    for (let i = 0; i < this.preScore.length; i += 1) {
      const one = this.preScore[i];
      const status = one.plugin.preScore!(pod, nodes);
      this.skipsScore[one.number] = status.code === Code.Skip ? 1 : 0;
      assert(!rejects(status.code), () => `plugin ${one.name} rejected a pod in PreScore`);
    }
    if (observer === undefined) this.#local.runScore(pod, nodes, totals, this.#sameForAll(pod));
    // Fractions add up to something else in another order.
    const plain = observer !== undefined || !this.#local.whole;
    if (plain) totals.fill(0, 0, count);
    const scores = this.#scores;
    for (let i = 0; i < this.score.length; i += 1) {
      const one = this.score[i];
      if (this.skipsScore[one.number] === 1) continue;
      if (!plain && (this.#local.scores(one) || one.plugin.sameForAll?.(pod) !== undefined)) continue;
      one.plugin.score!(pod, nodes, scores);
      observer?.raw(one, scores, count);
      if (one.plugin.normalizeScore !== undefined) one.plugin.normalizeScore(pod, nodes, scores);
      observer?.normalized(one, scores, count);
      const weight = one.weight;
      for (let position = 0; position < count; position += 1) {
        const score = scores[position];
        if (!(score >= 0 && score <= MAX_NODE_SCORE)) this.#refuse(one, score, pod, nodes.rows[position]);
        totals[position] += weight * score;
      }
    }
  }

  /**
   * Searches for the best node by index, from position `from` in the order of nodes, among `enough` feasible ones. Undefined when
   * more than the pod's class, the single node and one plugin's groups counts for this pod, or the index knows nothing. To be
   * called after runPreFilter; there are no verdicts.
   */
  search(pod: PodInfo, from: number, enough: number): ClassIndex | undefined {
    if (this.restriction !== undefined || !this.#local.whole) return undefined;
    for (let i = this.#local.filters; i < this.filter.length; i += 1) {
      if (this.skipsFilter[this.filter[i].number] === 0) return undefined;
    }
    let groups: NodeGroups | undefined;
    let weight = 0;
    let base = 0;
    for (let i = 0; i < this.#jointScore.length; i += 1) {
      const one = this.#jointScore[i];
      const same = one.plugin.sameForAll?.(pod);
      if (same !== undefined) {
        base += one.weight * same;
        continue;
      }
      if (groups !== undefined) return undefined;
      groups = one.plugin.groups?.(pod);
      weight = one.weight;
      if (groups === undefined) return undefined;
    }
    const index = this.#indexes.of(pod.podClass);
    if (!index.search(pod, groups, weight, from, enough) || !this.#local.whole) return undefined;
    index.best += base;
    return index;
  }

  #refuse(one: Installed, score: number, pod: PodInfo, node: NodeRow): never {
    refuseScore(one.name, score, pod, node, this.#cache.state);
  }

  /** The weighted scores of the plugins that give every node the same. */
  #sameForAll(pod: PodInfo): number {
    let sum = 0;
    for (let i = 0; i < this.score.length; i += 1) {
      const one = this.score[i];
      if (this.skipsScore[one.number] === 0) sum += one.weight * (one.plugin.sameForAll?.(pod) ?? 0);
    }
    return sum;
  }
}

const PASSED = { status: success, plugin: -1 } as const;

/** Every plugin that a profile names anywhere, built once. */
function install(
  profile: Profile,
  multiPoint: readonly PluginUse[],
  handle: Handle,
  plugins: Family<Handle, Plugin>,
): Installed[] {
  const uses = new Map<string, number>();
  const sets = Object.entries(profile.plugins ?? {}).filter(([point]) => point !== 'multiPoint');
  for (const { name, weight } of [...multiPoint, ...sets.flatMap(([, set]) => set?.enabled ?? [])]) {
    if (!uses.has(name)) uses.set(name, weight !== undefined && weight > 0 ? weight : 1);
  }
  if (uses.size > MOST_PLUGINS) {
    throw new InputError(`profile ${profile.schedulerName}: at most ${MOST_PLUGINS} plugins, not ${uses.size}`);
  }
  return [...uses].map(([name, weight], number) => {
    const args = profile.pluginConfig?.find((one) => one.name === name)?.args;
    return { name, number, weight, plugin: plugins.create(name, args ?? {}, handle) };
  });
}
