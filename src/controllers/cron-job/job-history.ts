// Which ended Jobs of a CronJob are too many: the oldest go.
import { timestampUs } from '../../lib/timestamp.ts';
import type { CronJob } from '../kit/cron-job-objects.ts';
import { finishedCondition, type Job } from '../kit/job-objects.ts';

/** Those to be deleted, of each outcome the ones that started first. */
export function surplusJobs({ spec }: CronJob, jobs: readonly Job[]): Job[] {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = spec;
  return [...oldest(jobs, 'Complete', successfulJobsHistoryLimit), ...oldest(jobs, 'Failed', failedJobsHistoryLimit)];
}

function oldest(jobs: readonly Job[], outcome: string, limit: number | undefined): Job[] {
  if (limit === undefined) return [];
  const ended = jobs.filter((job) => finishedCondition(job)?.type === outcome);
  return ended.length <= limit ? [] : ended.sort(byStart).slice(0, ended.length - limit);
}

/** Jobs that never started come last. */
function byStart(a: Job, b: Job): number {
  const [first, second] = [startUs(a), startUs(b)];
  if (first !== second) return first - second;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

function startUs({ status }: Job): number {
  return status?.startTime === undefined ? Number.MAX_VALUE : timestampUs(status.startTime);
}
