// What a shard records, so that `wavetank merge` can make one sweep of several.
import { contentHash } from '../../scenario/hash.ts';
import type { Job, LoadedScenario } from '../../scenario/scenario.ts';
import type { JobEnd } from '../../sweep/run-jobs.ts';
import type { Shard } from '../../sweep/shards/shard.ts';
import type { ShardRecord } from '../../sweep/shards/shard-record.ts';
import { programHash, version } from '../../library/package.ts';
import type { ManyGiven } from '../many.ts';

/** Options that say where and how it is run, and not what. */
const ELSEWHERE = new Set([
  'out',
  'threads',
  'jobMemory',
  'resume',
  'shard',
  'queue',
  'json',
  'report',
  'jobReports',
  'merging',
  'texts',
  '_',
  '$0',
]);

/** `jobs` are those of all shards. */
export function shardRecord(
  jobs: readonly Job[],
  ends: readonly JobEnd[],
  given: ManyGiven,
  { inputs, files, scenario }: LoadedScenario,
  { verb, shard }: { readonly verb: ShardRecord['verb']; readonly shard: Shard },
): ShardRecord {
  // yargs has each option twice, as typed and in camel case.
  const options = Object.entries(given).filter(([name]) => !ELSEWHERE.has(name) && !name.includes('-'));
  return {
    version: version(),
    program: programHash(),
    verb,
    scenario: scenario.name,
    shard,
    plan: planHash(jobs),
    jobs: jobs.length,
    given: Object.fromEntries(options.filter(([, value]) => value !== undefined)),
    inputs: inputs.map(({ file, text }) => ({ file, text })),
    files: files.map(({ file, text }) => ({ file, text })),
    failures: ends.flatMap(({ job, failure }) => (failure === undefined ? [] : [{ job: job.id, ...failure }])),
  };
}

/** Of jobs and of what they are to say. */
export function planHash(jobs: readonly Job[]): string {
  return contentHash(
    jobs.map(({ id, seed, loaded: { hash, scenario } }) => [id, seed, hash, scenario.expect.map(({ text }) => text)]),
  );
}
