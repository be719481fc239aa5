// The jobs of a sweep as batches in a queue: few at a time are waiting, each answer is taken once, and what was lost is queued again.
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { gzipSync } from 'node:zlib';
import type { Redis } from 'ioredis';
import { Job as QueuedJob, Queue, QueueEvents } from 'bullmq';
import { jobFolder, type ManyVerb } from '../../results/paths.ts';
import { contentHash } from '../../scenario/hash.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import type { JobAnswer, PlannedJob } from '../batch.ts';
import type { OnEnd, Place, PlaceOptions } from '../place.ts';
import type { QueueAddress } from './address.ts';
import { Batches } from './batches.ts';
import { another, connect, disconnect, risksOf, type Say } from './connection.ts';
import { batchesKey, type Build, planKey, queueName, SWEEPS } from './keys.ts';
import { Lease } from './lease.ts';
import { type Answers, answersSchema, batchSchema, type Plan, planHash, type SweepRecord } from './messages.ts';
import { unpack } from './pack.ts';
import { workersOf } from './workers.ts';

export interface QueueOptions {
  readonly address: QueueAddress;
  readonly build: Build;
  readonly verb: ManyVerb;
  /** The scenario that all cells were made of. */
  readonly loaded: LoadedScenario;
  /** Answers that an earlier coordinator of the same sweep did not take are taken; else they are thrown away. */
  readonly resume: boolean;
  readonly say: Say;
}

/** Batches that wait or are under way: of each worker's threads so many, and at least so many. */
const LEAST_AHEAD = 64;
const AHEAD_PER_THREAD = 4;
/** A worker may lose the batch that it is at so often: its process ended. */
const ATTEMPTS = 3;
const TICK_MS = 1000;
/** Every so many ticks all batches are looked at, whatever was heard of them. */
const LOOK_TICKS = 3;
const WORRY_MS = 10_000;
const KEEP_SECONDS = 7 * 24 * 3600;

/** A queue as a place. */
export function inQueue(options: QueueOptions): Place {
  return async (jobs, place, onEnd) => {
    const coordinator = await Coordinator.start(jobs, options, place, onEnd);
    try {
      await coordinator.run();
    } finally {
      await coordinator.close();
    }
  };
}

class Coordinator {
  readonly #options: QueueOptions;
  readonly #place: PlaceOptions;
  readonly #onEnd: OnEnd;
  readonly #redis: Redis;
  readonly #connections: readonly Redis[];
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #lease: Lease;
  readonly #sweep: string;
  readonly #plan: string;
  readonly #packedPlan: Buffer;
  readonly #batches: Batches;
  /** By the id of the queued job. */
  readonly #outstanding = new Map<string, readonly PlannedJob[]>();
  readonly #taking = new Set<string>();
  readonly #started = new Date().toISOString();
  #failed = 0;
  #done = 0;
  #wake: () => void = () => undefined;

  static async start(
    jobs: readonly PlannedJob[],
    options: QueueOptions,
    place: PlaceOptions,
    onEnd: OnEnd,
  ): Promise<Coordinator> {
    const { address, say, build } = options;
    const redis = await connect(address, say);
    for (const risk of await risksOf(redis, address)) say(`warning: ${risk}`);
    const plan = planOf(options, place);
    const hash = planHash(plan);
    const sweep = contentHash([hash, options.verb, build]).slice(0, 24);
    try {
      const lease = await Lease.take(redis, sweep, say);
      return new Coordinator(jobs, options, place, onEnd, { redis, lease, sweep, plan, hash });
    } catch (error) {
      disconnect(redis);
      throw error;
    }
  }

