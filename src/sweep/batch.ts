// What a thread is given and what it answers: a few jobs at a time, each of which may fail by itself.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../lib/errors.ts';
import type { InputFile } from '../results/run-record.ts';
import { jobFolder } from '../results/paths.ts';
import type { Job } from '../scenario/scenario.ts';
import { type JobOptions, runAndSummarise, runAndWrite } from './job-results.ts';

/** What the jobs of a sweep have in common. It can be sent to another thread. */
export interface BatchOptions extends Pick<JobOptions, 'out' | 'version' | 'program' | 'inputs' | 'file'> {
  readonly check: boolean;
  /** Of each job the summary only, and no folder. */
  readonly summariesOnly?: boolean;
  /** Modules with members of families. */
  readonly plugins: readonly string[];
  /** Which jobs' own reports are drawn: all; those that had one, of earlier results; none. */
  readonly reports: 'all' | 'again' | 'none';
  /** Wall times are compared: each thread warms up first, and jobs of one seed come one after the other. */
  readonly timed: boolean;
}

export interface PlannedJob {
  readonly job: Job;
  /** The command that runs this job again. */
  readonly reproduce: string;
  /** Its own file, where jobs of several scenarios run together. */
  readonly file?: string;
  readonly inputs?: readonly InputFile[];
}

/** `input`: the scenario names what does not exist; `broken`: an invariant or another bug; `lost`: its thread ended. */
export interface JobFailure {
  readonly kind: 'input' | 'broken' | 'lost';
  readonly message: string;
}

/** Of a job of which no more is kept: its line in summaries.ndjson. */
export interface JobSummary {
  readonly kind: 'summary';
  readonly line: string;
}

/** Undefined: its results are in its folder. */
export type JobAnswer = JobFailure | JobSummary | undefined;

export interface Batch {
  readonly jobs: readonly PlannedJob[];
  readonly options: BatchOptions;
}

export interface BatchTools extends Pick<JobOptions, 'families'> {
  readonly draw: (folder: string) => Promise<unknown>;
}

/** One answer a job. */
export async function runBatch({ jobs, options }: Batch, tools: BatchTools): Promise<JobAnswer[]> {
  const answers: JobAnswer[] = [];
  for (const { job, reproduce, file = options.file, inputs = options.inputs } of jobs) {
    try {
      const own = { ...options, file, inputs, reproduce, families: tools.families };
      if (options.summariesOnly === true) {
        answers.push({ kind: 'summary', line: runAndSummarise(job, own) });
        continue;
      }
      const wanted = wantsReport(job, options);
      const { folder } = runAndWrite(job, own);
      if (wanted) await tools.draw(folder);
      answers.push(undefined);
    } catch (error) {
      answers.push(failureOf(error));
    }
  }
  return answers;
}

function wantsReport({ id, loaded }: Job, { out, reports }: BatchOptions): boolean {
  if (reports !== 'again') return reports === 'all';
  return existsSync(join(jobFolder(out, loaded.scenario.name, id), 'report.html'));
}

function failureOf(error: unknown): JobFailure {
  if (error instanceof InputError) return { kind: 'input', message: error.message };
  if (error instanceof Error && error.name === 'RunFailure') return { kind: 'broken', message: error.message };
  return { kind: 'broken', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
