// Runs many jobs somewhere: those that are there already are left out, each failure is that job's own, and what came out is read from the results.
import { jobFolder } from '../results/paths.ts';
import { removeResults } from '../results/writer.ts';
import type { JobFailure, PlannedJob } from './batch.ts';
import type { JobResult } from './job-results.ts';
import type { Place, PlaceOptions } from './place.ts';
import { readResult } from './read-result.ts';
import type { Resumption } from './resumption.ts';

export interface ManyOptions extends PlaceOptions {
  readonly place: Place;
  /** Jobs whose results it has are not run again; undefined: all are run. */
  readonly resume: Resumption | undefined;
  /** Called when these were looked for, before anything is run. */
  readonly onResumed?: () => void;
  readonly onProgress?: (done: number, failed: number, events: number) => void;
}

/** A job and what became of it: a result or a failure. */
export interface JobEnd extends PlannedJob {
  readonly result?: JobResult;
  readonly failure?: JobFailure;
  /** It was there already. */
  readonly resumed: boolean;
}

/** The ends of the jobs, in the order of the jobs; of those that were stopped there is none. */
export async function runMany(planned: readonly PlannedJob[], options: ManyOptions): Promise<JobEnd[]> {
  const { batch, resume, place, onResumed, onProgress } = options;
  const ends = new Map<PlannedJob, JobEnd>();
  let events = 0;
  let failed = 0;
  const settle = (end: JobEnd, of: PlannedJob) => {
    ends.set(of, end);
    events += end.result?.events ?? 0;
    failed += end.failure === undefined ? 0 : 1;
    onProgress?.(ends.size, failed, events);
  };
  const queue: PlannedJob[] = [];
  for (const one of planned) {
    const result = resume?.take(one.job);
    if (result === undefined) queue.push(one);
    else settle({ ...one, result, resumed: true }, one);
  }
  if (resume !== undefined) onResumed?.();
  if (batch.timed) queue.sort((a, b) => a.job.seed - b.job.seed);
  if (queue.length > 0) {
    await place(queue, options, (one, failure) => {
      if (ends.has(one)) return;
      // A job that failed leaves nothing, least of all the results of an earlier run that did not.
      if (failure !== undefined) removeResults(jobFolder(batch.out, one.job.loaded.scenario.name, one.job.id));
      const result = failure === undefined ? readResult(one.job, batch) : undefined;
      settle({ ...one, ...endOf(result, failure), resumed: false }, one);
    });
  }
  return planned.flatMap((one) => ends.get(one) ?? []);
}

function endOf(result: JobResult | undefined, failure: JobFailure | undefined): Pick<JobEnd, 'result' | 'failure'> {
  if (result !== undefined) return { result };
  return { failure: failure ?? { kind: 'lost', message: 'its results are gone' } };
}
