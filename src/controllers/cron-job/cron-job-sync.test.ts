// One sync of a CronJob, by what the golden records do not have: time zones other than UTC, and the events.
import { describe, expect, it } from 'vitest';
import { Signal } from '../../engine/script.ts';
import { CALENDAR_START_SECONDS, timestampUs } from '../../lib/timestamp.ts';
import { type CronJob, type CronJobStatus, SCHEDULED_AT } from '../kit/cron-job-objects.ts';
import type { Job } from '../kit/job-objects.ts';
import type { Steps } from '../kit/sync.ts';
import type { CronJobPort } from './cron-job-port.ts';
import { syncCronJob } from './cron-job-sync.ts';

interface Given {
  readonly now: string;
  readonly spec: Partial<CronJob['spec']>;
  readonly created?: string;
  readonly status?: CronJobStatus;
  readonly jobs?: readonly Job[];
  /** The CronJob's status as the API server has it, where the view is older. */
  readonly newest?: CronJobStatus;
  /** Names of Jobs whose deletion the API server refuses. */
  readonly undeleted?: readonly string[];
}

/** At once. */
function answer<T>(value: T): Steps<T> {
  const signal = new Signal<T>({ now: 0 });
  signal.fire(value);
  return signal.wait();
}

/** One sync with an API server that answers at once. */
function sync({ now, spec, created = '2026-01-01T00:00:00Z', status = {}, jobs = [], newest, undeleted = [] }: Given) {
  const cronJob = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'night', uid: 'night', creationTimestamp: created },
    spec: { schedule: '0 * * * *', jobTemplate: { spec: { template: {} } }, ...spec },
    status,
  } as CronJob;
  const made: Job[] = [];
  const events: string[] = [];
  let last = cronJob.status;
  const port: CronJobPort = {
    nowUs: timestampUs(now),
    startSeconds: CALENDAR_START_SECONDS,
    readCronJob: () => answer({ ...cronJob, status: newest ?? status }),
    findJob: (name) => answer(jobs.find(({ metadata }) => metadata.name === name)),
    createJob(job) {
      made.push(job);
      return answer(job);
    },
    deleteJob: ({ metadata: { name } }) =>
      answer(undeleted.includes(name) ? `jobs.batch "${name}" not found` : undefined),
    updateStatus(next) {
      last = next.status;
      return answer(undefined);
    },
    event: (type, reason, message) => void events.push(`${type} ${reason}: ${message}`),
  };
  const end = syncCronJob(port, cronJob, jobs).next();
  const againUs = end.done === true ? end.value : undefined;
  return { made, events, status: last, againSeconds: againUs === undefined ? undefined : againUs / 1e6 };
}

const job = (name: string, type?: string): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, uid: name },
  spec: { template: {} },
  status: {
    startTime: '2026-01-01T00:00:00Z',
    ...(type === undefined ? {} : { conditions: [{ type, status: 'True' }], completionTime: '2026-01-01T00:20:00Z' }),
  },
});

const active = (...names: string[]): CronJobStatus => ({ active: names.map((name) => ({ name, uid: name })) });

it('a Job that cannot be deleted is the event FailedDelete, with the error', () => {
  const jobs = ['a', 'b', 'c', 'd', 'e'].map((name) => job(name, 'Complete'));
  const { events } = sync({
    now: '2026-01-01T00:30:00Z',
    spec: { successfulJobsHistoryLimit: 3 },
    jobs,
    undeleted: ['b'],
  });
  expect(events).toEqual([
    'Normal SuccessfulDelete: Deleted job a',
    'Warning FailedDelete: Deleted job: jobs.batch "b" not found',
  ]);
});

describe('a time zone', () => {
  // Six in the morning. Kolkata's clocks are 5 h 30 min ahead of UTC, those of St. John's 3 h 30 min behind; in June, 2 h 30 min.
  it.each([
    [undefined, '2026-01-02T06:00:00Z', '2026-01-02T06:00:00Z'],
    ['Asia/Kolkata', '2026-01-02T00:30:00Z', '2026-01-02T06:00:00+05:30'],
    ['America/St_Johns', '2026-01-02T09:30:00Z', '2026-01-02T06:00:00-03:30'],
    ['America/St_Johns', '2026-06-02T08:30:00Z', '2026-06-02T06:00:00-02:30'],
    ['Europe/London', '2026-01-02T06:00:00Z', '2026-01-02T06:00:00Z'],
    ['Europe/London', '2026-06-02T05:00:00Z', '2026-06-02T06:00:00+01:00'],
  ])('%s: a start at %s is written %s', (timeZone, due, written) => {
    const spec = { schedule: '0 6 * * *', ...(timeZone !== undefined && { timeZone }) };
    const second = timestampUs(due) / 1e6;
    const created = due.replace(/T.*/, 'T00:00:00Z');
    const now = due.replace(':00Z', ':01Z');
    const [one, ...others] = sync({ now, spec, created }).made;
    expect(others).toEqual([]);
    expect(one.metadata.name).toBe(`night-${(second + CALENDAR_START_SECONDS) / 60}`);
    expect(one.metadata.annotations?.[SCHEDULED_AT]).toBe(written);
  });

  it('says when to look next', () => {
    const now = '2026-01-02T00:00:00Z';
    const again = (spec: Given['spec']) => sync({ now, created: now, spec }).againSeconds;
    expect(again({ schedule: '0 6 * * *' })).toBeCloseTo(6 * 3600 + 0.1, 6);
    expect(again({ schedule: '0 6 * * *', timeZone: 'Asia/Kolkata' })).toBeCloseTo(1800.1, 6);
  });

  it('that nobody knows starts nothing', () => {
    const { made, events, againSeconds } = sync({ now: '2026-01-01T02:00:00Z', spec: { timeZone: 'Mars/Olympus' } });
    expect([made, againSeconds]).toEqual([[], undefined]);
    expect(events).toEqual([
      'Warning UnknownTimeZone: invalid timeZone: "Mars/Olympus": unknown time zone Mars/Olympus',
    ]);
  });
});

