// Whether a pod would fit elsewhere, by the part of the scheduler's filters that the descheduler knows (pkg/descheduler/node).
import { compileLabelSelector } from '../model/parse/label-selector.ts';
import { requiredNodes } from '../model/parse/node-terms.ts';
import { hasUntolerated } from '../model/parse/tolerations.ts';
import { type Look, requestedOn, requestOf, type SeenNode, type SeenPod } from './seen.ts';

/** spec.nodeSelector and required node affinity. */
export function matchesNode({ podClass }: SeenPod, { name, labels }: SeenNode): boolean {
  return requiredNodes(podClass.spec)?.(name, labels) ?? true;
}

export function toleratesTaints({ podClass }: SeenPod, { taints }: SeenNode): boolean {
  return !hasUntolerated(taints, podClass.shape.tolerations);
}

function fitsOn(look: Look, pod: SeenPod, node: SeenNode): boolean {
  return (
    !node.unschedulable &&
    matchesNode(pod, node) &&
    toleratesTaints(pod, node) &&
    (pod.node === node.name || hasRoom(look, pod, node)) &&
    !hasAntiAffinity(look, pod, node, look.podsOn(node.name))
  );
}

/** On one of the nodes that is not its own. */
export function fitsElsewhere(look: Look, pod: SeenPod, nodes: readonly SeenNode[] = look.nodes): boolean {
  return nodes.some((node) => node.name !== pod.node && fitsOn(look, pod, node));
}

function hasRoom(look: Look, pod: SeenPod, node: SeenNode): boolean {
  const { shape } = pod.podClass;
  return ['pods', 'cpu', 'memory', 'ephemeral-storage', ...Object.keys(shape.extended)].every((resource) => {
    const request = requestOf(pod, resource);
    return request === 0 || request <= (node.allocatable[resource] ?? 0) - requestedOn(look, node.name, resource);
  });
}

/** Whether required anti-affinity of the pod, were it on the node, is about one of the others in its domain. */
export function hasAntiAffinity(look: Look, pod: SeenPod, node: SeenNode, others: readonly SeenPod[]): boolean {
  const terms = pod.podClass.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.some(({ topologyKey, labelSelector, namespaces = [] }) => {
    const domain = node.labels[topologyKey];
    if (domain === undefined) return false;
    const selector = compileLabelSelector(labelSelector);
    const within = namespaces.length === 0 ? [pod.podClass.namespace] : namespaces;
    return others.some((other) => {
      if (other === pod || !within.includes(other.podClass.namespace)) return false;
      const there = look.nodes.find(({ name }) => name === other.node);
      return there?.labels[topologyKey] === domain && selector.matches(other.podClass.labels);
    });
  });
}
