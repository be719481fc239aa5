// What a thread of a sweep runs, or the main thread in its place: a batch of jobs, with the plugins that the command line named.
import { type Extensions, loadExtensions } from '../library/plugins.ts';
import { type Batch, type JobAnswer, runBatch } from '../sweep/batch.ts';
import { tuneCompiler } from '../sweep/compiler.ts';
import { warmUp } from '../sweep/warm-up.ts';
import { makeReport } from './lazy-report.ts';

tuneCompiler();

/** By the files of plugins: the main thread may run what several commands name. */
const extensions = new Map<string, Promise<Extensions>>();
let warm = false;

export async function runJobs(batch: Batch): Promise<JobAnswer[]> {
  const { plugins } = batch.options;
  const key = JSON.stringify(plugins);
  const loading = extensions.get(key) ?? loadExtensions(plugins);
  extensions.set(key, loading);
  const { families, charts } = await loading;
  if (batch.options.timed && !warm) warmUp(batch.jobs[0].job, families);
  warm = true;
  return runBatch(batch, { families, draw: (folder) => makeReport(folder, { charts }) });
}
