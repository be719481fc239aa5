// Runs many jobs somewhere: those that are there already are left out, each failure is that job's own, and what came out is read from the results.
import { jobFolder } from '../results/paths.ts';
import type { LeftBehind } from '../results/read-back.ts';
import { readSummaryLine, type SummariesFile } from '../results/summaries.ts';
import { removeResults } from '../results/writer.ts';
import type { JobAnswer, JobFailure, PlannedJob } from './batch.ts';
import type { JobResult } from './job-results.ts';
import type { Place, PlaceOptions } from './place.ts';
import type { KeptResults } from './kept-results.ts';
import { readLeft, resultOf } from './read-result.ts';
import type { Resumption } from './resumption.ts';

export interface ManyOptions extends PlaceOptions {
  readonly place: Place;
  /** Jobs whose results it has are not run again; undefined: all are run. */
  readonly resume: Resumption | undefined;
  /** Where lines of jobs go of which the summary only is kept. */
  readonly summaries?: SummariesFile | undefined;
  /** Keeps results in little memory, where there are very many. */
  readonly kept?: KeptResults;
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
    await place(queue, options, (one, answer) => {
      if (!ends.has(one)) settle({ ...one, ...endOf(one, answer, options), resumed: false }, one);
    });
  }
  return planned.flatMap((one) => ends.get(one) ?? []);
}

function endOf(
  { job }: PlannedJob,
  answer: JobAnswer,
  { batch, summaries, kept }: ManyOptions,
): Pick<JobEnd, 'result' | 'failure'> {
  const folder = jobFolder(batch.out, job.loaded.scenario.name, job.id);
  // A job that failed, or of which the summary is kept, leaves no folder, least of all that of an earlier run.
  if (answer !== undefined) removeResults(folder);
  let left: LeftBehind | undefined;
  if (answer === undefined) left = readLeft(job, batch);
  else if (answer.kind === 'summary') {
    summaries?.append(job.id, answer.line);
    left = readSummaryLine(answer.line);
  } else return { failure: answer };
  if (left === undefined) return { failure: { kind: 'lost', message: 'its results are gone' } };
  return { result: kept === undefined ? resultOf(job, left, folder) : kept.add(job, left, folder) };
}