describe('events about the schedule', () => {
  const MANY =
    'Warning TooManyMissedTimes: too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';

  it('more than a hundred missed starts are a warning, and the last one is made good', () => {
    const after = (now: string) => sync({ now, spec: { schedule: '* * * * *' } });
    // Starts are due at 00:01 … 01:40: a hundred; one minute later one more.
    expect(after('2026-01-01T01:40:30Z').events).toEqual([expect.stringMatching(/^Normal SuccessfulCreate: /)]);
    const { events, made } = after('2026-01-01T01:41:30Z');
    expect(events).toEqual([MANY, `Normal SuccessfulCreate: Created job ${made[0].metadata.name}`]);
    expect(made[0].metadata.annotations?.[SCHEDULED_AT]).toBe('2026-01-01T01:41:00Z');
  });

  it('a start that is past its deadline is not made good, nor does anybody speak of it', () => {
    const at = (now: string) => sync({ now, spec: { schedule: '30 1 * * *', startingDeadlineSeconds: 60 } });
    expect(at('2026-01-01T01:30:59Z').made).toHaveLength(1);
    const { made, events, againSeconds } = at('2026-01-01T01:31:00Z');
    expect([made, events]).toEqual([[], []]);
    // The next one is tomorrow.
    expect(againSeconds).toBeCloseTo(24 * 3600 - 60 + 0.1, 6);
  });

  it('a schedule of a day that no month has starts nothing', () => {
    const { made, events, againSeconds } = sync({ now: '2026-01-01T02:00:00Z', spec: { schedule: '0 0 31 2 *' } });
    expect([made, againSeconds]).toEqual([[], undefined]);
    expect(events).toEqual([
      'Warning InvalidSchedule: invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second',
    ]);
  });

  it('a schedule that cannot be read starts nothing', () => {
    const { made, events, againSeconds } = sync({ now: '2026-01-01T02:00:00Z', spec: { schedule: '0 25 * * *' } });
    expect([made, againSeconds]).toEqual([[], undefined]);
    expect(events).toEqual([
      'Warning UnparseableSchedule: unparseable schedule: "0 25 * * *" : end of range (25) above maximum (23): 25',
    ]);
  });
});

describe('events about Jobs', () => {
  const now = '2026-01-01T00:30:00Z';

  it('an active Job that has ended is seen once, and its success is noted in the same sync', () => {
    const seen = (type: string) => sync({ now, spec: {}, status: active('a', 'b'), jobs: [job('a', type), job('b')] });
    const complete = seen('Complete');
    expect(complete.events).toEqual(['Normal SawCompletedJob: Saw completed job: a, condition: Complete']);
    expect(complete.status).toEqual({ ...active('b'), lastSuccessfulTime: '2026-01-01T00:20:00Z' });
    const failed = seen('Failed');
    expect(failed.events).toEqual(['Normal SawCompletedJob: Saw completed job: a, condition: Failed']);
    expect(failed.status).toEqual(active('b'));
    expect(sync({ now, spec: {}, jobs: [job('a', 'Complete')] }).events).toEqual([]);
  });

  it('a Job that is in no status is unexpected, unless the API server has a newer one', () => {
    const jobs = [job('mine')];
    expect(sync({ now, spec: {}, jobs }).events).toEqual([
      'Warning UnexpectedJob: Saw a job that the controller did not create or forgot: mine',
    ]);
    expect(sync({ now, spec: {}, jobs, newest: active('mine') }).events).toEqual([]);
  });

  it('an active Job that is not there has gone missing', () => {
    const { events, status } = sync({ now, spec: {}, status: active('lost', 'there'), jobs: [job('there')] });
    expect(events).toEqual(['Normal MissingJob: Active job went missing: lost']);
    expect(status).toEqual(active('there'));
  });
});
