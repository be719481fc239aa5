// The jobs that shards have run, as if they had been run here.
import { InputError } from '../../lib/errors.ts';
import { counted } from '../../lib/plural.ts';
import type { BatchOptions, JobFailure, PlannedJob } from '../../sweep/batch.ts';
import type { JobEnd } from '../../sweep/run-jobs.ts';
import { jobFolder } from '../../results/paths.ts';
import type { SummariesFile } from '../../results/summaries.ts';
import type { KeptResults } from '../../sweep/kept-results.ts';
import { readLeft } from '../../sweep/read-result.ts';
import { planHash } from './record-of.ts';

export interface Merging {
  /** `by 4 shards`. */
  readonly where: string;
  /** What the shards said that the plan is. */
  readonly plan: string;
  /** By the id of the job. */
  readonly failures: ReadonlyMap<string, JobFailure>;
  /** The shard that a job belongs to, by its place in the order of the jobs: `2/4`. */
  readonly shardOf: (at: number) => string;
}

/** Throws an InputError when the input is another one now, and when a job is missing. */
export function collect(
  planned: readonly PlannedJob[],
  batch: BatchOptions,
  merging: Merging,
  { summaries, kept }: { readonly summaries: SummariesFile | undefined; readonly kept: KeptResults },
): JobEnd[] {
  if (planHash(planned.map(({ job }) => job)) !== merging.plan) {
    throw new InputError(
      'the shards ran something else than what this program makes of their input: a plugin or a scheduler configuration has changed since',
    );
  }
  const missing: string[] = [];
  const ends = planned.flatMap((one, at): JobEnd[] => {
    const failure = merging.failures.get(one.job.id);
    if (failure !== undefined) return [{ ...one, failure, resumed: false }];
    const left = readLeft(one.job, batch, summaries);
    if (left === undefined) {
      missing.push(`${one.job.id} of shard ${merging.shardOf(at)}`);
      return [];
    }
    const folder = jobFolder(batch.out, one.job.loaded.scenario.name, one.job.id);
    return [{ ...one, result: kept.add(one.job, left, folder), resumed: false }];
  });
  if (missing.length > 0) {
    throw new InputError(
      `${counted(missing.length, 'job')} of ${planned.length} left no results of this version and input, the first of them ${missing[0]}: run that shard again with --resume`,
    );
  }
  return ends;
}
