// What a thread of a sweep runs: a batch of jobs, with the plugins that the command line named.
import { type Extensions, loadExtensions } from '../library/plugins.ts';
import { type Batch, type JobAnswer, runBatch } from '../sweep/batch.ts';
import { tuneCompiler } from '../sweep/compiler.ts';
import { warmUp } from '../sweep/warm-up.ts';
import { makeReport } from './lazy-report.ts';

tuneCompiler();

let extensions: Extensions | undefined;
let warm = false;

export async function runJobs(batch: Batch): Promise<JobAnswer[]> {
  extensions ??= await loadExtensions(batch.options.plugins);
  const { families, charts } = extensions;
  if (batch.options.timed && !warm) warmUp(batch.jobs[0].job, families);
  warm = true;
  return runBatch(batch, { families, draw: (folder) => makeReport(folder, { charts }) });
}
