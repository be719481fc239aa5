// Jobs in rounds: what came out of those before says which ones are next.
import type { PlannedJob } from './batch.ts';
import { type JobEnd, type ManyOptions, runMany } from './run-jobs.ts';

export interface RoundOptions extends ManyOptions {
  /** What to run after these, all that there are so far; none ends it. It may look at results and at nothing else. */
  readonly next: (ends: readonly JobEnd[]) => readonly PlannedJob[];
}

/** All ends, round by round, each in the order of its jobs. */
export async function runRounds(first: readonly PlannedJob[], { next, ...options }: RoundOptions): Promise<JobEnd[]> {
  const ends: JobEnd[] = [];
  const { onProgress, stop } = options;
  for (let round = first; round.length > 0; round = stop.aborted ? [] : next(ends)) {
    const before = ends.length;
    const failed = ends.filter(({ failure }) => failure !== undefined).length;
    const events = ends.reduce((sum, { result }) => sum + (result?.events ?? 0), 0);
    const own = await runMany(round, {
      ...options,
      onProgress: (done, failures, more) => onProgress?.(before + done, failed + failures, events + more),
    });
    ends.push(...own);
  }
  return ends;
}
