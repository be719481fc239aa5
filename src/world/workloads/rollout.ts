// The numbers of an Argo Rollout.
import type { RolloutStatus } from '../../controllers/rollout/rollout-objects.ts';
import type { WorkloadReader } from './workload.ts';

export const rollout: WorkloadReader = {
  kind: 'Rollout',
  read(object) {
    const { spec, status } = object as unknown as {
      readonly spec?: { readonly replicas?: number };
      readonly status?: RolloutStatus;
    };
    return {
      desired: spec?.replicas ?? 1,
      current: status?.replicas ?? 0,
      ready: status?.readyReplicas ?? 0,
      updated: status?.updatedReplicas ?? 0,
      available: status?.availableReplicas ?? 0,
    };
  },
};
