// What plugins may know of a snapshot's nodes: the cluster's registry, with the names of nodes that might come.
import type { Registry } from '../../model/registry.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';

/** `names` are those of nodes that might come, by row: no node of the cluster has such a row. A pod that might come has no name yet. */
export function registryOfSnapshot(registry: Registry, names: ReadonlyMap<NodeRow, string>): Registry {
  const exists = (pod: PodRow): boolean => pod >= 0 && pod < registry.pods.length;
  return {
    boundWith: registry.boundWith,
    classes: registry.classes,
    identities: registry.identities,
    imageLists: registry.imageLists,
    reasons: registry.reasons,
    taintSets: registry.taintSets,
    zones: registry.zones,
    pods: registry.pods,
    nodes: registry.nodes,
    objects: registry.objects,
    events: registry.events,
    findNode: (name) => registry.findNode(name),
    nodeName: (node) => names.get(node) ?? registry.nodeName(node),
    nodeRow: (name) => registry.nodeRow(name),
    nodeUid: (node) => registry.nodeUid(node),
    objectUid: (row) => registry.objectUid(row),
    podName: (pod) => (exists(pod) ? registry.podName(pod) : ''),
    podUid: (pod) => (exists(pod) ? registry.podUid(pod) : ''),
  };
}
