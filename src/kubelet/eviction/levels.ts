// What a node has left of what may run out, beside what has to be left: for the table of a run.
import type { EvictionThreshold, NodeSignal } from '../../model/settings/kubelet.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { NodeStats } from './node-stats.ts';
import { type Condition, conditionOf, thresholdBytes } from './thresholds.ts';

export interface NodeLevel {
  readonly node: NodeRow;
  readonly signal: NodeSignal;
  readonly capacityBytes: number;
  readonly availableBytes: number;
  /** The highest threshold: the one that is crossed first. */
  readonly thresholdBytes: number;
  /** Whether the node says that it is short of it. */
  readonly pressed: boolean;
}

/** By signal that has a threshold and a size; images have no level of their own where they share the node's disk. */
export function* levelsOf(
  node: NodeRow,
  stats: NodeStats,
  thresholds: readonly EvictionThreshold[],
  conditions: readonly Condition[],
): Generator<NodeLevel> {
  for (const signal of ['memory', 'nodefs', 'imagefs'] as const) {
    const capacityBytes = stats.capacityBytes(signal, node);
    const mine = thresholds.filter((one) => one.signal === signal);
    if (mine.length === 0 || capacityBytes === 0 || capacityBytes === Infinity) continue;
    if (signal === 'imagefs' && !stats.separateImages) continue;
    yield {
      node,
      signal,
      capacityBytes,
      availableBytes: stats.availableBytes(signal, node),
      thresholdBytes: Math.max(...mine.map((one) => thresholdBytes(one, capacityBytes))),
      pressed: conditions.includes(conditionOf(signal)),
    };
  }
}
