// The jobs of a sweep on threads of this machine: small ones in batches that take about a fifth of a second.
import { jobFolder } from '../results/paths.ts';
import { removePartial, writtenSince } from '../results/writer.ts';
import type { JobAnswer, PlannedJob } from './batch.ts';
import type { OnEnd, Place, PlaceOptions } from './place.ts';
import { Threads, type ThreadOptions } from './threads.ts';

/** A batch takes about this long, so that what a message costs does not count. */
const BATCH_SECONDS = 0.2;
const LARGEST_BATCH = 200;

/** Threads of this machine as a place. */
export function onThreads(where: ThreadOptions): Place {
  return (jobs, options, onEnd) =>
    runOnThreads(jobs, { ...where, threads: Math.min(where.threads, jobs.length) }, options, onEnd);
}

async function runOnThreads(
  jobs: readonly PlannedJob[],
  where: ThreadOptions,
  options: PlaceOptions,
  onEnd: OnEnd,
): Promise<void> {
  const beganMs = Date.now();
  const { stop, batch: shared } = options;
  const threads = await Threads.start(where);
  let next = 0;
  let seconds = 0;
  let finished = 0;
  const underWay = new Set<PlannedJob>();
  const take = (): readonly PlannedJob[] => {
    if (stop.aborted) return [];
    const left = jobs.length - next;
    const perJob = finished === 0 ? Infinity : seconds / finished;
    const wanted = Math.min(Math.floor(BATCH_SECONDS / perJob), LARGEST_BATCH, Math.ceil(left / (2 * where.threads)));
    const batch = jobs.slice(next, next + Math.max(1, wanted));
    next += batch.length;
    return batch;
  };
  const serve = async (): Promise<void> => {
    for (let batch = take(); batch.length > 0; batch = take()) {
      const started = performance.now();
      for (const one of batch) underWay.add(one);
      let answers: readonly JobAnswer[];
      try {
        answers = await threads.run(batch, shared);
      } catch (error) {
        if (stop.aborted) return;
        throw error;
      }
      seconds += (performance.now() - started) / 1000;
      finished += batch.length;
      for (const one of batch) underWay.delete(one);
      for (const [index, one] of batch.entries()) onEnd(one, answers[index]);
    }
  };
  const stopped = new Promise<void>((resolve) => {
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await Promise.race([Promise.all(Array.from({ length: where.threads }, serve)), stopped]);
  } finally {
    await threads.destroy();
  }
  for (const one of underWay) {
    const folder = jobFolder(shared.out, one.job.loaded.scenario.name, one.job.id);
    // Its thread may have written all of it, and was not asked any more.
    if (writtenSince(folder, beganMs)) onEnd(one, undefined);
    else removePartial(folder);
  }
}
