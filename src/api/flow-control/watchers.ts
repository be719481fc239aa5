// How many watches hear of a write: those of the control plane, and those of every node's kubelet and kube-proxy.
import type { ApiServer } from '../server.ts';
import type { RequestInfo } from './request-info.ts';

/** kube-scheduler's, and the two of kube-controller-manager: its controllers share one, its garbage collector has its own. */
const OF_CONTROL_PLANE = 3;

/** Watches of a whole resource that each node has. Of pods and of its own node it watches a part, which does not count. */
const BY_EACH_NODE: Readonly<Record<string, number>> = {
  services: 2,
  endpointslices: 1,
  runtimeclasses: 1,
  csidrivers: 1,
  servicecidrs: 1,
};

export function watchersOf({ state: { nodes } }: ApiServer, { resource }: RequestInfo): number {
  const each = BY_EACH_NODE[resource] ?? 0;
  if (each === 0) return OF_CONTROL_PLANE;
  let count = 0;
  for (let node = 0; node < nodes.length; node += 1) count += nodes.alive[node];
  return OF_CONTROL_PLANE + each * count;
}
