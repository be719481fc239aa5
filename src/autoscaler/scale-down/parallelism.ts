// How many of the nodes that could go are deleted in this loop: group by group, within the limits on deletions and drains at a time.
import type { AutoscalerOptions } from '../options.ts';
import type { DeletionTracker } from './deletion-tracker.ts';

type Limits = Pick<AutoscalerOptions, 'maxScaleDownParallelism' | 'maxDrainParallelism'>;

export interface Deletable {
  readonly group: string;
}

export interface Chosen<Node> {
  readonly empty: readonly Node[];
  readonly drain: readonly Node[];
}

export function cropToParallelism<Node extends Deletable>(
  empty: readonly Node[],
  drain: readonly Node[],
  tracker: DeletionTracker,
  { maxScaleDownParallelism, maxDrainParallelism }: Limits,
): Chosen<Node> {
  const drained = tracker.drained.length;
  const atAll = maxScaleDownParallelism - tracker.names.length;
  const chosenEmpty = crop(empty, atAll);
  const left = atAll - chosenEmpty.length;
  return { empty: chosenEmpty, drain: crop(drain, Math.min(left, maxDrainParallelism - drained)) };
}

/** The first so many in the order of groups, and of nodes within them. */
function crop<Node extends Deletable>(nodes: readonly Node[], most: number): readonly Node[] {
  const groups = [...new Set(nodes.map(({ group }) => group))];
  return groups.flatMap((group) => nodes.filter((node) => node.group === group)).slice(0, Math.max(0, most));
}
