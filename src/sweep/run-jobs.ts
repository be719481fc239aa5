// Runs many jobs on threads: small ones in batches, each failure that job's own; what came out is read from the results.
import { jobFolder } from '../results/paths.ts';
import { removePartial, removeResults, writtenSince } from '../results/writer.ts';
import type { Batch, BatchOptions, JobFailure, PlannedJob } from './batch.ts';
import type { JobResult } from './job-results.ts';
import { readResult } from './read-result.ts';

export interface ManyOptions extends BatchOptions {
  /** The module whose `runJobs` the threads call. */
  readonly worker: URL;
  readonly threads: number;
  /** MiB of JavaScript heap that a thread may use; undefined: Node's own limit. */
  readonly heapMib: number | undefined;
  /** Jobs that are there already, complete and of the same scenario, are not run again. */
  readonly resume: boolean;
  /** Once it is aborted no job begins, and those under way are given up. */
  readonly stop: AbortSignal;
  readonly onProgress?: (done: number, failed: number, events: number) => void;
}

/** A job and what became of it: a result or a failure. */
export interface JobEnd extends PlannedJob {
  readonly result?: JobResult;
  readonly failure?: JobFailure;
  /** It was there already. */
  readonly resumed: boolean;
}

/** A batch takes about this long, so that what a message costs does not count. */
const BATCH_SECONDS = 0.2;
const LARGEST_BATCH = 200;

/** The ends of the jobs, in the order of the jobs; of those that were stopped there is none. */
export async function runMany(planned: readonly PlannedJob[], options: ManyOptions): Promise<JobEnd[]> {
  const ends = new Map<PlannedJob, JobEnd>();
  let events = 0;
  let failed = 0;
  const settle = (end: JobEnd, of: PlannedJob) => {
    ends.set(of, end);
    events += end.result?.events ?? 0;
    failed += end.failure === undefined ? 0 : 1;
    options.onProgress?.(ends.size, failed, events);
  };
  const queue: PlannedJob[] = [];
  for (const one of planned) {
    const result = options.resume ? readResult(one.job, options.out, options.version) : undefined;
    if (result === undefined) queue.push(one);
    else settle({ ...one, result, resumed: true }, one);
  }
  if (options.timed) queue.sort((a, b) => a.job.seed - b.job.seed);
  if (queue.length > 0) {
    await runOnThreads(queue, options, (one, failure) => {
      // A job that failed leaves nothing, least of all the results of an earlier run that did not.
      if (failure !== undefined) removeResults(jobFolder(options.out, one.job.loaded.scenario.name, one.job.id));
      const result = failure === undefined ? readResult(one.job, options.out, options.version) : undefined;
      settle({ ...one, ...endOf(result, failure), resumed: false }, one);
    });
  }
  return planned.flatMap((one) => ends.get(one) ?? []);
}

function endOf(result: JobResult | undefined, failure: JobFailure | undefined): Pick<JobEnd, 'result' | 'failure'> {
  if (result !== undefined) return { result };
  return { failure: failure ?? { kind: 'lost', message: 'its results are gone' } };
}

async function runOnThreads(
  jobs: readonly PlannedJob[],
  options: ManyOptions,
  onEnd: (job: PlannedJob, failure: JobFailure | undefined) => void,
): Promise<void> {
  const { Piscina } = await import('piscina');
  const beganMs = Date.now();
  const { worker, threads, heapMib, resume: _resume, stop, onProgress: _onProgress, ...shared } = options;
  const size = Math.min(threads, jobs.length);
  const pool = new Piscina({
    filename: worker.href,
    name: 'runJobs',
    minThreads: size,
    maxThreads: size,
    ...(heapMib === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapMib } }),
  });
  // A thread that dies between two batches is replaced; what it was given is answered by its batch.
  pool.on('error', () => undefined);

  let next = 0;
  const alone: PlannedJob[] = [];
  let seconds = 0;
  let finished = 0;
  const underWay = new Set<PlannedJob>();
  const take = (): readonly PlannedJob[] => {
    if (stop.aborted) return [];
    const one = alone.shift();
    if (one !== undefined) return [one];
    const left = jobs.length - next;
    const perJob = finished === 0 ? Infinity : seconds / finished;
    const wanted = Math.min(Math.floor(BATCH_SECONDS / perJob), LARGEST_BATCH, Math.ceil(left / (2 * size)));
    const batch = jobs.slice(next, next + Math.max(1, wanted));
    next += batch.length;
    return batch;
  };
  const serve = async (): Promise<void> => {
    for (let batch = take(); batch.length > 0; batch = take()) {
      const started = performance.now();
      for (const one of batch) underWay.add(one);
      try {
        const answers = (await pool.run({ jobs: batch, options: shared } satisfies Batch)) as (
          | JobFailure
          | undefined
        )[];
        seconds += (performance.now() - started) / 1000;
        finished += batch.length;
        for (const one of batch) underWay.delete(one);
        for (const [index, one] of batch.entries()) onEnd(one, answers[index]);
      } catch (error) {
        if (stop.aborted) return;
        // Which job of the batch was it? Running each on its own will show.
        if (batch.length > 1) alone.push(...batch);
        else onEnd(batch[0], lost(error, heapMib));
        for (const one of batch) underWay.delete(one);
      }
    }
  };
  const stopped = new Promise<void>((resolve) => {
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await Promise.race([Promise.all(Array.from({ length: size }, serve)), stopped]);
  } finally {
    await pool.destroy();
  }
  for (const one of underWay) {
    const folder = jobFolder(options.out, one.job.loaded.scenario.name, one.job.id);
    // Its thread may have written all of it, and was not asked any more.
    if (writtenSince(folder, beganMs)) onEnd(one, undefined);
    else removePartial(folder);
  }
}

function lost(error: unknown, heapMib: number | undefined): JobFailure {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY') return { kind: 'lost', message: `its thread ended: ${message}` };
  const limit = heapMib === undefined ? '' : ` (more than ${heapMib} MiB of heap)`;
  return { kind: 'lost', message: `it ran out of memory${limit}` };
}
