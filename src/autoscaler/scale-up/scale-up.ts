// One attempt to make room for pending pods: which groups could, which one shall, and by how much it and its like grow.
import type { Random } from '../../engine/random.ts';
import type { NodeGroup } from '../../model/ports/cloud.ts';
import type { ListedNode, ListedPod } from '../cluster/listed.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { applyChain } from '../expanders/index.ts';
import type { ExpansionOption } from '../expanders/expander.ts';
import type { AutoscalerOptions } from '../options.ts';
import type { ClusterStateRegistry } from '../state/cluster-state.ts';
import { balance, type Resize } from './balancing.ts';
import { addTemplateNode, estimate, type PodGroup, type Template } from './binpacking.ts';
import { podGroups } from './pod-groups.ts';
import { Quota } from './quota.ts';
import { areSimilar } from './similar-groups.ts';

export type ScaleUpResult =
  | 'Successful'
  | 'Error'
  | 'NotNeeded'
  | 'NoOptionsAvailable'
  | 'InCooldown'
  | 'LimitedByMaxNodesTotal'
  | 'NotTried';

/** Why no group could help a pod: by group, what the filters said, or why the group was left out. */
export interface NoHelp {
  readonly pod: ListedPod;
  readonly rejected: ReadonlyMap<string, readonly string[]>;
  readonly skipped: ReadonlyMap<string, string>;
}

export interface ScaleUpOutcome {
  readonly result: ScaleUpResult;
  readonly resized: readonly { readonly group: string; readonly from: number; readonly to: number }[];
  readonly triggeredBy: readonly ListedPod[];
  readonly withoutHelp: readonly NoHelp[];
}

export interface ScaleUpInput {
  readonly pods: readonly ListedPod[];
  /** The nodes of the snapshot, those on their way included. */
  readonly nodes: readonly Pick<ListedNode, 'capacity' | 'taints'>[];
  readonly templates: ReadonlyMap<string, Template>;
  readonly priorities: string | undefined;
  readonly nowUs: number;
}

interface Option extends ExpansionOption {
  readonly nodeGroup: NodeGroup;
  readonly pods: readonly ListedPod[];
}

/** What a group can do for the pods. */
interface Candidate {
  readonly group: NodeGroup;
  readonly template: Template;
  readonly fitting: readonly PodGroup[];
}

export class ScaleUp {
  readonly #groups: readonly NodeGroup[];
  readonly #state: ClusterStateRegistry;
  readonly #snapshot: Snapshot;
  readonly #options: AutoscalerOptions;
  readonly #random: Random;
  /** Asks the provider for nodes: false when that failed. */
  readonly #resize: (resize: Resize<NodeGroup>) => boolean;

  constructor(parts: {
    readonly groups: readonly NodeGroup[];
    readonly state: ClusterStateRegistry;
    readonly snapshot: Snapshot;
    readonly options: AutoscalerOptions;
    readonly random: Random;
    readonly resize: (resize: Resize<NodeGroup>) => boolean;
  }) {
    this.#groups = parts.groups;
    this.#state = parts.state;
    this.#snapshot = parts.snapshot;
    this.#options = parts.options;
    this.#random = parts.random;
    this.#resize = parts.resize;
  }

