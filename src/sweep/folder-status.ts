// How far the sweeps in a folder of results have come: from their indexes, the records of shards, and the files of progress.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../lib/errors.ts';
import { refuseNoFolder } from './results-folder.ts';
import { writtenJson } from '../lib/written-json.ts';
import { type ProgressRecord, progressIn } from './progress-file.ts';
import { type FoundShard, shardsIn } from './shards/shard-record.ts';

/** What is known of the sweep, bench, chaos or seeds in one folder. */
export interface FolderStatus {
  readonly folder: string;
  /** Jobs of a complete one, and how many of them failed; undefined where it is not complete. */
  readonly complete: { readonly jobs: number; readonly failed: number } | undefined;
  /** Those under way, and those that stopped. */
  readonly progress: readonly ProgressRecord[];
  /** Shards that have ended and are not merged. */
  readonly shards: readonly FoundShard[];
}

const indexSchema = z.object({ jobs: z.number(), failures: z.array(z.unknown()).default([]) });

/** Below a folder of results are those of scenarios, and below these those of a bench, of chaos and of seeds. */
const DEPTH = 2;

/** Throws an InputError where there is no folder, or nothing of a sweep in it. */
export function statusOf(folder: string): FolderStatus[] {
  refuseNoFolder(folder);
  const found = below(folder, DEPTH);
  if (found.length === 0) {
    throw new InputError({ file: folder, message: 'no sweep, bench, chaos or run of several seeds here' });
  }
  return found;
}

function below(folder: string, depth: number): FolderStatus[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = new Set(entries.map(({ name }) => name));
  const progress = progressIn(folder, [...names]);
  const shards = shardsIn(folder);
  const complete = names.has('sweep.json') ? completeIn(join(folder, 'sweep.json')) : undefined;
  const here = complete !== undefined || progress.length > 0 || shards.length > 0;
  const own = here ? [{ folder, complete, progress, shards }] : [];
  if (depth === 0) return own;
  const folders = entries.filter((one) => one.isDirectory() && !/^(?:\.|cell-)/.test(one.name));
  return [...own, ...folders.flatMap(({ name }) => below(join(folder, name), depth - 1))];
}

function completeIn(file: string): FolderStatus['complete'] {
  const { jobs, failures } = writtenJson(readFileSync(file, 'utf8'), indexSchema, file);
  return { jobs, failed: failures.length };
}
