// The numbers of a HorizontalPodAutoscaler: the replicas that it wants its target to have, and those that it found.
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js';
import type { WorkloadReader } from './workload.ts';

export const horizontalPodAutoscaler: WorkloadReader = {
  kind: 'HorizontalPodAutoscaler',
  read(object) {
    const { status } = object as unknown as HorizontalPodAutoscaler;
    return {
      desired: status?.desiredReplicas ?? 0,
      current: status?.currentReplicas ?? 0,
      ready: null,
      updated: null,
      available: null,
    };
  },
};