  run({ pods, nodes, templates, priorities, nowUs }: ScaleUpInput): ScaleUpOutcome {
    const groups = podGroups(pods);
    const quota = new Quota(nodes, this.#options, nowUs);
    const skipped = new Map<string, string>();
    const rejected = new Map<PodGroup, Map<string, readonly string[]>>();
    const helped = new Set<PodGroup>();
    const candidates: Candidate[] = [];
    for (const group of this.#groups) {
      const template = templates.get(group.id);
      const why = template === undefined ? 'not ready for scale-up' : this.#skipReason(group, template, quota, nowUs);
      if (template === undefined || why !== '') skipped.set(group.id, why);
      else candidates.push({ group, template, fitting: this.#fitting(groups, group.id, template, rejected, helped) });
    }
    const options = candidates
      .map((candidate) => this.#option(candidate, candidates, nodes.length, nowUs))
      .filter(({ nodeCount, pods: placed }) => nodeCount > 0 && placed.length > 0);
    const explain = (some: readonly PodGroup[]): NoHelp[] =>
      some.flatMap((group) => {
        const reasons = rejected.get(group) ?? new Map<string, readonly string[]>();
        return group.map((pod) => ({ pod, rejected: reasons, skipped }));
      });
    const withoutHelp = explain(groups.filter((group) => !helped.has(group)));
    const best = this.#best(options, nodes.length, priorities);
    if (best === undefined) return { result: 'NoOptionsAvailable', resized: [], triggeredBy: [], withoutHelp };
    const capped = this.#cap(best.nodeCount, nodes.length);
    if (capped < 1) return { result: 'Error', resized: [], triggeredBy: best.pods, withoutHelp };
    const allowed = quota.allowed(best.capacity, capped);
    const plan = this.#plan(best.nodeGroup, allowed, candidates, quota, nowUs);
    const resized = plan.map(({ group, size }) => ({ group: group.id, from: group.target, to: size }));
    const failed = plan.find((one) => !this.#resize(one))?.group;
    if (failed !== undefined) {
      const others = candidates.filter(({ group }) => group !== failed);
      const left = groups.filter((group) => !others.some(({ fitting }) => fitting.includes(group)));
      return { result: 'Error', resized: [], triggeredBy: best.pods, withoutHelp: explain(left) };
    }
    this.#state.recalculate();
    return { result: 'Successful', resized, triggeredBy: best.pods, withoutHelp };
  }

  /** Groups that have fewer nodes than they must have get them. */
  toMinSize(templates: ReadonlyMap<string, Template>, input: Pick<ScaleUpInput, 'nodes' | 'nowUs'>): ScaleUpOutcome {
    const quota = new Quota(input.nodes, this.#options, input.nowUs);
    const plan: Resize<NodeGroup>[] = [];
    for (const group of this.#groups) {
      const template = templates.get(group.id);
      if (group.target >= group.min || template === undefined || !this.#state.mayGrow(group.id, input.nowUs)) continue;
      const { capacity } = template.node;
      const allowed = this.#cap(quota.allowed(capacity, group.min - group.target), group.target);
      if (allowed >= 1) plan.push({ group, size: group.target + allowed });
    }
    const nothing = { resized: [], triggeredBy: [], withoutHelp: [] };
    if (plan.length === 0) return { result: 'NotNeeded', ...nothing };
    const resized = plan.map(({ group, size }) => ({ group: group.id, from: group.target, to: size }));
    if (!plan.every((one) => this.#resize(one))) return { result: 'Error', ...nothing };
    this.#state.recalculate();
    return { ...nothing, result: 'Successful', resized };
  }

  /** Why a group is not asked; empty when it is. */
  #skipReason(group: NodeGroup, template: Template, quota: Quota, nowUs: number): string {
    if (!this.#state.isGroupHealthy(group.id)) return 'not ready for scale-up';
    if (this.#state.isBackedOff(group.id, nowUs)) return 'in backoff after failed scale-up';
    if (group.target >= group.max) return 'max node group size reached';
    return quota.allowed(template.node.capacity, 1) < 1 ? 'max cluster cpu, memory limit reached' : '';
  }

  /** The groups of pods whose first pod fits on an empty node of the template. */
  #fitting(
    groups: readonly PodGroup[],
    id: string,
    template: Template,
    rejected: Map<PodGroup, Map<string, readonly string[]>>,
    helped: Set<PodGroup>,
  ): readonly PodGroup[] {
    const snapshot = this.#snapshot;
    snapshot.fork();
    const node = addTemplateNode(snapshot, template, 'test');
    const fitting = groups.filter((group) => {
      const pod = group[0];
      if (pod !== undefined && snapshot.fits(pod, node)) {
        helped.add(group);
        return true;
      }
      const reasons = rejected.get(group) ?? new Map<string, readonly string[]>();
      rejected.set(group, reasons.set(id, snapshot.reasons));
      return false;
    });
    snapshot.revert();
    return fitting;
  }

  #option(candidate: Candidate, candidates: readonly Candidate[], clusterNodes: number, nowUs: number): Option {
    const { group, template, fitting } = candidate;
    const about = {
      group: group.id,
      nodeGroup: group,
      exists: true,
      capacity: template.node.capacity,
      hourlyCost: group.hourlyCost,
    };
    if (fitting.length === 0) return { ...about, nodeCount: 0, pods: [] };
    const alike = this.#similar(candidate, candidates, nowUs);
    const room = [group, ...alike].reduce((sum, { max, target }) => sum + Math.max(0, max - target), 0);
    const { maxNodesTotal, maxNodesPerScaleUp } = this.#options;
    const limits = [maxNodesPerScaleUp, room > 0 ? room : -1];
    if (maxNodesTotal > 0) limits.push(maxNodesTotal > clusterNodes ? maxNodesTotal - clusterNodes : -1);
    const maxNodes = limits.includes(-1) ? -1 : Math.min(...limits.filter((limit) => limit > 0));
    return { ...about, ...estimate(this.#snapshot, fitting, template, { maxNodes, fastpath: false }) };
  }

  /** Other groups of like nodes that could take the same pods. */
  #similar({ group, template, fitting }: Candidate, candidates: readonly Candidate[], nowUs: number): NodeGroup[] {
    if (!this.#options.balanceSimilarNodeGroups || fitting.length === 0) return [];
    return candidates
      .filter(
        (other) =>
          other.group !== group &&
          areSimilar(template, other.template) &&
          this.#state.mayGrow(other.group.id, nowUs) &&
          fitting.every((one) => other.fitting.includes(one)),
      )
      .map((other) => other.group);
  }

  #best(options: readonly Option[], clusterNodes: number, priorities: string | undefined): Option | undefined {
    if (options.length === 0) return undefined;
    const { left } = applyChain(this.#options.expander, options, { clusterNodes, priorities });
    return left.length > 1 ? left[this.#random.int(left.length)] : left[0];
  }

  #cap(nodes: number, clusterNodes: number): number {
    const { maxNodesTotal } = this.#options;
    return maxNodesTotal > 0 ? Math.min(nodes, maxNodesTotal - clusterNodes) : nodes;
  }

  #plan(
    group: NodeGroup,
    nodes: number,
    candidates: readonly Candidate[],
    quota: Quota,
    nowUs: number,
  ): readonly Resize<NodeGroup>[] {
    const capacityOf = (one: NodeGroup): Readonly<Record<string, number>> =>
      candidates.find((candidate) => candidate.group === one)?.template.node.capacity ?? {};
    const own = candidates.find((candidate) => candidate.group === group);
    const alike = own === undefined ? [] : this.#similar(own, candidates, nowUs);
    const growing = alike.filter((one) => quota.allowed(capacityOf(one), 1) > 0);
    return balance([group, ...growing], nodes)
      .map(({ group: one, size }) => {
        const allowed = quota.allowed(capacityOf(one), size - one.target);
        quota.consume(capacityOf(one), allowed);
        return { group: one, size: one.target + allowed };
      })
      .filter(({ group: one, size }) => size !== one.target);
  }
}
