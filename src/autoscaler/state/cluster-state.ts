// What the autoscaler knows of its groups from loop to loop: requests on their way, what has not come, failures, sizes that are wrong.
import type { CloudProvider, Instance, NodeGroup } from '../../model/ports/cloud.ts';
import type { ListedNode } from '../cluster/listed.ts';
import type { AutoscalerOptions } from '../options.ts';
import { Backoffs } from './backoff.ts';
import { type GroupState, type Readiness, readinessOf, type Unregistered } from './group-state.ts';

interface ScaleUpRequest {
  readonly increase: number;
  readonly sinceUs: number;
  readonly expectedUs: number;
}

interface WrongSize {
  readonly current: number;
  readonly expected: number;
  readonly sinceUs: number;
}

/** What is to be reported of a group. */
export interface StateEvents {
  timedOut(group: NodeGroup, afterUs: number): void;
  failedInstances(group: NodeGroup, count: number, error: string): void;
}

const NOBODY: Readiness = {
  registered: [],
  ready: [],
  unready: [],
  notStarted: [],
  unregistered: [],
  longUnregistered: [],
};

export class ClusterStateRegistry {
  readonly #provider: CloudProvider;
  readonly #options: AutoscalerOptions;
  readonly #events: StateEvents;
  readonly #backoffs: Backoffs;
  readonly #requests = new Map<string, ScaleUpRequest>();
  /** Since when machines have been seen without a node. */
  readonly #unregistered = new Map<string, number>();
  readonly #wrongSizes = new Map<string, WrongSize>();
  #states = new Map<string, GroupState>();
  #readiness = new Map<string, Readiness>();
  #failedBefore = new Set<string>();
  #unready = 0;
  #nodes = 0;

  constructor(provider: CloudProvider, options: AutoscalerOptions, events: StateEvents) {
    this.#provider = provider;
    this.#options = options;
    this.#events = events;
    this.#backoffs = new Backoffs(options);
  }

  update(nodes: readonly ListedNode[], nowUs: number): void {
    const names = new Set(nodes.map(({ name }) => name));
    this.#noteUnregistered(names, nowUs);
    this.#updateReadiness(nodes, nowUs);
    this.recalculate();
    this.#updateRequests(nowUs);
    this.#noteFailedInstances(nowUs);
    this.recalculate();
    this.#noteWrongSizes(nowUs);
  }

