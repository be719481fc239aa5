// What a sync of a CronJob does to the cluster, as its controller sends it.
import type { CronJob } from '../kit/cron-job-objects.ts';
import type { Job } from '../kit/job-objects.ts';
import type { Steps } from '../kit/sync.ts';

export interface CronJobPort {
  readonly nowUs: number;
  /** What virtual time 0 is on the calendar, in seconds since 1970. */
  readonly startSeconds: number;
  /** The CronJob as the API server has it. */
  readCronJob(): Steps<CronJob | undefined>;
  /** The Job of that name as the API server has it. */
  findJob(name: string): Steps<Job | undefined>;
  /** The Job as made; undefined when there is one of that name. Throws SyncFailed when it is refused. */
  createJob(job: Job): Steps<Job | undefined>;
  /** In the background; false when it was refused. */
  /** The error of the API server; undefined: it is deleted. */
  deleteJob(job: Job): Steps<string | undefined>;
  updateStatus(cronJob: CronJob): Steps;
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
}
