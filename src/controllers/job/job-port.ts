// What a sync of a Job does to the cluster: the writes of one sync, as the controller sends them.
import type { JobPod } from '../../model/job-pod.ts';
import type { Steps } from '../kit/sync.ts';
import type { Job } from '../kit/job-objects.ts';
import type { PodOfJob } from './job-pods.ts';

export interface JobPort {
  readonly nowUs: number;
  /** Makes pods in batches of a slow start; gives how many were made. */
  createPods(job: Job, pods: readonly JobPod[]): Steps<number>;
  /** Deletes pods, which then count as failures; gives those that were deleted or are gone. */
  deletePods(pods: readonly PodOfJob[]): Steps<readonly PodOfJob[]>;
  /** Deletes pods that are not to be counted: without their finalizers. Gives those that were deleted. */
  dropPods(pods: readonly PodOfJob[]): Steps<readonly PodOfJob[]>;
  /** Takes away the finalizers; gives the pods that have none any more. */
  untrack(pods: readonly PodOfJob[]): Steps<readonly PodOfJob[]>;
  /** Throws SyncFailed when the Job has changed meanwhile. Gives the Job as it is now. */
  updateStatus(job: Job): Steps<Job>;
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
  syncAfter(delayUs: number): void;
}
