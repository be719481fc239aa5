// How many new nodes of a template a list of pods needs: first fit, large pods first, with the scheduler's filters (BinpackingNodeEstimator).
import { compileLabelSelector } from '../../model/parse/label-selector.ts';
import { cpuMilli, wholeUnits } from '../../model/parse/quantity.ts';
import type { SnapshotNode } from '../../model/ports/cluster-snapshot.ts';
import type { NodeRow } from '../../model/rows.ts';
import { HOSTNAME_LABEL } from '../../model/state.ts';
import type { ListedNode, ListedPod } from '../cluster/listed.ts';
import type { Snapshot } from '../cluster/snapshot.ts';

const SPREAD_REASON = "node(s) didn't match pod topology spread constraints";

/** Pods that the filters cannot tell apart. */
export type PodGroup = readonly ListedPod[];

/** What a new node of a group would be. */
export interface Template {
  /** Without a name or a host's name: each node gets its own. */
  readonly node: Omit<SnapshotNode, 'row' | 'name'> & Pick<ListedNode, 'capacity'>;
  /** The prefix of its nodes' names. */
  readonly name: string;
  /** Pods that it would have from the start. */
  readonly pods: readonly ListedPod[];
}

export interface Estimate {
  readonly nodeCount: number;
  /** Those that would find a place, in the order in which they did. */
  readonly pods: readonly ListedPod[];
}

/** A node that might come, with the name that its ordinal gives it. */
export function addTemplateNode(snapshot: Snapshot, template: Template, suffix: string): NodeRow {
  const name = `template-node-for-${template.name}-${suffix}`;
  const { labels } = template.node;
  const node = { ...template.node, row: -1 as NodeRow, name, labels: { ...labels, [HOSTNAME_LABEL]: name } };
  return snapshot.addNode(
    node,
    template.pods.map((pod) => ({ ...pod })),
  );
}

export interface EstimateOptions {
  /** 0 is any number, less than 0 none at all. */
  readonly maxNodes: number;
  /** Of the last group one node is packed and the others are taken to be like it. */
  readonly fastpath: boolean;
}

/** The snapshot is as before afterwards. */
export function estimate(
  snapshot: Snapshot,
  groups: readonly PodGroup[],
  template: Template,
  { maxNodes, fastpath }: EstimateOptions,
): Estimate {
  snapshot.fork();
  const packing = new Packing(snapshot, template, maxNodes);
  const ordered = largestFirst(groups, template);
  const rearranged = fastpath ? bestForFastpath(ordered, template) : undefined;
  for (const group of rearranged ?? ordered) packing.add(group, group === rearranged?.at(-1));
  snapshot.revert();
  return { nodeCount: packing.used.size + packing.alike, pods: packing.placed };
}

class Packing {
  /** Nodes with at least one of the pods. */
  readonly used = new Set<NodeRow>();
  readonly placed: ListedPod[] = [];
  /** Further nodes, which have not been packed one by one. */
  alike = 0;
  readonly #snapshot: Snapshot;
  readonly #template: Template;
  readonly #maxNodes: number;
  readonly #added = new Set<NodeRow>();
  #newest: NodeRow = -1;
  /** The limit has not been reached. */
  #mayAdd = true;

  constructor(snapshot: Snapshot, template: Template, maxNodes: number) {
    this.#snapshot = snapshot;
    this.#template = template;
    this.#maxNodes = maxNodes;
  }

