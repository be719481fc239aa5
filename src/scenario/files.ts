// Reads the input's files: what the user names, and, confined to the scenario's folder, what a scenario names.
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, sep, win32 } from 'node:path';
import { InputError } from '../lib/errors.ts';
import { MAX_FILE_BYTES } from './source.ts';
import type { SourceText } from './scenario.ts';

/** The name of standard input on the command line. */
export const STANDARD_INPUT = '-';
const STANDARD_INPUT_SHOWN = '<stdin>';
const PIECE_BYTES = 1 << 18;

/**
 * Reads what a scenario names: `relative` to the folder of the file `from`, the working directory for standard input.
 * Throws an InputError for what is not there, is no plain file, or lies outside of that folder, also by a link.
 */
export type ReadFile = (relative: string, from: string) => SourceText;

/** A file that the user names, or `-` for standard input. Throws an InputError. */
export function readSource(path: string): SourceText {
  const shown = path === STANDARD_INPUT ? STANDARD_INPUT_SHOWN : path;
  try {
    return { file: shown, text: decode(readUpToLimit(path, shown), shown) };
  } catch (error) {
    throw readError(error, shown);
  }
}

export const readConfined: ReadFile = (relative, from) => {
  const folder = folderOf(from);
  const file = besides(relative, from);
  const outside = () => new InputError({ file: relative, message: `must be in the scenario's folder (${folder})` });
  if (relative.includes('\0')) throw new InputError({ file: JSON.stringify(relative), message: 'is not a file name' });
  if (isAbsolute(relative) || win32.isAbsolute(relative) || relative.split(/[\\/]/).includes('..')) throw outside();
  try {
    const root = realpathSync(folder);
    const real = realpathSync(file);
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) throw outside();
    // The real path has no links; O_NOFOLLOW keeps it so should the file be replaced in between.
    return { file, text: readPlain(real, file) };
  } catch (error) {
    throw readError(error, file);
  }
};

/** Gives what was read before, and nothing else. */
export function amongTexts(texts: readonly SourceText[]): ReadFile {
  const byName = new Map(texts.map((text) => [text.file, text]));
  return (relative, from) => {
    const found = byName.get(besides(relative, from));
    if (found === undefined) {
      throw new InputError({ file: relative, message: 'was not read when the scenario was loaded' });
    }
    return found;
  };
}

/** The name of the file at `relative` to the folder of the file `from`. */
function besides(relative: string, from: string): string {
  return join(folderOf(from), relative);
}

function folderOf(file: string): string {
  return file === STANDARD_INPUT_SHOWN ? '.' : dirname(file);
}

/** A pipe or a device says no size, and may have no end: no more than the limit is read. */
function readUpToLimit(path: string, shown: string): Buffer {
  const descriptor = path === STANDARD_INPUT ? 0 : openSync(path, 'r');
  try {
    const pieces: Buffer[] = [];
    for (let bytes = 0; bytes <= MAX_FILE_BYTES; ) {
      const piece = Buffer.allocUnsafe(PIECE_BYTES);
      const read = readPiece(descriptor, piece);
      if (read === 0) return Buffer.concat(pieces, bytes);
      pieces.push(piece.subarray(0, read));
      bytes += read;
    }
    throw tooLarge(shown);
  } finally {
    if (descriptor !== 0) closeSync(descriptor);
  }
}

/** Bytes that were read, 0 at the end. A terminal or a pipe of others may have nothing yet. */
export function readPiece(descriptor: number, piece: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, piece, 0, piece.length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Windows says so at the end of a pipe.
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
    }
  }
}

function readPlain(path: string, shown: string): string {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw new InputError({ file: shown, message: 'is not a file' });
    if (status.size > MAX_FILE_BYTES) throw tooLarge(shown);
    return decode(readFileSync(descriptor), shown);
  } finally {
    closeSync(descriptor);
  }
}

function decode(content: Buffer, shown: string): string {
  if (content.length > MAX_FILE_BYTES) throw tooLarge(shown);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new InputError({ file: shown, message: 'is not UTF-8 text' });
  }
}

function tooLarge(file: string): InputError {
  return new InputError({ file, message: 'the file is larger than 32 MiB, which is the limit' });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'cannot be read: permission denied',
  EISDIR: 'is a folder, expected a file',
  ENOTDIR: 'no such file',
  ELOOP: 'cannot be read: too many links',
  EAGAIN: 'cannot be read: no data',
  ENAMETOOLONG: 'no such file: the name is too long',
};

export function readError(error: unknown, file: string): unknown {
  if (error instanceof InputError || !(error instanceof Error) || !('code' in error)) return error;
  return new InputError({ file, message: REASONS[String(error.code)] ?? `cannot be read: ${String(error.code)}` });
}
