// One sync of a CronJob: cleans up its history, looks after its active Jobs, and makes the Job that is due (cronjob_controllerv2.go).
import { timestamp, timestampUs } from '../../lib/timestamp.ts';
import type { CronSchedule } from '../../model/parse/cron-schedule.ts';
import { TimeZone } from '../../model/parse/time-zone.ts';
import type { CronJob } from '../kit/cron-job-objects.ts';
import type { Job } from '../kit/job-objects.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { activeOf, isInActive, refreshActive, withActive, withoutActive } from './active-jobs.ts';
import { scheduleOf } from './schedules.ts';
import type { CronJobPort } from './cron-job-port.ts';
import { type CronHistory, dueTimes, lookAgainIn } from './due-times.ts';
import { jobName, jobOf } from './job-of-template.ts';
import { surplusJobs } from './job-history.ts';

/** `cronJob` is what it is now; `againUs`: when to look again, undefined for only after the next event. */
interface Outcome {
  readonly cronJob: CronJob;
  readonly againUs?: number;
  readonly problem?: SyncFailed;
}

/** Gives the delay until it is to be synced again. Throws SyncFailed to be tried again. */
export function* syncCronJob(port: CronJobPort, stored: CronJob, jobs: readonly Job[]): Steps<number | undefined> {
  let cronJob = stored;
  for (const job of surplusJobs(cronJob, jobs)) cronJob = yield* deleteJob(port, cronJob, job);
  cronJob = yield* refreshActive(port, cronJob, jobs);
  const outcome = yield* start(port, cronJob);
  if (outcome.cronJob.status !== stored.status) yield* port.updateStatus(outcome.cronJob);
  if (outcome.againUs === undefined && outcome.problem !== undefined) throw outcome.problem;
  return outcome.againUs;
}

function* start(port: CronJobPort, cronJob: CronJob): Steps<Outcome> {
  const { metadata, spec } = cronJob;
  if (metadata.deletionTimestamp !== undefined) return { cronJob };
  const { timeZone = '' } = spec;
  if (TimeZone.find(timeZone) === undefined) {
    port.event('Warning', 'UnknownTimeZone', `invalid timeZone: "${timeZone}": unknown time zone ${timeZone}`);
    return { cronJob };
  }
  if (spec.suspend === true) return { cronJob };
  const parsed = scheduleOf(spec);
  if ('error' in parsed) {
    port.event('Warning', 'UnparseableSchedule', `unparseable schedule: "${spec.schedule}" : ${parsed.error}`);
    return { cronJob };
  }
  const { schedule } = parsed;
  const now = port.startSeconds + port.nowUs / 1e6;
  const { mostRecent, missed, error } = dueTimes(historyOf(port, cronJob), schedule, now, true);
  if (error !== undefined) {
    port.event('Warning', 'InvalidSchedule', `invalid schedule: ${spec.schedule} : ${error}`);
    return { cronJob };
  }
  if (mostRecent !== undefined && missed === 'many') {
    const advice = 'Set or decrease .spec.startingDeadlineSeconds or check clock skew';
    port.event('Warning', 'TooManyMissedTimes', `too many missed start times. ${advice}`);
  }
  if (mostRecent === undefined || !mayStart(port, cronJob, mostRecent)) return later(port, cronJob, schedule);
  let next = cronJob;
  if (spec.concurrencyPolicy === 'Replace') {
    for (const { name = '' } of activeOf(cronJob)) {
      const job = yield* port.findJob(name);
      if (job === undefined) {
        port.event('Warning', 'FailedGet', `Get job: jobs.batch "${name}" not found`);
        return { cronJob: next, problem: new SyncFailed(`Job ${name} is not there`) };
      }
      const before = next;
      next = yield* deleteJob(port, next, job);
      if (next === before) return { cronJob: next, problem: new SyncFailed(`Job ${name} could not be replaced`) };
    }
  }
  return yield* create(port, next, schedule, mostRecent);
}

