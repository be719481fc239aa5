// What every verb that runs many jobs takes.
import { availableParallelism } from 'node:os';
import type { Argv } from 'yargs';
import { InputError } from '../lib/errors.ts';
import { wholeNumber } from './scenario-options.ts';

export interface ManyArguments {
  readonly seeds?: string;
  readonly out: string;
  readonly threads?: string;
  readonly jobMemory?: string;
  readonly resume?: boolean;
  readonly check?: boolean;
  readonly json?: boolean;
  readonly report: boolean;
  readonly jobReports?: boolean;
}

const MOST_THREADS = 1024;

/** Declares the options of running jobs. */
export function manyOptions<T>(argv: Argv<T>) {
  return argv
    .option('seeds', {
      describe: 'run this many seeds, from the first one upwards',
      type: 'string',
      requiresArg: true,
    })
    .option('threads', {
      describe: 'jobs at a time; a thread for each processor if left out',
      type: 'string',
      requiresArg: true,
    })
    .option('resume', {
      describe: 'keep jobs whose results are there, of the same scenario, seed and version',
      type: 'boolean',
    })
    .option('job-memory', {
      describe: 'MiB of heap that a job may use; one that needs more fails, and the others go on',
      type: 'string',
      requiresArg: true,
    })
    .option('out', { describe: 'folder of the results', type: 'string', default: 'results', requiresArg: true })
    .option('check', { describe: 'watch the invariants while it runs', type: 'boolean' })
    .option('json', { describe: 'one JSON object on standard output and nothing else there', type: 'boolean' })
    .option('report', {
      describe: 'draw the charts and the page; --no-report leaves them out',
      type: 'boolean',
      default: true,
    })
    .option('job-reports', { describe: 'of several jobs, draw a page for each of them too', type: 'boolean' });
}

/** Throws an InputError for a folder without a name. */
export function checkOut(out: string): void {
  if (out === '') throw new InputError('--out: expected a folder, got ""');
}

/** The numbers among them. Throws an InputError. */
export function readMany(given: ManyArguments, plugins: readonly string[]) {
  checkOut(given.out);
  if (given.resume === true && plugins.length > 0) {
    throw new InputError('--resume: cannot tell whether a plugin is still what it was; leave out --resume or --plugin');
  }
  const threads = wholeNumber('threads', given.threads, 1) ?? availableParallelism();
  if (threads > MOST_THREADS) throw new InputError(`--threads: at most ${MOST_THREADS}, got ${threads}`);
  return {
    threads,
    seeds: wholeNumber('seeds', given.seeds, 1),
    heapMib: wholeNumber('job-memory', given.jobMemory, 16),
    resume: given.resume === true,
  };
}
