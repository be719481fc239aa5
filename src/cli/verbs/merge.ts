// `wavetank merge`: makes one sweep, run, bench, chaos or sensitivity of its shards.
import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Argv } from 'yargs';
import { InputError } from '../../lib/errors.ts';
import { indexFolder, jobFolder, jobOfFolder, scenarioFolder } from '../../results/paths.ts';
import { SummariesFile, summariesName } from '../../results/summaries.ts';
import { shardText } from '../../sweep/shards/shard.ts';
import { bringJob, findShards } from '../../sweep/shards/gather.ts';
import { jobsBelow } from '../../sweep/side.ts';
import { type FoundShard, removeShard } from '../../sweep/shards/shard-record.ts';
import { programHash, version } from '../../library/package.ts';
import { withExamples } from '../examples.ts';
import type { Verb } from '../verb.ts';
import type { Merging } from '../shards/merging.ts';

interface MergeArguments {
  readonly dirs: readonly string[];
  readonly out: string;
  readonly report: boolean;
  readonly json?: boolean;
}

/** What runs shards, by the name in their records. */
const VERBS = {
  run: async () => (await import('./run.ts')).run,
  sweep: async () => (await import('./sweep.ts')).sweep,
  bench: async () => (await import('./bench.ts')).bench,
  chaos: async () => (await import('./chaos.ts')).chaos,
  sensitivity: async () => (await import('./sensitivity.ts')).sensitivity,
};

export const merge: Verb<MergeArguments> = {
  builder: (argv: Argv) =>
    withExamples(
      argv
        .positional('dirs', {
          describe: 'folders of results that the shards wrote: one that they shared, or one of each',
          type: 'string',
          array: true,
          demandOption: true,
          default: undefined,
        })
        .option('out', { describe: 'results folder', type: 'string', default: 'results', requiresArg: true })
        .option('json', { describe: 'print one JSON object on standard output and nothing else', type: 'boolean' })
        .option('report', {
          describe: 'draw the charts and the HTML page; --no-report skips them',
          type: 'boolean',
          default: true,
        }),
      [
        ['four shards that wrote to one folder', 'wavetank merge results'],
        ['four shards, each with a folder of its own', 'wavetank merge shard-1 shard-2 shard-3 shard-4 --out results'],
        ['the shards themselves, on four machines', 'wavetank sweep balancers --shard 1/4 --out shard-1'],
      ],
    ),
  handler: async ({ dirs, out, report, json }) => {
    const shards = findShards(dirs);
    const [{ record }] = shards;
    if (record.version !== version() || record.program !== programHash()) {
      throw new InputError(
        `the shards were run by wavetank ${record.version} (${record.program}), this is ${version()} (${programHash()}): merge with the program that ran them`,
      );
    }
    for (const shard of shards) bring(shard, out);
    const { of } = record.shard;
    const merging: Merging = {
      where: `by ${of} ${of === 1 ? 'shard' : 'shards'}`,
      plan: record.plan,
      failures: new Map(shards.flatMap((one) => one.record.failures.map(({ job, ...failure }) => [job, failure]))),
      shardOf: (at) => `${(at % of) + 1}/${of}`,
    };
    const texts = { inputs: record.inputs, files: record.files };
    const verb = await VERBS[record.verb]();
    await verb.handler({ ...record.given, out, report, json, texts, merging } as never);
    for (const { folder, record: own } of shards) {
      if (relative(folder, indexFolder(out, record.scenario, record.verb)) === '') {
        removeShard(folder, own.shard);
        rmSync(join(folder, summariesName(shardText(own.shard))), { force: true });
      }
    }
  },
};

/** The results of its jobs into the folder of results. */
function bring({ folder, record }: FoundShard, out: string): void {
  // The index of a bench, of chaos and of seeds is in a folder within that of the jobs.
  const depth = relative(scenarioFolder('', record.scenario), indexFolder('', record.scenario, record.verb));
  const jobs = depth === '' ? folder : join(folder, '..');
  const lines = join(folder, summariesName(shardText(record.shard)));
  if (existsSync(lines)) {
    const summaries = new SummariesFile(indexFolder(out, record.scenario, record.verb), { keep: true });
    summaries.addAll(lines);
    summaries.close();
  }
  for (const from of jobsBelow(jobs, 2)) {
    bringJob(from, jobFolder(out, record.scenario, jobOfFolder(jobs, from)));
  }
}
