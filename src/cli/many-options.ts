// What every verb that runs many jobs takes.
import type { Argv } from 'yargs';
import { InputError } from '../lib/errors.ts';
import { readAddress } from '../sweep/queue/address.ts';
import { readShard } from '../sweep/shards/shard.ts';
import { wholeNumber } from './scenario-options.ts';
import { readThreads, threadsOption } from './threads-option.ts';

export interface ManyArguments {
  readonly seeds?: string;
  readonly out: string;
  readonly threads?: string;
  readonly jobMemory?: string;
  readonly shard?: string;
  readonly queue?: string;
  readonly summariesOnly?: boolean;
  readonly resume?: boolean;
  readonly check?: boolean;
  readonly json?: boolean;
  readonly report: boolean;
  readonly jobReports?: boolean;
}

/** Declares the options of running jobs. */
export function manyOptions<T>(argv: Argv<T>) {
  return argv
    .option('seeds', {
      describe: 'run this many seeds, from the first one upwards',
      type: 'string',
      requiresArg: true,
    })
    .option('threads', threadsOption)
    .option('shard', {
      describe: 'run only the i-th of n parts of the jobs, i/n such as 2/4; `wavetank merge` joins them',
      type: 'string',
      requiresArg: true,
    })
    .option('queue', {
      describe:
        'have the jobs run by `wavetank worker`s at this Redis or Valkey, redis://host:port; default: $WAVETANK_QUEUE where `--queue` is given without a URL',
      type: 'string',
    })
    .option('resume', {
      describe: 'skip jobs that already have results of the same scenario, seed, version and build',
      type: 'boolean',
    })
    .option('summaries-only', {
      describe:
        'keep of each job a line in summaries.ndjson and its row of jobs.csv, and no folder: for very many jobs',
      type: 'boolean',
    })
    .option('job-memory', {
      describe: 'heap limit of a job in MiB; a job that needs more fails, the others go on',
      type: 'string',
      requiresArg: true,
    })
    .option('out', { describe: 'results folder', type: 'string', default: 'results', requiresArg: true })
    .option('check', { describe: 'check the invariants during the run', type: 'boolean' })
    .option('json', { describe: 'print one JSON object on standard output and nothing else', type: 'boolean' })
    .option('report', {
      describe: 'draw the charts and the HTML page; --no-report skips them',
      type: 'boolean',
      default: true,
    })
    .option('job-reports', { describe: 'with several jobs, also draw a page for each of them', type: 'boolean' });
}

/** The numbers among them. Throws an InputError. */
export function readMany(given: ManyArguments, plugins: readonly string[]) {
  if (given.resume === true && plugins.length > 0) {
    throw new InputError('--resume: cannot tell whether a plugin has changed; leave out --resume or --plugin');
  }
  const threads = readThreads(given.threads);
  const queue = given.queue === undefined ? undefined : readAddress(given.queue);
  if (queue !== undefined && given.shard !== undefined) {
    throw new InputError('--shard: not with --queue, whose workers share the jobs among themselves');
  }
  if (queue !== undefined && given.jobReports === true) {
    throw new InputError('--job-reports: not with --queue; draw them afterwards with `wavetank report`');
  }
  if (given.summariesOnly === true && given.jobReports === true) {
    throw new InputError('--job-reports: not with --summaries-only, which keeps nothing to draw');
  }
  return {
    threads,
    queue,
    shard: given.shard === undefined ? undefined : readShard(given.shard),
    seeds: wholeNumber('seeds', given.seeds, 1),
    heapMib: wholeNumber('job-memory', given.jobMemory, 16),
    resume: given.resume === true,
  };
}
