// Which pool a node belongs to: one of the scenario's, or by the label that its provider or autoscaler gives it.
import { ZONE_LABEL } from '../../model/state.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { World } from '../build.ts';

/** In this order: the first one that a node has. */
const POOL_LABELS = [
  'eks.amazonaws.com/nodegroup',
  'cloud.google.com/gke-nodepool',
  'kubernetes.azure.com/agentpool',
  'karpenter.sh/nodepool',
  'node.kubernetes.io/instance-type',
] as const;

export interface NodePlace {
  /** `-` for a node that is in none. */
  readonly pool: string;
  readonly zone: string;
}

export function placesOfNodes({ cluster }: Scenario, { state }: World): (node: NodeRow) => NodePlace {
  const pools = new Map<string, string>();
  for (const { name, count } of cluster.nodePools) {
    for (let index = 0; index < count; index += 1) pools.set(`${name}-${index}`, name);
  }
  return (node) => {
    const { name, labels } = state.nodes.spec[node];
    return { pool: pools.get(name) ?? poolLabelOf(labels) ?? '-', zone: labels[ZONE_LABEL] ?? '-' };
  };
}

/** The pool of its provider or autoscaler, if a label says it. */
export function poolLabelOf(labels: Readonly<Record<string, string>>): string | undefined {
  return POOL_LABELS.map((label) => labels[label]).find((value) => value !== undefined);
}
