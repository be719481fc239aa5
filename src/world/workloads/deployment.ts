// The numbers of a Deployment.
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { WorkloadReader } from './workload.ts';

export const deployment: WorkloadReader = {
  kind: 'Deployment',
  read(object) {
    const { spec, status } = object as unknown as Deployment;
    return {
      desired: spec?.replicas ?? 1,
      current: status?.replicas ?? 0,
      ready: status?.readyReplicas ?? 0,
      updated: status?.updatedReplicas ?? 0,
      available: status?.availableReplicas ?? 0,
    };
  },
};