/**
 * Whether it has not been started yet, and its policy lets it. Kubernetes asks here once more whether it is past its deadline (MissSchedule): it
 * never is, since the search for what is due began there.
 */
function mayStart(port: CronJobPort, { metadata, spec, status }: CronJob, scheduled: number): boolean {
  const name = jobName(metadata.name, scheduled);
  if (status?.active?.some((one) => one.name === name) === true) return false;
  if (status?.lastScheduleTime === timestamp(virtualUs(port, scheduled))) return false;
  if (spec.concurrencyPolicy === 'Forbid' && (status?.active?.length ?? 0) > 0) {
    const why = 'prior execution is running and concurrency policy is Forbid';
    port.event('Normal', 'JobAlreadyActive', `Not starting job because ${why}`);
    return false;
  }
  return true;
}

function* create(port: CronJobPort, cronJob: CronJob, schedule: CronSchedule, scheduled: number): Steps<Outcome> {
  const wanted = jobOf(cronJob, scheduled);
  let made: Job | undefined;
  try {
    made = yield* port.createJob(wanted);
  } catch (error) {
    if (error instanceof SyncFailed) return { cronJob, problem: error };
    throw error;
  }
  const job = made ?? (yield* port.findJob(wanted.metadata.name));
  if (job === undefined) return { cronJob, problem: new SyncFailed('the Job is neither there nor could it be made') };
  const { uid, name, namespace } = job.metadata;
  if (made !== undefined) port.event('Normal', 'SuccessfulCreate', `Created job ${name}`);
  else if (!isControlledBy(job, cronJob) || isInActive(cronJob, uid)) return { cronJob };
  const reference = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    resourceVersion: job.metadata.resourceVersion ?? '',
  };
  const active = withActive(cronJob, [...activeOf(cronJob), reference]);
  const lastScheduleTime = timestamp(virtualUs(port, scheduled));
  return later(port, { ...active, status: { ...active.status, lastScheduleTime } }, schedule);
}

function later(port: CronJobPort, cronJob: CronJob, schedule: CronSchedule): Outcome {
  return { cronJob, againUs: untilNextUs(port, cronJob, schedule) };
}

/** From now until the controller looks again. */
export function untilNextUs(
  port: Pick<CronJobPort, 'nowUs' | 'startSeconds'>,
  cronJob: CronJob,
  schedule: CronSchedule,
): number {
  const now = port.startSeconds + port.nowUs / 1e6;
  return Math.round(lookAgainIn(historyOf(port, cronJob), schedule, now) * 1e6);
}

function historyOf(
  { startSeconds }: Pick<CronJobPort, 'startSeconds'>,
  { metadata, spec, status }: CronJob,
): CronHistory {
  const unix = (text: string): number => startSeconds + timestampUs(text) / 1e6;
  return {
    created: unix(metadata.creationTimestamp ?? ''),
    lastScheduled: status?.lastScheduleTime === undefined ? undefined : unix(status.lastScheduleTime),
    startingDeadlineSeconds: spec.startingDeadlineSeconds,
  };
}

function* deleteJob(port: CronJobPort, cronJob: CronJob, job: Job): Steps<CronJob> {
  const { uid, name } = job.metadata;
  const error = yield* port.deleteJob(job);
  if (error !== undefined) {
    port.event('Warning', 'FailedDelete', `Deleted job: ${error}`);
    return cronJob;
  }
  port.event('Normal', 'SuccessfulDelete', `Deleted job ${name}`);
  return { ...withoutActive(cronJob, uid) };
}

function isControlledBy({ metadata }: Job, cronJob: CronJob): boolean {
  return metadata.ownerReferences?.some((one) => one.controller === true && one.uid === cronJob.metadata.uid) === true;
}

function virtualUs({ startSeconds }: CronJobPort, seconds: number): number {
  return (seconds - startSeconds) * 1e6;
}
