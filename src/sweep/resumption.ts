// What --resume finds: jobs that are kept, and why the others run again.
import { jobFolder } from '../results/paths.ts';
import { readBack } from '../results/read-back.ts';
import type { InputFile } from '../results/run-record.ts';
import type { SummariesFile } from '../results/summaries.ts';
import type { Job } from '../scenario/scenario.ts';
import { changedFiles } from './input-files.ts';
import type { KeptResults } from './kept-results.ts';
import type { JobResult } from './job-results.ts';
import { isOlder, isOther, type Origin, resultOf } from './read-result.ts';

export class Resumption {
  kept = 0;
  /** Jobs whose results another program wrote. */
  ofOtherProgram = 0;
  /** Jobs whose results are of another scenario, seed or expectations. */
  ofOtherInput = 0;
  /** Files of the input that had another text when jobs that run again left their results. */
  readonly changed = new Set<string>();
  /** The same of jobs that are kept: nothing that decides what happens has changed. */
  readonly changedSlightly = new Set<string>();
  readonly #origin: Origin & { readonly inputs: readonly InputFile[] };
  readonly #summaries: SummariesFile | undefined;
  readonly #kept: KeptResults | undefined;

  constructor(
    origin: Origin & { readonly inputs: readonly InputFile[] },
    { summaries, kept }: { readonly summaries?: SummariesFile | undefined; readonly kept?: KeptResults } = {},
  ) {
    this.#origin = origin;
    this.#summaries = summaries;
    this.#kept = kept;
  }

  /** The result that a job left, if it is what it would leave now. */
  take(job: Job): JobResult | undefined {
    const { out, inputs } = this.#origin;
    const folder = jobFolder(out, job.loaded.scenario.name, job.id);
    // A sweep that keeps summaries only leaves nothing else.
    const left = this.#summaries === undefined ? readBack(folder) : this.#summaries.find(job.id);
    if (left === undefined) return undefined;
    const older = isOlder(left, this.#origin);
    const other = isOther(left, job);
    const changed = changedFiles(left.run.inputs, inputs);
    if (older || other) {
      if (other) {
        this.ofOtherInput += 1;
        for (const name of changed) this.changed.add(name);
      } else this.ofOtherProgram += 1;
      return undefined;
    }
    this.kept += 1;
    for (const name of changed) this.changedSlightly.add(name);
    return this.#kept?.add(job, left, folder) ?? resultOf(job, left, folder);
  }
}
