// A worker: takes batches of jobs from a queue, runs them on threads, and answers with their results. It reads no file and loads no code that a message names.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Job as QueuedJob, UnrecoverableError, Worker } from 'bullmq';
import { InputError } from '../../lib/errors.ts';
import { jobFolder } from '../../results/paths.ts';
import type { Families } from '../../world/families.ts';
import type { BatchOptions, PlannedJob } from '../batch.ts';
import { Threads, type ThreadOptions } from '../threads.ts';
import type { QueueAddress } from './address.ts';
import { another, connect, disconnect, risksOf, type Say } from './connection.ts';
import { type Build, queueName, WORKERS } from './keys.ts';
import { type Answers, batchSchema, type WorkerRecord } from './messages.ts';
import { pack } from './pack.ts';
import { Plans } from './plans.ts';

export interface WorkerOptions extends ThreadOptions {
  readonly address: QueueAddress;
  readonly build: Build;
  readonly families: Families;
  /** Files of plugins that this worker was given. */
  readonly plugins: readonly string[];
  /** A folder that the coordinator reads too; undefined: results go through the queue. */
  readonly out: string | undefined;
  /** A worker that says nothing for so long is taken for dead, and its jobs are given to others. */
  readonly lostAfterMs: number;
  /** It ends when there was nothing to do for so long; undefined: never. */
  readonly idleMs: number | undefined;
  /** Ends it when the jobs under way have ended. */
  readonly stop: AbortSignal;
  readonly say: Say;
}

/** So often may the workers of one batch die before it is given up. */
const MOST_DEATHS = 20;
const BEAT_MS = 2000;
const BEATS_TO_LIVE = 4;
const FOLDER = 'wavetank-worker-';

/** Runs until it is stopped, or idle for long enough. Gives the number of jobs that it has run. Throws an InputError when there is no queue. */
export async function runWorker(options: WorkerOptions): Promise<number> {
  const { address, build, out, threads: size, stop, idleMs, lostAfterMs, say } = options;
  const redis = await connect(address, say);
  for (const risk of await risksOf(redis, address)) say(`warning: ${risk}`);
  removeOrphans();
  const folder = out ?? mkdtempSync(join(tmpdir(), `${FOLDER}${process.pid}-`));
  const threads = await Threads.start(options);
  const queue = queueName(build);
  const plans = new Plans(redis, options.families);
  let done = 0;
  let busy = 0;
  let lastMs = Date.now();
  const process_ = async (queued: QueuedJob): Promise<Answers> => {
    busy += 1;
    try {
      const answers = await answer(queued, { ...options, folder }, threads, plans);
      done += answers.length;
      return answers;
    } finally {
      busy -= 1;
      lastMs = Date.now();
    }
  };
  const connection = another(redis);
  const worker = new Worker(queue, process_, {
    connection,
    concurrency: size,
    lockDuration: lostAfterMs,
    stalledInterval: lostAfterMs,
    maxStalledCount: MOST_DEATHS,
  });
  worker.on('error', () => undefined);
  const since = new Date().toISOString();
  const key = WORKERS + randomUUID();
  const beat = async (): Promise<void> => {
    const { version, program } = build;
    const record = { host: hostname(), pid: process.pid, version, program, queue, threads: size, done, busy, since };
    await redis.set(key, JSON.stringify(record satisfies WorkerRecord), 'PX', BEAT_MS * BEATS_TO_LIVE);
  };
  await beat();
  say(`${address.shown}: waiting for jobs`);
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setInterval(() => {
        const idle = idleMs !== undefined && busy === 0 && Date.now() - lastMs >= idleMs;
        if (idle || stop.aborted) {
          clearInterval(timer);
          resolve();
        } else if (redis.status === 'ready') beat().catch(reject);
      }, BEAT_MS);
      stop.addEventListener('abort', () => {
        clearInterval(timer);
        resolve();
      });
    });
    // Without Redis there is nobody to take leave of, and BullMQ would wait until it is back.
    if (redis.status === 'ready') await Promise.race([worker.close(), once(redis, 'close')]);
    if (redis.status !== 'ready') void worker.close(true);
    return done;
  } finally {
    if (redis.status === 'ready') await redis.del(key);
    disconnect(redis, connection);
    await threads.destroy();
    if (out === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

interface AnswerOptions extends WorkerOptions {
  readonly folder: string;
}

/** Throws when the batch is to be tried again, or is not one. */
async function answer(
  queued: QueuedJob,
  { folder, out, plugins, build }: AnswerOptions,
  threads: Threads,
  plans: Plans,
): Promise<Answers> {
  const { success, data: batch, error } = batchSchema.safeParse(queued.data);
  if (!success) throw new UnrecoverableError(`is no batch of jobs: ${error.message.split('\n', 1)[0]}`);
  let planned: PlannedJob[];
  let options: BatchOptions;
  try {
    const { plan, loaded } = await plans.cell(batch);
    const { axes, set } = batch;
    planned = batch.jobs.map(({ id, seed, reproduce }) => ({ job: { id, seed, axes, set, loaded }, reproduce }));
    const { version, program } = build;
    const { file, hashes: inputs, check, summariesOnly } = plan;
    options = {
      out: folder,
      version,
      program,
      file,
      inputs,
      check,
      summariesOnly,
      plugins,
      reports: 'none',
      timed: false,
    };
  } catch (problem) {
    if (!(problem instanceof InputError)) throw problem;
    const { message } = problem;
    return batch.jobs.map(() => ({ failure: { kind: 'input', message } }));
  }
  const answers = await threads.run(planned, options);
  return answers.map((one, index) => {
    if (one?.kind === 'summary') return { line: one.line };
    if (one !== undefined) return { failure: one };
    const { job } = planned[index];
    const own = jobFolder(folder, job.loaded.scenario.name, job.id);
    if (out !== undefined) return { folder: own };
    const packed = pack(own);
    rmSync(own, { recursive: true });
    return { packed };
  });
}

/** Removes what workers left that were killed. */
function removeOrphans(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = new RegExp(`^${FOLDER}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || isRunning(Number(owner))) continue;
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