  /** After targets or requests have changed. */
  recalculate(): void {
    this.#states = new Map(
      this.#provider.groups.map(({ id, target }) => {
        const readiness = this.#readiness.get(id) ?? NOBODY;
        const expected = this.#requests.get(id)?.increase ?? 0;
        return [id, { readiness, target, minNodes: target - readiness.longUnregistered.length - expected }] as const;
      }),
    );
  }

  /** Too many nodes are broken for anybody to know what is going on. */
  get isHealthy(): boolean {
    return !this.#tooMany(this.#unready, this.#nodes);
  }

  isGroupHealthy(group: string): boolean {
    const { readiness, minNodes, target } = this.#state(group);
    const { ready, unready, notStarted } = readiness;
    if (isUnseen(readiness)) return target === 0 || minNodes === 0;
    const missing = Math.max(0, minNodes - ready.length);
    return !this.#tooMany(missing, ready.length + unready.length + notStarted.length);
  }

  isBackedOff(group: string, nowUs: number): boolean {
    return this.#backoffs.isBackedOff(group, nowUs);
  }

  mayGrow(group: string, nowUs: number): boolean {
    return this.isGroupHealthy(group) && !this.isBackedOff(group, nowUs);
  }

  /** How many of the nodes that were asked for will come soon, and which of them have registered. */
  upcoming(group: string): { readonly count: number; readonly registered: readonly string[] } {
    if (!this.#requests.has(group)) return { count: 0, registered: [] };
    const { readiness, target } = this.#state(group);
    const { ready, unready, longUnregistered, notStarted } = readiness;
    const count = target - ready.length - unready.length - longUnregistered.length;
    return count <= 0 ? { count: 0, registered: [] } : { count, registered: notStarted };
  }

  longUnregistered(group: string): readonly string[] {
    return this.#state(group).readiness.longUnregistered;
  }

  /** By how much the group's target has been too large for too long. */
  excess(group: string, nowUs: number): number {
    const wrong = this.#wrongSizes.get(group);
    if (wrong === undefined || wrong.sinceUs + this.#options.maxNodeProvisionTimeUs >= nowUs) return 0;
    return Math.max(0, wrong.expected - wrong.current);
  }

  registerScaleUp(group: string, by: number, nowUs: number): void {
    const before = this.#requests.get(group);
    if (before === undefined && by <= 0) return;
    const increase = (before?.increase ?? 0) + by;
    if (increase <= 0) {
      this.#requests.delete(group);
      return;
    }
    const expectedUs = nowUs + this.#options.maxNodeProvisionTimeUs;
    const shifted = by > 0 || before === undefined ? { sinceUs: nowUs, expectedUs } : before;
    this.#requests.set(group, { ...shifted, increase });
  }

  registerFailedScaleUp(group: string, nowUs: number): void {
    this.#backoffs.failed(group, nowUs);
  }

  #state(group: string): GroupState {
    return this.#states.get(group) ?? { readiness: NOBODY, target: 0, minNodes: 0 };
  }

  #tooMany(unready: number, all: number): boolean {
    const { okTotalUnreadyCount, maxTotalUnreadyPercentage } = this.#options;
    return unready > okTotalUnreadyCount && unready > (maxTotalUnreadyPercentage / 100) * all;
  }

  #noteUnregistered(names: ReadonlySet<string>, nowUs: number): void {
    const now = new Set<string>();
    for (const { instances } of this.#provider.groups) {
      for (const { name, state, error } of instances) {
        if (names.has(name) || state === 'deleting' || error !== '') continue;
        now.add(name);
        if (!this.#unregistered.has(name)) this.#unregistered.set(name, nowUs);
      }
    }
    for (const name of this.#unregistered.keys()) if (!now.has(name)) this.#unregistered.delete(name);
  }

  #updateReadiness(nodes: readonly ListedNode[], nowUs: number): void {
    const { maxNodeProvisionTimeUs } = this.#options;
    const of = (some: readonly ListedNode[], missing: readonly Unregistered[]): Readiness =>
      readinessOf(some, missing, maxNodeProvisionTimeUs, nowUs);
    const byGroup = new Map<string, ListedNode[]>();
    for (const node of nodes) {
      const group = this.#provider.groupOf(node.name);
      if (group === undefined) continue;
      const list = byGroup.get(group.id) ?? [];
      list.push(node);
      byGroup.set(group.id, list);
    }
    const missing = new Map<string, Unregistered[]>();
    for (const [name, sinceUs] of this.#unregistered) {
      const group = this.#provider.groupOf(name);
      if (group === undefined) continue;
      const list = missing.get(group.id) ?? [];
      list.push({ name, sinceUs });
      missing.set(group.id, list);
    }
    this.#readiness = new Map(
      this.#provider.groups.map(({ id }) => [id, of(byGroup.get(id) ?? [], missing.get(id) ?? [])] as const),
    );
    // Nodes of no group count as well.
    const all = readinessOf(nodes, [], maxNodeProvisionTimeUs, nowUs);
    this.#unready = all.unready.length;
    this.#nodes = nodes.length;
  }

  #updateRequests(nowUs: number): void {
    this.#backoffs.forgetOld(nowUs);
    for (const group of this.#provider.groups) {
      const request = this.#requests.get(group.id);
      if (request === undefined) continue;
      if (!this.#isScalingUp(group.id)) {
        this.#requests.delete(group.id);
      } else if (request.expectedUs < nowUs) {
        this.#events.timedOut(group, nowUs - request.sinceUs);
        this.#backoffs.failed(group.id, nowUs);
        this.#requests.delete(group.id);
        // What has not been made yet shall not be made any more; where there are machines the provider refuses.
        group.decreaseTarget(request.increase);
      }
    }
  }

  /** The group has fewer nodes that have started than it shall have. */
  #isScalingUp(group: string): boolean {
    const { readiness, target } = this.#state(group);
    return target > readiness.registered.length - readiness.notStarted.length;
  }

  #noteFailedInstances(nowUs: number): void {
    const failed = new Set<string>();
    for (const group of this.#provider.groups) {
      const news: Instance[] = [];
      for (const instance of failedInstances(group)) {
        failed.add(instance.name);
        if (!this.#failedBefore.has(instance.name)) news.push(instance);
      }
      if (news.length === 0 || !this.#isScalingUp(group.id) || !this.#requests.has(group.id)) continue;
      this.#events.failedInstances(group, news.length, news[0]?.error ?? '');
      this.registerScaleUp(group.id, -news.length, nowUs);
      this.#backoffs.failed(group.id, nowUs);
    }
    this.#failedBefore = failed;
  }

  #noteWrongSizes(nowUs: number): void {
    for (const { id } of this.#provider.groups) {
      const { readiness, target } = this.#state(id);
      const { registered, unregistered, longUnregistered } = readiness;
      const current = registered.length;
      const missing = unregistered.length + longUnregistered.length;
      if (isUnseen(readiness) || (current <= target && current >= target - missing)) {
        this.#wrongSizes.delete(id);
        continue;
      }
      const before = this.#wrongSizes.get(id);
      if (before?.current === current && before.expected === target) continue;
      this.#wrongSizes.set(id, { current, expected: target, sinceUs: nowUs });
    }
  }
}

/** Nothing of the group has ever come, or it is all gone. */
function isUnseen({ registered, unregistered, longUnregistered }: Readiness): boolean {
  return registered.length + unregistered.length + longUnregistered.length === 0;
}

export function failedInstances({ instances }: NodeGroup): readonly Instance[] {
  return instances.filter(({ state, error }) => state === 'creating' && error !== '');
}
