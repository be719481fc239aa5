// The numbers of a CronJob: how many of its Jobs are active.
import type { CronJob } from 'kubernetes-types/batch/v1.js';
import type { WorkloadReader } from './workload.ts';

export const cronJob: WorkloadReader = {
  kind: 'CronJob',
  read(object) {
    const { status } = object as unknown as CronJob;
    return { desired: null, current: status?.active?.length ?? 0, ready: null, updated: null, available: null };
  },
};
