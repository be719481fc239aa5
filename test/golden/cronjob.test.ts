// Schedules and syncs of CronJobs against the real controller.
import { describe, test } from 'vitest';
import type { CronJobPort } from '../../src/controllers/cron-job/cron-job-port.ts';
import { syncCronJob } from '../../src/controllers/cron-job/cron-job-sync.ts';
import { dueTimes, lookAgainIn } from '../../src/controllers/cron-job/due-times.ts';
import { type CronJob, SCHEDULED_AT } from '../../src/controllers/kit/cron-job-objects.ts';
import type { Steps } from '../../src/controllers/kit/sync.ts';
import { Signal } from '../../src/engine/script.ts';
import type { Job } from '../../src/controllers/kit/job-objects.ts';
import { CALENDAR_START_SECONDS, timestamp, timestampUs } from '../../src/lib/timestamp.ts';
import { type CronSchedule, tryParseCronSchedule } from '../../src/model/parse/cron-schedule.ts';
import { nextTime } from '../../src/model/parse/cron-times.ts';
import { agree, difference, eachRecord } from './harness.ts';

interface NextRecord {
  readonly schedule: string;
  readonly timeZone: string;
  readonly from: string;
  readonly next?: readonly string[];
  readonly error?: string;
}

interface RecentRecord {
  readonly schedule: string;
  readonly timeZone: string;
  readonly now: string;
  readonly created: string;
  readonly lastScheduleTime?: string;
  readonly startingDeadlineSeconds?: number;
  readonly earliest: string;
  readonly mostRecent?: string;
  readonly missed: string;
  readonly requeueAfterMs: number;
}

function scheduleOf({ schedule, timeZone }: Pick<NextRecord, 'schedule' | 'timeZone'>): CronSchedule {
  const parsed = tryParseCronSchedule(timeZone === '' ? schedule : `TZ=${timeZone} ${schedule}`);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed.schedule;
}

const seconds = (text: string): number => Date.parse(text) / 1000;
const written = (time: number | undefined): string =>
  time === undefined ? 'never' : new Date(time * 1000).toISOString().replace('.000Z', 'Z');

interface SyncRecord {
  readonly id: number;
  readonly in: {
    readonly schedule: string;
    readonly now: string;
    readonly created: string;
    readonly lastScheduleTime?: string;
    readonly startingDeadlineSeconds?: number;
    readonly concurrencyPolicy: string;
    readonly suspend?: boolean;
    readonly successfulJobsHistoryLimit: number;
    readonly failedJobsHistoryLimit: number;
    readonly jobs: readonly { readonly name: string; readonly state: string; readonly startedAgo: number }[];
  };
  readonly out: {
    readonly created: readonly string[];
    readonly deleted: readonly string[];
    readonly active: readonly string[];
    readonly requeueAfterMs?: number;
    readonly lastScheduleTime?: string;
    readonly scheduledAnnotation?: string;
    readonly error?: string;
  };
}

const CONDITIONS: Readonly<Record<string, string>> = { complete: 'Complete', failed: 'Failed' };

function jobsOf({ jobs, now }: SyncRecord['in']): Job[] {
  return jobs.map(({ name, state, startedAgo }) => {
    const type = CONDITIONS[state];
    const startTime = timestamp(timestampUs(now) - startedAgo * 1e6);
    return {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, uid: name },
      spec: { template: {} },
      status: { startTime, ...(type === undefined ? {} : { conditions: [{ type, status: 'True' }] }) },
    };
  });
}

/** At once. */
function answer<T>(value: T): Steps<T> {
  const signal = new Signal<T>({ now: 0 });
  signal.fire(value);
  return signal.wait();
}

