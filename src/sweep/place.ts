// Where jobs are run: on threads of this machine, or by workers elsewhere. Results are in the folder of results when a job has ended.
import type { BatchOptions, JobAnswer, PlannedJob } from './batch.ts';

export interface PlaceOptions {
  /** What the jobs have in common. */
  readonly batch: BatchOptions;
  /** Once it is aborted no job begins, and those under way are given up. */
  readonly stop: AbortSignal;
}

/** To be called once for each job that ended. */
export type OnEnd = (job: PlannedJob, answer: JobAnswer) => void;

/** Runs all of the jobs, unless it is stopped. */
export type Place = (jobs: readonly PlannedJob[], options: PlaceOptions, onEnd: OnEnd) => Promise<void>;
