// Writes what was imported: one file, or a folder with the scenario and the files beside it; complete, or not at all.
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../lib/errors.ts';
import type { Imported, ImportedFile } from '../../scenario/import/importer.ts';
import { wrap } from '../lines.ts';

const SCENARIO = 'scenario.yaml';

/** `out` is a folder, or a file where its name ends in .yaml; without it one file goes to standard output. Throws an InputError for what exists. */
export function writeImported(given: string | Imported, out: string | undefined, name: string): void {
  const { scenario, files = [], notes }: Imported = typeof given === 'string' ? { scenario: given, notes: [] } : given;
  const isFile = out !== undefined && /\.ya?ml$/.test(out);
  if (isFile && files.length > 0) {
    throw new InputError({
      file: out,
      message: `there are several files to write (${files.map((one) => one.name).join(', ')}): name a folder`,
    });
  }
  const width = process.stderr.columns ?? 100;
  for (const note of notes) process.stderr.write(`${wrap(note, width)}\n`);
  if (out === undefined && files.length === 0) {
    process.stdout.write(scenario);
    return;
  }
  const target = out ?? name;
  if (isFile) writeNew(target, scenario);
  else writeFolder(target, [...files, { name: SCENARIO, text: scenario }]);
  process.stderr.write(`Written: ${target}. Next: wavetank run ${target}\n`);
}

/** What is there is never overwritten. */
function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/** An empty folder counts as new. */
function writeFolder(folder: string, files: readonly ImportedFile[]): void {
  const partial = `${folder.replace(/\/+$/, '')}.partial`;
  try {
    if (readdirSync(folder).length > 0) throw cannotWrite(folder, { code: 'EEXIST' });
  } catch (error) {
    if (error instanceof InputError || (error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw cannotWrite(folder, error);
  }
  rmSync(partial, { recursive: true, force: true });
  try {
    mkdirSync(partial, { recursive: true });
    for (const { name, text } of files) writePieces(join(partial, name), typeof text === 'string' ? [text] : text);
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw cannotWrite(folder, error);
  }
}

function writePieces(file: string, pieces: Iterable<string>): void {
  const descriptor = openSync(file, 'wx');
  try {
    for (const piece of pieces) writeSync(descriptor, piece);
  } finally {
    closeSync(descriptor);
  }
}

function cannotWrite(file: string, error: unknown): unknown {
  if (error instanceof InputError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const message =
    code === 'EEXIST' || code === 'ENOTEMPTY' || code === 'ENOTDIR'
      ? 'exists already: remove it, or write to another file'
      : `cannot be written: ${code}`;
  return new InputError({ file, message });
}
