// The numbers of a ReplicaSet or a ReplicationController that nobody controls: those of a Deployment are in revisions.csv.
import type { ReplicaSet } from 'kubernetes-types/apps/v1.js';
import type { WorkloadReader } from './workload.ts';

export const replicaSet = setOf('ReplicaSet');
export const replicationController = setOf('ReplicationController');

function setOf(kind: string): WorkloadReader {
  return {
    kind,
    read(object) {
      if (object.metadata.ownerReferences?.some(({ controller }) => controller === true)) return undefined;
      const { spec, status } = object as unknown as ReplicaSet;
      return {
        desired: spec?.replicas ?? 1,
        current: status?.replicas ?? 0,
        ready: status?.readyReplicas ?? 0,
        updated: null,
        available: status?.availableReplicas ?? 0,
      };
    },
  };
}