  private constructor(
    jobs: readonly PlannedJob[],
    options: QueueOptions,
    place: PlaceOptions,
    onEnd: OnEnd,
    { redis, lease, sweep, plan, hash }: Started,
  ) {
    this.#options = options;
    this.#place = place;
    this.#onEnd = onEnd;
    this.#redis = redis;
    this.#lease = lease;
    this.#sweep = sweep;
    this.#plan = hash;
    this.#packedPlan = gzipSync(JSON.stringify(plan));
    this.#batches = new Batches(jobs);
    const name = queueName(options.build);
    this.#connections = [redis, another(redis), another(redis)];
    this.#queue = new Queue(name, { connection: this.#connections[1] });
    this.#events = new QueueEvents(name, { connection: this.#connections[2] });
    // Told of by the connection itself.
    this.#queue.on('error', () => undefined);
    this.#events.on('error', () => undefined);
    for (const event of ['completed', 'failed'] as const) {
      this.#events.on(event, ({ jobId }: { readonly jobId: string }) => {
        if (this.#outstanding.has(jobId)) void this.#take(jobId);
      });
    }
  }

  /** Until every job has ended, or it is stopped. Throws an InputError when another coordinator has taken over. */
  async run(): Promise<void> {
    const { stop } = this.#place;
    const stopped = () => this.#wake();
    stop.addEventListener('abort', stopped);
    await this.#publishPlan();
    await this.#takeUp();
    let worriedMs = Date.now();
    for (let tick = 0; !stop.aborted && (this.#outstanding.size > 0 || this.#batches.left > 0); tick += 1) {
      const threads = await this.#fill();
      if (threads > 0) worriedMs = Infinity;
      else if (Date.now() - worriedMs > WORRY_MS) {
        worriedMs = Infinity;
        await this.#worry();
      }
      if (tick % LOOK_TICKS === 0) await this.#look();
      if (this.#redis.status === 'ready') await Promise.all([this.#lease.renew(), this.#publish()]);
      if (this.#outstanding.size > 0 && !stop.aborted) await this.#pause();
    }
    stop.removeEventListener('abort', stopped);
  }

  /** Takes back what nobody has begun. */
  async close(): Promise<void> {
    const { status } = this.#redis;
    if (status === 'ready') {
      const ids = [...this.#outstanding.keys()];
      await Promise.all(ids.map((id) => this.#queue.remove(id).catch(() => 0)));
      await this.#redis.del(SWEEPS + this.#sweep, planKey(this.#plan));
      await this.#lease.release();
    }
    disconnect(...this.#connections);
    await Promise.all([this.#events.close(), this.#queue.close()].map((closing) => closing.catch(() => undefined)));
  }

  async #publishPlan(): Promise<void> {
    await this.#redis.set(planKey(this.#plan), this.#packedPlan, 'EX', KEEP_SECONDS);
  }

  /** What an earlier coordinator of this sweep has queued. */
  async #takeUp(): Promise<void> {
    const ids = await this.#redis.smembers(batchesKey(this.#sweep));
    for (const id of ids) {
      const queued = await QueuedJob.fromId(this.#queue, id);
      const batch = queued === undefined ? undefined : batchSchema.safeParse(queued.data).data;
      const jobs = batch?.jobs.map((one) => this.#batches.named(one.id));
      const usable = this.#options.resume && jobs?.every((job) => job !== undefined) === true;
      if (usable) {
        this.#batches.remove(jobs);
        this.#outstanding.set(id, jobs);
      } else {
        await queued?.remove().catch(() => undefined);
        await this.#redis.srem(batchesKey(this.#sweep), id);
      }
    }
  }

  /** Queues as many batches as keep the workers busy. Gives the number of their threads. */
  async #fill(): Promise<number> {
    const workers = await workersOf(this.#redis, queueName(this.#options.build));
    const threads = workers.reduce((sum, worker) => sum + worker.threads, 0);
    const ahead = Math.max(LEAST_AHEAD, AHEAD_PER_THREAD * threads);
    while (this.#outstanding.size < ahead && this.#batches.left > 0) await this.#add(this.#batches.take(threads));
    return threads;
  }

  async #add(jobs: readonly PlannedJob[]): Promise<void> {
    const [{ job }] = jobs;
    const data = batchSchema.parse({
      plan: this.#plan,
      axes: job.axes,
      set: job.set,
      hash: job.loaded.hash,
      jobs: jobs.map((one) => ({ id: one.job.id, seed: one.job.seed, reproduce: one.reproduce })),
    });
    const id = contentHash(data).slice(0, 40);
    this.#outstanding.set(id, jobs);
    await this.#redis.sadd(batchesKey(this.#sweep), id);
    await this.#queue.add(job.loaded.scenario.name, data, {
      jobId: id,
      attempts: ATTEMPTS,
      removeOnFail: false,
      removeOnComplete: false,
    });
  }

  /** Looks after batches of which nothing was heard. One that Redis has lost is queued again. */
  async #look(): Promise<void> {
    for (const id of this.#outstanding.keys()) {
      if (this.#taking.has(id)) continue;
      const state = await this.#queue.getJobState(id);
      if (state === 'completed' || state === 'failed') await this.#take(id);
      else if (state === 'unknown') {
        const jobs = this.#outstanding.get(id);
        if (jobs === undefined) continue;
        await this.#publishPlan();
        await this.#add(jobs);
      }
    }
  }

  /** Takes the answer of a batch, once. */
  async #take(id: string): Promise<void> {
    const jobs = this.#outstanding.get(id);
    if (jobs === undefined || this.#taking.has(id)) return;
    this.#taking.add(id);
    try {
      const queued = await QueuedJob.fromId<unknown, unknown>(this.#queue, id);
      if (queued === undefined) return;
      if (queued.finishedOn === undefined || (await queued.isActive())) return;
      this.#answered(jobs, queued);
      this.#outstanding.delete(id);
      await queued.remove();
      await this.#redis.srem(batchesKey(this.#sweep), id);
      this.#wake();
    } finally {
      this.#taking.delete(id);
    }
  }

  #answered(jobs: readonly PlannedJob[], queued: QueuedJob<unknown, unknown>): void {
    if (queued.failedReason !== undefined && queued.failedReason !== '') {
      // Which job of the batch was it? Running each on its own will show.
      if (jobs.length > 1) this.#batches.alone(jobs);
      else
        this.#end(
          jobs[0],
          { kind: 'lost', message: `its workers ended, or could not run it: ${queued.failedReason}` },
          0,
        );
      return;
    }
    const { success, data: answers } = answersSchema.safeParse(queued.returnvalue);
    const complete = success && answers.length === jobs.length;
    for (const [index, one] of jobs.entries()) {
      const received = complete
        ? this.#received(one, answers[index])
        : ({ kind: 'lost', message: 'its worker answered in a form that this version does not know' } as const);
      const tookMs = (queued.finishedOn ?? 0) - (queued.processedOn ?? 0);
      this.#end(one, received, Math.max(0, tookMs) / jobs.length / 1000);
    }
  }

  #received({ job }: PlannedJob, answer: Answers[number]): JobAnswer {
    if ('failure' in answer) return answer.failure;
    if ('line' in answer) return { kind: 'summary', line: answer.line };
    const folder = jobFolder(this.#place.batch.out, job.loaded.scenario.name, job.id);
    if ('packed' in answer) unpack(answer.packed, folder);
    else if (!existsSync(folder)) {
      const message = `its worker wrote the results to ${answer.folder}, which is not ${folder} here: give both the same folder, or none to the worker`;
      return { kind: 'lost', message };
    }
    return undefined;
  }

  #end(one: PlannedJob, answer: JobAnswer, seconds: number): void {
    this.#done += 1;
    this.#failed += answer === undefined || answer.kind === 'summary' ? 0 : 1;
    this.#batches.took(seconds);
    this.#onEnd(one, answer);
  }

  async #publish(): Promise<void> {
    const record: SweepRecord = {
      id: this.#sweep,
      scenario: this.#options.loaded.scenario.name,
      verb: this.#options.verb,
      host: hostname(),
      pid: process.pid,
      queue: this.#queue.name,
      jobs: this.#batches.size,
      done: this.#done,
      failed: this.#failed,
      started: this.#started,
      updated: new Date().toISOString(),
    };
    await this.#redis.set(SWEEPS + this.#sweep, JSON.stringify(record), 'EX', KEEP_SECONDS);
  }

  async #worry(): Promise<void> {
    const { address, build, say } = this.#options;
    const others = (await workersOf(this.#redis)).length;
    const also = others === 0 ? '' : ` (${others} of other builds or plugins ${others === 1 ? 'is' : 'are'} connected)`;
    say(
      `no worker of this build (${build.version}, ${build.program}) is connected to ${address.shown}${also}; start one: wavetank worker --queue …`,
    );
  }

  /** Until something was heard, or a tick has passed. */
  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, TICK_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }
}

interface Started {
  readonly redis: Redis;
  readonly lease: Lease;
  readonly sweep: string;
  readonly plan: Plan;
  readonly hash: string;
}

function planOf({ build, loaded, verb }: QueueOptions, { batch }: PlaceOptions): Plan {
  const { inputs, files, overrides } = loaded;
  const texts = (list: LoadedScenario['inputs']) => list.map(({ file, text }) => ({ file, text }));
  const plan = {
    version: build.version,
    program: build.program,
    file: batch.file,
    hashes: batch.inputs,
    inputs: texts(inputs),
    files: texts(files),
    overrides,
    check: batch.check,
    summariesOnly: batch.summariesOnly === true,
    measured: verb === 'chaos',
  };
  // As it will be read: without what is undefined.
  return JSON.parse(JSON.stringify(plan)) as Plan;
}
