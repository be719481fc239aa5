// The list of a CronJob's active Jobs in its status, kept equal to what its Jobs are like.
import { timestampUs } from '../../lib/timestamp.ts';
import type { CronJob, JobReference } from '../kit/cron-job-objects.ts';
import { finishedCondition, type Job } from '../kit/job-objects.ts';
import type { Steps } from '../kit/sync.ts';
import type { CronJobPort } from './cron-job-port.ts';

export function activeOf({ status }: CronJob): readonly JobReference[] {
  return status?.active ?? [];
}

export function isInActive(cronJob: CronJob, uid: string | undefined): boolean {
  return activeOf(cronJob).some((one) => one.uid === uid);
}

export function withActive(cronJob: CronJob, active: readonly JobReference[]): CronJob {
  const { active: _, ...status } = cronJob.status ?? {};
  return { ...cronJob, status: active.length === 0 ? status : { ...status, active } };
}

export function withoutActive(cronJob: CronJob, uid: string | undefined): CronJob {
  return withActive(
    cronJob,
    activeOf(cronJob).filter((one) => one.uid !== uid),
  );
}

/** Takes out Jobs that have ended or are gone, and notes the last success. */
export function* refreshActive(port: CronJobPort, before: CronJob, jobs: readonly Job[]): Steps<CronJob> {
  let cronJob = before;
  for (const job of jobs) {
    const { uid, name } = job.metadata;
    const finished = finishedCondition(job);
    if (finished === undefined) {
      if (isInActive(cronJob, uid)) continue;
      // The view may be older than the last status.
      const newest = yield* port.readCronJob();
      if (newest !== undefined && isInActive(newest, uid)) cronJob = newest;
      else {
        port.event('Warning', 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${name}`);
      }
    } else {
      if (isInActive(cronJob, uid)) {
        cronJob = withoutActive(cronJob, uid);
        port.event('Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${finished.type}`);
      }
      if (finished.type === 'Complete') cronJob = withSuccess(cronJob, job.status?.completionTime);
    }
  }
  const known = new Set(jobs.map(({ metadata }) => metadata.uid));
  for (const { uid, name = '' } of activeOf(cronJob)) {
    if (known.has(uid ?? '') || (yield* port.findJob(name)) !== undefined) continue;
    port.event('Normal', 'MissingJob', `Active job went missing: ${name}`);
    cronJob = withoutActive(cronJob, uid);
  }
  return cronJob;
}

function withSuccess(cronJob: CronJob, completionTime: string | undefined): CronJob {
  const { lastSuccessfulTime } = cronJob.status ?? {};
  if (completionTime === undefined) return cronJob;
  const isLater = lastSuccessfulTime === undefined || timestampUs(completionTime) > timestampUs(lastSuccessfulTime);
  return isLater ? { ...cronJob, status: { ...cronJob.status, lastSuccessfulTime: completionTime } } : cronJob;
}
