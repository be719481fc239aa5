// Results beside those of the same job run again: what differs, byte by byte, and what could be the reason.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../lib/errors.ts';
import { check } from '../lib/explain.ts';
import { formatPath } from '../lib/path.ts';
import { changedFiles } from './input-files.ts';

const schema = z.object({
  version: z.string(),
  program: z.string(),
  scenario: z.string(),
  scenario_hash: z.string(),
  inputs: z.array(z.object({ file: z.string(), sha256: z.string() })),
  job: z.string(),
  seed: z.string(),
  digest: z.string(),
  reproduce: z.string(),
  machine: z.object({ node: z.string(), platform: z.string(), arch: z.string(), processor: z.string() }),
  files: z.array(z.object({ file: z.string(), rows: z.number(), sha256: z.string() })),
});

export type Recorded = z.output<typeof schema>;

/** Throws an InputError for results of a version that did not record enough. */
export function readRecorded(folder: string): Recorded {
  const file = join(folder, 'run.json');
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InputError({ file, message: `cannot be read: ${(error as Error).message}` });
  }
  const record = check(schema, data);
  if (record.ok) return record.value;
  throw new InputError(
    record.flaws.map(({ path, message }) => ({
      file,
      path: formatPath(path),
      message: `${message}: an older version wrote it, which did not record what is compared`,
    })),
  );
}

export interface FileDifference {
  readonly file: string;
  /** The first line that differs, from 1, and both sides of it; undefined where a file is gone and only its hash is known. */
  readonly line?: number;
  readonly column?: string;
  readonly before?: string;
  readonly now?: string;
}

export interface Reproduction {
  readonly same: boolean;
  /** Of the version and the program; empty where they are the same. */
  readonly code: readonly string[];
  /** Files of the input that have another text now, are gone or new. */
  readonly inputs: readonly string[];
  /** Of the machine; that alone changes no byte. */
  readonly machine: readonly string[];
  /** Files of the results whose bytes are not those that were written. */
  readonly altered: readonly string[];
  /** Files that came out different from what was written. */
  readonly bytes: readonly FileDifference[];
}

/** Compares what is in `folder` with what the same job left in `again`. */
export function compareRuns(folder: string, again: string): Reproduction {
  const before = readRecorded(folder);
  const now = readRecorded(again);
  const altered = before.files.filter(
    ({ file, sha256 }) => existsSync(join(folder, file)) && hashOf(join(folder, file)) !== sha256,
  );
  const hashes = new Map(now.files.map(({ file, sha256 }) => [file, sha256]));
  const names = new Set([...before.files, ...now.files].map(({ file }) => file));
  const wanted = new Map(before.files.map(({ file, sha256 }) => [file, sha256]));
  const bytes = [...names]
    .filter((file) => wanted.get(file) !== hashes.get(file))
    .map((file) => differenceOf(file, join(folder, file), join(again, file)));
  const said = (what: string, a: string, b: string) => (a === b ? [] : [`${what} ${a} then, ${b} now`]);
  return {
    same: bytes.length === 0 && altered.length === 0 && before.digest === now.digest,
    code: [...said('version', before.version, now.version), ...said('program', before.program, now.program)],
    inputs: changedFiles(before.inputs, now.inputs),
    machine: (['node', 'platform', 'arch', 'processor'] as const).flatMap((key) =>
      said(key, before.machine[key], now.machine[key]),
    ),
    altered: altered.map(({ file }) => file),
    bytes,
  };
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function differenceOf(file: string, before: string, now: string): FileDifference {
  if (!existsSync(before) || !existsSync(now)) return { file };
  const [a, b] = [before, now].map((path) => readFileSync(path, 'utf8').split('\n'));
  const at = Array.from({ length: Math.max(a.length, b.length) }).findIndex((_, line) => a[line] !== b[line]);
  if (at === -1) return { file };
  const [old, fresh] = [a.at(at) ?? '', b.at(at) ?? ''];
  const heads = a[0].split(',');
  const [cells, freshCells] = [old.split(','), fresh.split(',')];
  // With quotes a comma may be within a cell: then the whole line is said.
  const plain = cells.length === heads.length && freshCells.length === heads.length && !`${old}${fresh}`.includes('"');
  const column = plain ? heads.findIndex((_, cell) => cells[cell] !== freshCells[cell]) : -1;
  return column === -1
    ? { file, line: at + 1, before: old, now: fresh }
    : { file, line: at + 1, column: heads[column], before: cells[column], now: freshCells[column] };
}
