// What a thread of a sweep runs: a batch of jobs, with the plugins that the command line named.
import { type Extensions, loadExtensions } from '../library/plugins.ts';
import { type Batch, type Failure, runBatch } from '../sweep/batch.ts';
import { inlineMore } from '../sweep/compiler.ts';
import { makeReport } from './lazy-report.ts';

inlineMore();

let extensions: Extensions | undefined;

export async function runJobs(batch: Batch): Promise<(Failure | undefined)[]> {
  extensions ??= await loadExtensions(batch.options.plugins);
  const { families, charts } = extensions;
  return runBatch(batch, { families, draw: (folder) => makeReport(folder, { charts }) });
}
