// Ports: heartbeats of nodes.
import type { NodeRow } from '../rows.ts';

/** Node heartbeats as the API server has them. The kubelet implements it. */
export interface Leases {
  /** Time of the last renewal of the node's lease that has happened by now, µs; -1 for none. */
  lastRenewalUs(node: NodeRow): number;
  /** The nodes whose kubelet does not renew. */
  readonly silent: Iterable<NodeRow>;
}
