// How fast a node works, and what of it the system uses, by its labels.
import { tryParseQuantity } from './parse/quantity.ts';
import type { NodeRow } from './rows.ts';
import type { ClusterState } from './state.ts';

export const SPEED_LABEL = 'wavetank/speed';
/** A quantity of CPU that system daemons use. */
export const SYSTEM_CPU_LABEL = 'wavetank/system-cpu';

/** 1 without the label, or with one that says nothing. */
export function nodeSpeed({ nodes, classes }: ClusterState, node: NodeRow): number {
  const speed = Number(classes.labelSets.get(nodes.labels[node])[SPEED_LABEL] ?? 1);
  return speed > 0 ? speed : 1;
}

/** CPUs that system daemons use all the time; 0 without the label, or with one that is no quantity. */
export function systemCpus({ nodes, classes }: ClusterState, node: NodeRow): number {
  const text = classes.labelSets.get(nodes.labels[node])[SYSTEM_CPU_LABEL] ?? '0';
  const parsed = tryParseQuantity(text);
  return 'quantity' in parsed ? Math.max(0, Number(parsed.quantity.milliValue()) / 1000) : 0;
}