  /** First all nodes so far, until a pod fits on none; from then on the newest and further ones. */
  add(group: PodGroup, fastpath: boolean): void {
    let done = 0;
    for (const pod of group) {
      const node = this.#snapshot.placeAnywhere(pod, (one) => this.#added.has(one));
      if (node < 0) break;
      this.#took(pod, node);
      done += 1;
    }
    if (!this.#mayAdd) return;
    const rest = group.slice(done);
    if (fastpath) this.#multiply(rest);
    else for (const pod of rest) if (!this.#onNewest(pod) && !this.#onAnother(pod)) return;
  }

  /** Packs one node, and takes as many further ones as the rest needs if each of them takes as many pods. */
  #multiply(pods: readonly ListedPod[]): void {
    if (pods.length === 0) return;
    const node = this.#addNode();
    if (node < 0) return;
    let perNode = 0;
    for (const pod of pods) {
      if (!this.#snapshot.place(pod, node)) break;
      this.#took(pod, node);
      perNode += 1;
    }
    if (perNode === 0) return;
    for (let done = perNode; done < pods.length; done += perNode) {
      if (!this.#permitted()) return;
      this.alike += 1;
      this.placed.push(...pods.slice(done, done + perNode));
    }
  }

  #onNewest(pod: ListedPod): boolean {
    const newest = this.#newest;
    if (newest < 0) return false;
    if (this.#snapshot.place(pod, newest)) {
      this.#took(pod, newest);
      return true;
    }
    // Where hosts have to be filled evenly it is not the newest one that is missing.
    if (!spreadsOverHosts(pod) || !this.#snapshot.reasons.includes(SPREAD_REASON)) return false;
    const other = this.#snapshot.placeAnywhere(pod, (one) => one !== newest);
    if (other < 0) return false;
    this.#took(pod, other);
    return true;
  }

  /** False: the rest of the group has no better chance. */
  #onAnother(pod: ListedPod): boolean {
    if (this.#newest >= 0 && !this.used.has(this.#newest)) return false;
    const node = this.#addNode();
    if (node < 0 || !this.#snapshot.place(pod, node)) return false;
    this.#took(pod, node);
    return true;
  }

  #addNode(): NodeRow {
    if (!this.#permitted()) return -1;
    this.#newest = addTemplateNode(this.#snapshot, this.#template, `${this.#added.size}`);
    this.#added.add(this.#newest);
    return this.#newest;
  }

  #permitted(): boolean {
    const nodes = this.#added.size + this.alike;
    if (this.#maxNodes < 0 || (this.#maxNodes > 0 && nodes >= this.#maxNodes)) this.#mayAdd = false;
    return this.#mayAdd;
  }

  #took(pod: ListedPod, node: NodeRow): void {
    this.used.add(node);
    this.placed.push(pod);
  }
}

function spreadsOverHosts({ podClass }: ListedPod): boolean {
  return podClass.shape.spread.some(({ topologyKey }) => topologyKey === HOSTNAME_LABEL);
}

function largestFirst(groups: readonly PodGroup[], { node }: Template): readonly PodGroup[] {
  const { cpu = 0, memory = 0 } = node.allocatable;
  const sized = groups.map((group) => {
    const shape = group[0]?.podClass.shape;
    const size = shape === undefined ? 0 : part(shape.cpuMilli, cpu) + part(shape.memoryBytes, memory);
    return { group, size };
  });
  return sized.sort((a, b) => b.size - a.size).map(({ group }) => group);
}

/** No rule about zones or the like says that another host would be another case. */
function isAlikeOnEveryHost(group: PodGroup): boolean {
  const shape = group[0]?.podClass.shape;
  if (shape === undefined) return false;
  const terms = shape.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return shape.spread.length === 0 && terms.every(({ topologyKey }) => topologyKey === HOSTNAME_LABEL);
}

/**
 * With the group at the end for which the most pods need not be tried: all but those of one node. Of several the last one, so that the order changes least.
 * Undefined where no group is alike on every host.
 */
function bestForFastpath(groups: readonly PodGroup[], template: Template): readonly PodGroup[] | undefined {
  let best: PodGroup | undefined;
  let most = 0;
  for (const group of groups) {
    const nodes = nodesNeeded(group, template);
    const saved = nodes === 0 ? 0 : group.length - Math.floor(group.length / nodes);
    if (saved < most || !isAlikeOnEveryHost(group)) continue;
    most = saved;
    best = group;
  }
  return best === undefined ? undefined : [...groups.filter((group) => group !== best), best];
}

/** By anti-affinity between hosts, and by what the first container requests of a node's capacity. */
function nodesNeeded(group: PodGroup, { node }: Template): number {
  const podClass = group[0]?.podClass;
  if (podClass === undefined) return 0;
  const terms = podClass.shape.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const apart = terms.some(
    ({ topologyKey, labelSelector }) =>
      topologyKey === HOSTNAME_LABEL &&
      labelSelector !== undefined &&
      compileLabelSelector(labelSelector).matches(podClass.labels),
  );
  const { cpu = '0', memory = '0' } = podClass.spec.containers[0]?.resources?.requests ?? {};
  const byCpu = Math.ceil((group.length * cpuMilli(cpu)) / (node.capacity.cpu ?? 0));
  const byMemory = Math.ceil((group.length * wholeUnits(memory)) / (node.capacity.memory ?? 0));
  return Math.max(apart ? group.length : 0, byCpu, byMemory);
}

function part(wants: number, has: number): number {
  return has > 0 ? wants / has : 0;
}
