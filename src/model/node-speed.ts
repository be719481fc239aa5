// How fast a node works, by its label.
import type { NodeRow } from './rows.ts';
import type { ClusterState } from './state.ts';

const SPEED_LABEL = 'wavetank/speed';

/** 1 without the label, or with one that says nothing. */
export function nodeSpeed({ nodes, classes }: ClusterState, node: NodeRow): number {
  const speed = Number(classes.labelSets.get(nodes.labels[node])[SPEED_LABEL] ?? 1);
  return speed > 0 ? speed : 1;
}
