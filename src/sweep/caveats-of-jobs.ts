// What must be known before the figures of many jobs are read: what their input leaves out, and what happened in some of them.
import type { LoadedScenario } from '../scenario/scenario.ts';
import type { JobResult } from './job-results.ts';

/** One sentence for all that jobs add to the caveats of their input, with the first of them as the example. */
export function caveatsOfJobs(loaded: LoadedScenario, results: readonly JobResult[]): string[] {
  const added = results.flatMap(({ job, caveats }) => {
    const first = caveats.find((one) => !job.loaded.caveats.includes(one));
    return first === undefined ? [] : [{ job: job.id, first }];
  });
  if (added.length === 0) return [...loaded.caveats];
  const [{ job, first }] = added;
  const where = `in ${added.length} of ${results.length} jobs`;
  return [...loaded.caveats, `${where} more CPU was used than limits or nodes allow, as in ${job}: ${first}`];
}