/** One sync with an API server that answers at once. */
function synced({ in: given }: SyncRecord): SyncRecord['out'] {
  const jobs = jobsOf(given);
  const active = given.jobs.filter(({ state }) => state === 'active').map(({ name }) => ({ name, uid: name }));
  const { created: creationTimestamp, lastScheduleTime, now: _, jobs: _jobs, ...spec } = given;
  const cronJob = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'cj', uid: 'cj', creationTimestamp },
    spec: { ...spec, jobTemplate: { spec: { template: {} } } },
    status: { active, ...(lastScheduleTime === undefined ? {} : { lastScheduleTime }) },
  } as CronJob;
  let last = cronJob;
  const made: Job[] = [];
  const deleted: string[] = [];
  const port: CronJobPort = {
    nowUs: timestampUs(given.now),
    startSeconds: CALENDAR_START_SECONDS,
    readCronJob: () => answer(cronJob),
    findJob: (name) => answer([...jobs, ...made].find(({ metadata }) => metadata.name === name)),
    createJob(job) {
      const stored = { ...job, metadata: { ...job.metadata, uid: job.metadata.name } };
      made.push(stored);
      return answer(stored);
    },
    deleteJob({ metadata }) {
      deleted.push(metadata.name);
      return answer(undefined);
    },
    updateStatus(next) {
      last = next;
      return answer(undefined);
    },
    event: () => undefined,
  };
  const end = syncCronJob(port, cronJob, jobs).next();
  const againUs = end.done === true ? end.value : Number.NaN;
  const [annotated] = made.map(({ metadata }) => metadata.annotations?.[SCHEDULED_AT]);
  return {
    created: made.map(({ metadata }) => metadata.name),
    deleted: deleted.sort(),
    active: (last.status?.active ?? []).map(({ name = '' }) => name).sort(),
    ...(againUs === undefined ? {} : { requeueAfterMs: Math.round(againUs / 1000) }),
    ...(last.status?.lastScheduleTime === undefined ? {} : { lastScheduleTime: last.status.lastScheduleTime }),
    ...(annotated === undefined ? {} : { scheduledAnnotation: annotated }),
  };
}

describe('CronJobs', () => {
  test('next times', () => {
    agree('cronjob/next_times', eachRecord<NextRecord>('cronjob/next_times.jsonl.gz'), (record) => {
      if (record.error !== undefined) {
        const { schedule, timeZone } = record;
        return 'error' in tryParseCronSchedule(timeZone === '' ? schedule : `TZ=${timeZone} ${schedule}`)
          ? undefined
          : 'expected an error';
      }
      const schedule = scheduleOf(record);
      const found: string[] = [];
      let time: number | undefined = seconds(record.from);
      for (let count = 0; count < (record.next ?? []).length; count += 1) {
        time = time === undefined ? undefined : nextTime(schedule, time);
        found.push(written(time));
      }
      return difference(record.next, found);
    });
  });

  test('most recent times', () => {
    agree('cronjob/most_recent', eachRecord<RecentRecord>('cronjob/most_recent.jsonl.gz'), (record) => {
      const schedule = scheduleOf(record);
      const now = seconds(record.now);
      const history = {
        created: seconds(record.created),
        lastScheduled: record.lastScheduleTime === undefined ? undefined : seconds(record.lastScheduleTime),
        startingDeadlineSeconds: record.startingDeadlineSeconds,
      };
      const { earliest, mostRecent, missed } = dueTimes(history, schedule, now, true);
      const { requeueAfterMs } = record;
      return difference(
        { earliest: record.earliest, mostRecent: record.mostRecent, missed: record.missed, requeueAfterMs },
        {
          earliest: written(earliest),
          mostRecent: mostRecent === undefined ? undefined : written(mostRecent),
          missed,
          requeueAfterMs: Math.round(lookAgainIn(history, schedule, now) * 1000),
        },
      );
    });
  });

  test('syncs', () => {
    agree('cronjob/sync', eachRecord<SyncRecord>('cronjob/sync.jsonl.gz'), (record) =>
      difference(record.out, synced(record)),
    );
  });
});
