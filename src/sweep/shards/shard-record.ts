// What a shard leaves behind beside its jobs: what was run, from which texts, and which jobs failed. Enough to make one sweep of all shards.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writtenJson } from '../../lib/written-json.ts';
import type { Shard } from './shard.ts';

const textSchema = z.object({ file: z.string(), text: z.string() });

const schema = z.object({
  version: z.string(),
  program: z.string(),
  verb: z.enum(['run', 'sweep', 'bench', 'chaos', 'sensitivity']),
  scenario: z.string(),
  shard: z.object({ index: z.number(), of: z.number() }),
  /** Of all jobs of all shards, their scenarios and expectations: shards of one sweep have the same. */
  plan: z.string(),
  /** Of all shards. */
  jobs: z.number(),
  /** The options of the command line. */
  given: z.record(z.string(), z.unknown()),
  inputs: z.array(textSchema),
  files: z.array(textSchema),
  failures: z.array(z.object({ job: z.string(), kind: z.enum(['input', 'broken', 'lost']), message: z.string() })),
});

export type ShardRecord = z.output<typeof schema>;

/** A record and the folder that it was found in, which is that of the sweep's index. */
export interface FoundShard {
  readonly folder: string;
  readonly record: ShardRecord;
}

const NAME = /^shard-\d+-of-\d+\.json$/;

function nameOf({ index, of }: Shard): string {
  return `shard-${index}-of-${of}.json`;
}

export function writeShard(folder: string, record: ShardRecord): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, nameOf(record.shard));
  writeFileSync(`${path}.partial`, `${JSON.stringify(record)}\n`);
  renameSync(`${path}.partial`, path);
}

export function removeShard(folder: string, shard: Shard): void {
  rmSync(join(folder, nameOf(shard)), { force: true });
}

/** All that are in a folder, in the order of their names. Throws an InputError for one that this program did not write. */
export function shardsIn(folder: string): FoundShard[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => NAME.test(name))
    .sort()
    .map((name) => ({ folder, record: readRecord(join(folder, name)) }));
}

function readRecord(file: string): ShardRecord {
  return writtenJson(readFileSync(file, 'utf8'), schema, file);
}
