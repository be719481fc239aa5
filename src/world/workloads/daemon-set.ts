// The numbers of a DaemonSet: nodes that should have a pod of it, that have one, that have a ready one.
import type { DaemonSet } from 'kubernetes-types/apps/v1.js';
import type { WorkloadReader } from './workload.ts';

export const daemonSet: WorkloadReader = {
  kind: 'DaemonSet',
  read(object) {
    const { status } = object as unknown as DaemonSet;
    return {
      desired: status?.desiredNumberScheduled ?? 0,
      current: status?.currentNumberScheduled ?? 0,
      ready: status?.numberReady ?? 0,
      updated: status?.updatedNumberScheduled ?? 0,
      available: status?.numberAvailable ?? 0,
    };
  },
};
