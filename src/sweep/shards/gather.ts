// Finds the records of shards below folders, and brings the results of their jobs together.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError } from '../../lib/errors.ts';
import { refuseNoFolder } from '../results-folder.ts';
import { type FoundShard, shardsIn } from './shard-record.ts';
import { shardText } from './shard.ts';

/** Folders of results, of a scenario, or of a sweep's index: so deep are records looked for. */
const DEPTH = 3;

/** The shards of one sweep, in their order, each once. Throws an InputError for what does not belong together, or is not all of it. */
export function findShards(folders: readonly string[]): FoundShard[] {
  const found = folders.flatMap((folder) => {
    refuseNoFolder(folder);
    return below(folder, DEPTH);
  });
  if (found.length === 0) {
    throw new InputError({
      file: folders.join(' '),
      message: 'no shard has ended here: expected shard-1-of-n.json in it or below',
    });
  }
  const [first] = found;
  for (const one of found) refuseOther(first, one);
  const byIndex = new Map(found.map((one) => [one.record.shard.index, one]));
  const { of } = first.record.shard;
  const missing = Array.from({ length: of }, (_, at) => at + 1).filter((index) => !byIndex.has(index));
  if (missing.length > 0) {
    const names = missing.map((index) => shardText({ index, of }));
    const shown = names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
    throw new InputError({
      file: folders.join(' '),
      message: `${missing.length === 1 ? 'shard' : 'shards'} ${shown} of ${first.record.scenario} did not end here`,
    });
  }
  return [...byIndex.values()].sort((a, b) => a.record.shard.index - b.record.shard.index);
}

function below(folder: string, depth: number): FoundShard[] {
  const own = shardsIn(folder);
  if (depth === 0) return own;
  const folders = readdirSync(folder, { withFileTypes: true }).filter(
    (one) => one.isDirectory() && !one.name.startsWith('.'),
  );
  return [...own, ...folders.flatMap(({ name }) => below(join(folder, name), depth - 1))];
}

function refuseOther(first: FoundShard, other: FoundShard): void {
  const differs = (['scenario', 'verb', 'version', 'program', 'plan'] as const).find(
    (field) => first.record[field] !== other.record[field],
  );
  const says = {
    scenario: 'is of another scenario',
    verb: 'is of another command',
    version: 'was run by another version of wavetank',
    program: 'was run by another build of wavetank',
    plan: 'is of other input or options',
  };
  const name = ({ folder, record }: FoundShard) => `shard ${shardText(record.shard)} in ${folder}`;
  if (differs !== undefined) throw new InputError(`${name(other)} ${says[differs]} than ${name(first)}`);
  if (first.record.shard.of !== other.record.shard.of) {
    throw new InputError(
      `${name(other)} is one of ${other.record.shard.of}, ${name(first)} one of ${first.record.shard.of}`,
    );
  }
}

/**
 * Copies the results of a job from the folder of the shard's jobs to another one, complete or not at all. Does nothing where both are the same
 * folder, or the shard has none.
 */
export function bringJob(from: string, to: string): void {
  if (resolve(from) === resolve(to) || !existsSync(join(from, 'run.json'))) return;
  const partial = join(dirname(to), `.${basename(to)}.${process.pid}.partial`);
  mkdirSync(dirname(to), { recursive: true });
  rmSync(partial, { recursive: true, force: true });
  cpSync(from, partial, { recursive: true });
  if (existsSync(join(to, 'run.json'))) rmSync(to, { recursive: true });
  renameSync(partial, to);
}
