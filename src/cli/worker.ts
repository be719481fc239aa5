// What a thread of a sweep runs: a batch of jobs, with the plugins that the command line named.
import { type Batch, type Failure, runBatch } from '../sweep/batch.ts';
import type { Families } from '../world/families.ts';
import { makeReport } from './lazy-report.ts';
import { loadFamilies } from './plugins.ts';

let families: Families | undefined;

export async function runJobs(batch: Batch): Promise<(Failure | undefined)[]> {
  families ??= await loadFamilies(batch.options.plugins);
  return runBatch(batch, { families, draw: makeReport });
}
