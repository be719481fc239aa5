// What a new node of each group would be: as its nodes are, with the pods of DaemonSets that it would get.
import type { CloudProvider, NodeGroup } from '../model/ports/cloud.ts';
import type { ListedNode, ListedPod, Listing } from './cluster/listed.ts';
import { isDaemonSetPod, isMirrorPod } from './cluster/pod-facts.ts';
import type { Snapshot } from './cluster/snapshot.ts';
import { withoutOwnTaints } from './cluster/taints.ts';
import { addTemplateNode, type Template } from './scale-up/binpacking.ts';

/** So long a node has to be ready before it is an example. */
const STABILIZATION_US = 60e6;

export class Templates {
  readonly #provider: CloudProvider;
  readonly #snapshot: Snapshot;
  /** The last example of each group. */
  readonly #known = new Map<string, Template>();

  constructor(provider: CloudProvider, snapshot: Snapshot) {
    this.#provider = provider;
    this.#snapshot = snapshot;
  }

  /** By group. The snapshot has the listing's nodes and pods. */
  all({ nodes, daemonSetPods }: Listing, nowUs: number): ReadonlyMap<string, Template> {
    const templates = new Map<string, Template>();
    const { groups } = this.#provider;
    for (const node of nodes) {
      if (templates.size === groups.length) break;
      const group = this.#provider.groupOf(node.name);
      if (group === undefined || templates.has(group.id) || !isGoodExample(node, nowUs)) continue;
      const template = this.#ofNode(group, node);
      templates.set(group.id, template);
      this.#known.set(group.id, template);
    }
    for (const group of groups) {
      if (templates.has(group.id)) continue;
      templates.set(group.id, this.#known.get(group.id) ?? this.#ofGroup(group, daemonSetPods));
    }
    return templates;
  }

  #ofNode({ id }: NodeGroup, { row, labels, taints, capacity, allocatable }: ListedNode): Template {
    const pods = this.#snapshot.podsOn(row).filter((pod) => isDaemonSetPod(pod) || isMirrorPod(pod));
    return {
      name: id,
      node: { labels, taints: withoutOwnTaints(taints), unschedulable: false, capacity, allocatable },
      pods: pods.map(asNew),
    };
  }

  /** Of a group that has had no node: what the provider says, and the pods that would fit. */
  #ofGroup({ id, template }: NodeGroup, daemonSetPods: readonly ListedPod[]): Template {
    const bare: Template = { name: id, node: { ...template, unschedulable: false }, pods: [] };
    this.#snapshot.fork();
    const node = addTemplateNode(this.#snapshot, bare, 'template');
    const pods = daemonSetPods.filter((pod) => this.#snapshot.place({ ...pod }, node));
    this.#snapshot.revert();
    return { ...bare, pods: pods.map(asNew) };
  }
}

function isGoodExample({ ready, readySinceUs, unschedulable }: ListedNode, nowUs: number): boolean {
  return ready && !unschedulable && readySinceUs + STABILIZATION_US < nowUs;
}

function asNew(pod: ListedPod): ListedPod {
  return { ...pod, row: -1, epoch: 0, owner: -1, node: -1, successor: false };
}
