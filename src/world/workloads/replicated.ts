// The numbers of a workload whose spec and status count replicas.
import type { DeploymentSpec, DeploymentStatus, StatefulSetSpec, StatefulSetStatus } from 'kubernetes-types/apps/v1.js';
import type { WorkloadReader } from './workload.ts';

type Spec = Pick<DeploymentSpec & StatefulSetSpec, 'replicas'>;
type Status = Pick<
  DeploymentStatus & StatefulSetStatus,
  'replicas' | 'readyReplicas' | 'updatedReplicas' | 'availableReplicas'
>;

export function replicated(kind: string): WorkloadReader {
  return {
    kind,
    read(object) {
      const { replicas: desired = 1 }: Spec = object.spec ?? {};
      const {
        replicas = 0,
        readyReplicas = 0,
        updatedReplicas = 0,
        availableReplicas = 0,
      }: Partial<Status> = object.status ?? {};
      return {
        desired,
        current: replicas,
        ready: readyReplicas,
        updated: updatedReplicas,
        available: availableReplicas,
      };
    },
  };
}
