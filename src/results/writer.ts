// Writes a job's results into a folder beside the final one and renames it at the end: complete or absent.
import { createHash, type Hash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { assert } from '../lib/assert.ts';
import { InputError } from '../lib/errors.ts';
import { writeReason } from '../lib/write-reason.ts';
import { catalogue, tableNames } from '../metrics/catalogue.ts';
import type { Row, TableName } from '../metrics/catalogue.ts';
import { header, lines } from './csv.ts';
import type { ResultFile, RunRecord } from './run-record.ts';

/** Rows turned into text at a time. */
const CHUNK = 5000;
const RUN_FILE = 'run.json';

export interface ResultsWriter {
  /** Appends rows to a table. May be called many times for one table. */
  write<T extends TableName>(table: T, rows: Iterable<Row<T>>): void;
  /** Writes a file beside the tables. */
  attach(file: string, text: string): void;
  /** Writes run.json, puts the folder in its place and returns what it holds. */
  complete(run: RunRecord): readonly ResultFile[];
  /** Removes everything written so far. Does nothing after `complete`. */
  abort(): void;
}

/**
 * Starts the results of a job at `folder`, which need not exist. Results of an earlier run there are replaced when this one
 * is complete, not before. Throws an InputError when the folder holds something else, or cannot be made.
 */
export function openResults(folder: string): ResultsWriter {
  const target = resolve(folder);
  refuseForeign(target, folder);
  const partial = partialOf(target);
  try {
    removeStale(target);
    rmSync(partial, { recursive: true, force: true });
    // Whether it can be made is seen now; it is made when there is something to write, so that a run that is killed leaves nothing.
    mkdirSync(partial, { recursive: true });
    rmdirSync(partial);
  } catch (error) {
    throw new InputError({ file: folder, message: `cannot write results here: ${writeReason(error)}` });
  }

  const files = new Map<TableName, { descriptor: number; rows: number; hash: Hash }>();
  let open = true;
  const fileOf = (table: TableName) => {
    let file = files.get(table);
    if (file === undefined) {
      mkdirSync(partial, { recursive: true });
      file = { descriptor: openSync(join(partial, catalogue[table].file), 'w'), rows: 0, hash: createHash('sha256') };
      files.set(table, file);
      append(file, header(table));
    }
    return file;
  };
  const close = () => {
    open = false;
    for (const { descriptor } of files.values()) closeSync(descriptor);
    process.off('exit', abort);
  };
  const abort = () => {
    if (!open) return;
    close();
    rmSync(partial, { recursive: true, force: true });
  };
  process.on('exit', abort);
  const writing = <T>(write: () => T): T => {
    try {
      return write();
    } catch (error) {
      abort();
      if (error instanceof Error && 'syscall' in error) {
        throw new InputError({ file: folder, message: `cannot be written: ${writeReason(error)}` });
      }
      throw error;
    }
  };

  return {
    write(table, rows) {
      assert(open, `rows for ${table}.csv after the results were closed`);
      for (const chunk of chunks(rows)) {
        writing(() => {
          const file = fileOf(table);
          append(file, lines(table, chunk));
          file.rows += chunk.length;
        });
      }
    },
    attach(file, text) {
      assert(open, `${file} after the results were closed`);
      writing(() => {
        mkdirSync(partial, { recursive: true });
        writeFileSync(join(partial, file), text);
      });
    },
    complete(run) {
      assert(open, 'results completed twice, or after an abort');
      return writing(() => {
        const written = tableNames.map((table): ResultFile => {
          const { rows, hash } = fileOf(table);
          return { file: catalogue[table].file, table, rows, sha256: hash.digest('hex') };
        });
        writeFileSync(join(partial, RUN_FILE), `${JSON.stringify({ ...run, files: written }, null, 2)}\n`);
        close();
        replace(target, partial);
        return written;
      });
    },
    abort,
  };
}

/** Puts complete results that came from elsewhere in the place of those in a folder. Throws an InputError as `openResults` does. */
export function replaceResults(folder: string, files: ReadonlyMap<string, string>): void {
  const target = resolve(folder);
  refuseForeign(target, folder);
  const partial = partialOf(target);
  try {
    removeStale(target);
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    for (const [name, text] of files) writeFileSync(join(partial, name), text);
    replace(target, partial);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw new InputError({ file: folder, message: `cannot be written: ${writeReason(error)}` });
  }
}

function append({ descriptor, hash }: { readonly descriptor: number; readonly hash: Hash }, text: string): void {
  const bytes = Buffer.from(text);
  hash.update(bytes);
  writeSync(descriptor, bytes);
}

/** Where this process writes the results that will be `target`. */
function partialOf(target: string): string {
  return join(dirname(target), `.${basename(target)}.${process.pid}.partial`);
}

/** Whether results are there that were completed at this time (ms since 1970) or later. */
export function writtenSince(folder: string, sinceMs: number): boolean {
  const found = statSync(join(folder, RUN_FILE), { throwIfNoEntry: false });
  return found !== undefined && found.mtimeMs >= sinceMs;
}

/** Removes what a thread of this process that ended left of a job. */
export function removePartial(folder: string): void {
  rmSync(partialOf(resolve(folder)), { recursive: true, force: true });
}

/** Removes the results of a job, and what a thread of this process that died left of it. Anything else in its place stays. */
export function removeResults(folder: string): void {
  removePartial(folder);
  if (existsSync(join(folder, RUN_FILE))) rmSync(folder, { recursive: true, force: true });
}

function* chunks<T>(rows: Iterable<T>): Generator<T[]> {
  let chunk: T[] = [];
  for (const row of rows) {
    chunk.push(row);
    if (chunk.length === CHUNK) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** Only a folder that is empty or holds a job's results is ever replaced. */
function refuseForeign(target: string, given: string): void {
  if (!existsSync(target)) return;
  let entries: string[];
  try {
    entries = readdirSync(target);
  } catch {
    throw new InputError({ file: given, message: 'is not a folder that results can be written to' });
  }
  if (entries.length > 0 && !entries.includes(RUN_FILE)) {
    throw new InputError({ file: given, message: `holds files but no ${RUN_FILE}; it will not be replaced by results` });
  }
}

/** A folder cannot be swapped for another in one step: the old one steps aside, and comes back if the new one cannot move. */
function replace(target: string, partial: string): void {
  const aside = `${partial}.replaced`;
  const had = existsSync(target);
  if (had) renameSync(target, aside);
  try {
    renameSync(partial, target);
  } catch (error) {
    if (had) renameSync(aside, target);
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
  rmSync(aside, { recursive: true, force: true });
}

/** Removes what processes that no longer run left of the same job. */
function removeStale(target: string): void {
  const folder = dirname(target);
  if (!existsSync(folder)) return;
  const prefix = `.${basename(target)}.`;
  for (const entry of readdirSync(folder)) {
    if (!entry.startsWith(prefix)) continue;
    const owner = /^(\d+)\.partial(\.replaced)?$/.exec(entry.slice(prefix.length));
    if (owner === null || isRunning(Number(owner[1]))) continue;
    const left = join(folder, entry);
    if (owner[2] !== undefined && !existsSync(target)) renameSync(left, target);
    else rmSync(left, { recursive: true, force: true });
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
