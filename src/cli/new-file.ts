// A file that a verb makes anew: what is there is never overwritten.
import { existsSync, writeFileSync } from 'node:fs';
import { InputError } from '../lib/errors.ts';
import { writeReason } from '../lib/write-reason.ts';

/** Before work whose result could not be written: throws an InputError. */
export function refuseTaken(file: string): void {
  if (existsSync(file)) throw cannotWrite(file, { code: 'EEXIST' });
}

/** Throws an InputError. */
export function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/** An InputError for what a function of node:fs throws; anything else as it is. */
export function cannotWrite(file: string, error: unknown): unknown {
  if (error instanceof InputError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const message =
    code === 'EEXIST' || code === 'ENOTEMPTY' || code === 'ENOTDIR'
      ? 'exists already: remove it, or write to another file'
      : `cannot be written: ${writeReason(error)}`;
  return new InputError({ file, message });
}
