// The CronJob controller: wakes when a start is due, and when one of its Jobs changes.
import { isForbidden, Refused } from '../../api/refused.ts';
import type { ObjectView } from '../../api/object-view.ts';
import { Change } from '../../model/change-log.ts';
import { clockUs, controller, type Work } from '../kit/controller.ts';
import type { CronJob } from '../kit/cron-job-objects.ts';
import type { Job } from '../kit/job-objects.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import type { CronJobPort } from './cron-job-port.ts';
import { syncCronJob, untilNextUs } from './cron-job-sync.ts';
import { scheduleOf, textOf } from './schedules.ts';
import type { ObjectRow } from '../../model/rows.ts';

export const cronJobController = controller({
  name: 'cronjob-controller',
  queue: 'cronjob',
  workers: 'cronJob',
  create: (work) => new CronJobSyncs(work),
  watches({ views }, syncs) {
    syncs.cronJobs.subscribe((row, _object, what) => syncs.cronJobChanged(row, what));
    views.jobs.subscribe((row, job) => syncs.jobChanged(row, job === undefined));
  },
});

class CronJobSyncs {
  readonly cronJobs: ObjectView<CronJob>;
  readonly #work: Work;
  /** By CronJob: rows of its Jobs. */
  readonly #jobs = new Map<ObjectRow, Set<ObjectRow>>();
  /** By CronJob: the schedule that it was last woken for. */
  readonly #schedules = new Map<ObjectRow, string>();

  constructor(work: Work) {
    this.#work = work;
    this.cronJobs = work.api.watchObjects<CronJob>('CronJob');
  }

  cronJobChanged(row: ObjectRow, what: number): void {
    const { queue, settings } = this.#work;
    const cronJob = this.cronJobs.get(row);
    if (cronJob === undefined) {
      this.#schedules.delete(row);
      return;
    }
    const text = textOf(cronJob.spec);
    const before = this.#schedules.get(row);
    this.#schedules.set(row, text);
    if ((what & Change.Created) !== 0 || before === text) {
      queue.add(row);
      return;
    }
    const parsed = scheduleOf(cronJob.spec);
    if ('error' in parsed) return;
    const clock = { nowUs: clockUs(this.#work), startSeconds: settings.startSeconds };
    queue.addAfter(row, untilNextUs(clock, cronJob, parsed.schedule));
  }

  jobChanged(row: ObjectRow, gone: boolean): void {
    const { kind } = this.#work.api.registry.objects;
    const cronJob = this.#work.views.jobs.ownerOf(row);
    if (cronJob < 0 || kind[cronJob] !== 'CronJob') return;
    const jobs = this.#jobs.get(cronJob) ?? new Set();
    this.#jobs.set(cronJob, jobs);
    if (gone) jobs.delete(row);
    else jobs.add(row);
    this.#work.queue.add(cronJob);
  }

  *sync(row: ObjectRow): Steps {
    const cronJob = this.cronJobs.get(row);
    if (cronJob === undefined) return;
    const jobs = [...(this.#jobs.get(row) ?? [])].flatMap((job) => this.#work.views.jobs.get(job) ?? []);
    const againUs = yield* syncCronJob(new ApiPort(this.#work, row), cronJob, jobs);
    if (againUs !== undefined) this.#work.queue.addAfter(row, againUs);
  }
}

class ApiPort implements CronJobPort {
  readonly #work: Work;
  readonly #row: ObjectRow;

  constructor(work: Work, row: ObjectRow) {
    this.#work = work;
    this.#row = row;
  }

  get nowUs(): number {
    return clockUs(this.#work);
  }

  get startSeconds(): number {
    return this.#work.settings.startSeconds;
  }

  *readCronJob(): Steps<CronJob | undefined> {
    yield* this.#work.client.read(this.#row).wait();
    return this.#work.client.answered(this.#row) as CronJob | undefined;
  }

  *findJob(name: string): Steps<Job | undefined> {
    const row = this.#rowOf(name);
    yield* this.#work.client.read(row).wait();
    return this.#work.client.answered(row) as Job | undefined;
  }

  *createJob(job: Job): Steps<Job | undefined> {
    const { client } = this.#work;
    const result = yield* client.create(job, this.#row).wait();
    if (result === Refused.AlreadyExists) return undefined;
    if (isForbidden(result)) {
      const why = client.refusal(result);
      this.event('Warning', 'FailedCreate', `Error creating job: ${why}`);
      throw new SyncFailed(why);
    }
    if (result < 0) throw new SyncFailed(`Job ${job.metadata.name} could not be created (${result})`);
    return client.answered(result as ObjectRow) as Job | undefined;
  }

  *deleteJob({ metadata: { name } }: Job): Steps<string | undefined> {
    const result = yield* this.#work.client.delete(this.#rowOf(name)).wait();
    if (result >= 0) return undefined;
    if (result === Refused.NotFound) return `jobs.batch "${name}" not found`;
    return isForbidden(result) ? this.#work.client.refusal(result) : `jobs.batch "${name}": the server did not answer`;
  }

  *updateStatus(cronJob: CronJob): Steps {
    const result = yield* this.#work.client.updateStatus(this.#row, cronJob).wait();
    if (result < 0 && result !== Refused.NotFound) throw new SyncFailed('the status could not be written');
  }

  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#work.client.objectEvent(type, reason, message, this.#row);
  }

  #rowOf(job: string): ObjectRow {
    const { objects } = this.#work.api.registry;
    return objects.find('Job', objects.namespace[this.#row], job);
  }
}
