// How a node group is: which of its nodes are ready, which have not come yet, and how many there may be.
import type { ListedNode } from '../cluster/listed.ts';

/** From registration on a node is starting for so long, unless it is ready. */
const MAX_NODE_STARTUP_US = 15 * 60e6;

/** Names of nodes and machines. */
export interface Readiness {
  readonly registered: readonly string[];
  readonly ready: readonly string[];
  /** Broken after they had time to start. */
  readonly unready: readonly string[];
  readonly notStarted: readonly string[];
  /** Machines without a node, and those among them that have had more than enough time. */
  readonly unregistered: readonly string[];
  readonly longUnregistered: readonly string[];
}

export interface GroupState {
  readonly readiness: Readiness;
  readonly target: number;
  /** Fewer nodes than this are too few. */
  readonly minNodes: number;
}

export interface Unregistered {
  readonly name: string;
  readonly sinceUs: number;
}

/** Of nodes for which the provider has a machine, and machines without a node. */
export function readinessOf(
  nodes: readonly ListedNode[],
  unregistered: readonly Unregistered[],
  maxNodeProvisionTimeUs: number,
  nowUs: number,
): Readiness {
  const names = (some: readonly { readonly name: string }[]): string[] => some.map(({ name }) => name);
  const notReady = nodes.filter(({ ready }) => !ready);
  const isStarting = ({ createdUs }: ListedNode): boolean => createdUs + MAX_NODE_STARTUP_US > nowUs;
  const isLong = ({ sinceUs }: Unregistered): boolean => sinceUs + maxNodeProvisionTimeUs < nowUs;
  return {
    registered: names(nodes),
    ready: names(nodes.filter(({ ready }) => ready)),
    notStarted: names(notReady.filter(isStarting)),
    unready: names(notReady.filter((node) => !isStarting(node))),
    unregistered: names(unregistered.filter((one) => !isLong(one))),
    longUnregistered: names(unregistered.filter(isLong)),
  };
}
