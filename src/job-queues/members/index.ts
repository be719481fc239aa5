// The family of job queues: who decides which Jobs may run.
import { family } from '../../lib/family.ts';
import { jobQueueContract } from '../contract.ts';
import type { JobQueue, JobQueueContext } from '../job-queue.ts';
import { clusterQueues } from './cluster-queues.ts';
import { none } from './none.ts';

export const jobQueues = family<JobQueueContext, JobQueue | undefined>(
  'jobQueues',
  'Who admits Jobs that wait in queues.',
  [clusterQueues, none],
  jobQueueContract,
);
