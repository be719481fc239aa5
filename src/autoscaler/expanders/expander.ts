// The contract of expanders: each leaves those options of which it thinks best.
import type { PodClass } from '../../model/pod-class.ts';

/** What adding nodes to one group would do. */
export interface ExpansionOption {
  readonly group: string;
  /** Whether the group exists already. */
  readonly exists: boolean;
  readonly nodeCount: number;
  /** The pods that would find a place. */
  readonly pods: readonly { readonly podClass: Pick<PodClass, 'shape'> }[];
  /** Of one node: cpu in milli, the rest in base units. */
  readonly capacity: Readonly<Record<string, number>>;
  readonly hourlyCost: number;
}

export interface ExpanderContext {
  /** Nodes in the cluster. */
  readonly clusterNodes: number;
  /** The value of the key `priorities` of the ConfigMap of the priority expander; undefined without a ConfigMap or key. */
  readonly priorities: string | undefined;
}

/** With no option left to choose from, the one that it was given. */
export type Expander = <Option extends ExpansionOption>(
  options: readonly Option[],
  context: ExpanderContext,
) => readonly Option[];

/** The options with the least of a figure; ties stay. */
export function withLeast<Option>(options: readonly Option[], figure: (option: Option) => number): readonly Option[] {
  let least = Number.POSITIVE_INFINITY;
  let best: Option[] = [];
  for (const option of options) {
    const value = figure(option);
    if (best.length === 0 || value < least) {
      least = value;
      best = [option];
    } else if (value === least) {
      best.push(option);
    }
  }
  return best;
}
