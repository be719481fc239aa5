// The numbers of a Job that no CronJob has made: desired are its completions, or its parallelism where any success will do.
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { WorkloadReader } from './workload.ts';

export const job: WorkloadReader = {
  kind: 'Job',
  read(object) {
    if (object.metadata.ownerReferences?.some(({ controller }) => controller === true) === true) return undefined;
    const { spec, status } = object as unknown as Job;
    return {
      desired: spec?.completions ?? spec?.parallelism ?? 1,
      current: status?.active ?? 0,
      ready: status?.ready ?? 0,
      updated: null,
      available: null,
    };
  },
};
