// Writes what was imported: one file, or a folder with the scenario and the files beside it; complete, or not at all.
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { InputError } from '../../lib/errors.ts';
import type { Imported } from '../../scenario/import/importer.ts';
import { wrap } from '../lines.ts';
import { cannotWrite, writeNew } from '../new-file.ts';

const SCENARIO = 'scenario.yaml';

/** `out` is a folder, or a file where its name ends in .yaml; without it one file goes to standard output. Throws an InputError for what exists. */
export function writeImported(
  { scenario, files = [], notes }: Imported,
  out: string | undefined,
  name: string,
  json: boolean,
): void {
  const isFile = out !== undefined && /\.ya?ml$/.test(out);
  if (isFile && files.length > 0) {
    throw new InputError({
      file: out,
      message: `there are several files to write (${files.map((one) => one.name).join(', ')}): name a folder`,
    });
  }
  const target = out === undefined && files.length === 0 ? undefined : (out ?? name);
  if (target !== undefined) {
    if (isFile) writeNew(target, scenario);
    else writeFolder(target, [...files, { name: SCENARIO, text: scenario }]);
  }
  if (json) {
    const names = isFile ? [] : [SCENARIO, ...files.map((one) => one.name)];
    const where = target === undefined ? { scenario } : { written: target, files: names };
    process.stdout.write(`${JSON.stringify({ ...where, notes })}\n`);
    return;
  }
  const width = process.stderr.columns ?? 100;
  for (const note of notes) process.stderr.write(`${wrap(note, width)}\n`);
  if (target === undefined) process.stdout.write(scenario);
  else process.stderr.write(`Written: ${target}. Next: wavetank run ${target}\n`);
}

/** An empty folder counts as new. Throws an InputError for another one, and for a file. */
export function refuseExisting(folder: string): void {
  try {
    if (readdirSync(folder).length > 0) throw cannotWrite(folder, { code: 'EEXIST' });
  } catch (error) {
    if (error instanceof InputError || (error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw cannotWrite(folder, error);
  }
}

interface NewFile {
  /** Within the folder, also in one below it. */
  readonly name: string;
  readonly text: string | Uint8Array | Iterable<string>;
}

/** A folder that is new: all of the files, or nothing. Throws an InputError. */
export function writeFolder(folder: string, files: readonly NewFile[]): void {
  const partial = `${resolve(folder)}.partial`;
  refuseExisting(folder);
  rmSync(partial, { recursive: true, force: true });
  try {
    mkdirSync(partial, { recursive: true });
    for (const { name, text } of files) {
      mkdirSync(dirname(join(partial, name)), { recursive: true });
      writePieces(join(partial, name), typeof text === 'string' || text instanceof Uint8Array ? [text] : text);
    }
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw cannotWrite(folder, error);
  }
}

function writePieces(file: string, pieces: Iterable<string | Uint8Array>): void {
  const descriptor = openSync(file, 'wx');
  try {
    for (const piece of pieces) writePiece(descriptor, piece);
  } finally {
    closeSync(descriptor);
  }
}

function writePiece(descriptor: number, piece: string | Uint8Array): void {
  if (typeof piece === 'string') writeSync(descriptor, piece);
  else writeSync(descriptor, piece);
}
