// The readable view of a node's lease: the complete v1 object that kubectl would show. A lease that is renewed in time is arithmetic, nothing is stored of it.
import { microTimestamp, timestamp } from '../../lib/timestamp.ts';
import type { KubeObject } from '../object-store.ts';
import { uuid } from '../names.ts';
import type { NodeRow } from '../rows.ts';
import type { ClusterState } from '../state.ts';

export const LEASE_NAMESPACE = 'kube-node-lease';
/** Apart from the UIDs of pods, objects and slices. */
const LEASES = -2_000_000;
/** As kubelets ask for (nodeLeaseDurationSeconds). */
const DURATION_SECONDS = 40;

/** Its resource version is that of its node: renewals alone are no versions here. */
export function nodeLeaseObject(state: ClusterState, node: NodeRow, renewedUs: number): KubeObject {
  const { nodes } = state;
  const name = state.nodeName(node);
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name,
      namespace: LEASE_NAMESPACE,
      uid: uuid(LEASES, nodes.incarnation[node], node),
      resourceVersion: String(nodes.version[node]),
      creationTimestamp: timestamp(nodes.createdAt[node]),
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: state.nodeUid(node) }],
    },
    spec: { holderIdentity: name, leaseDurationSeconds: DURATION_SECONDS, renewTime: microTimestamp(renewedUs) },
  };
}
