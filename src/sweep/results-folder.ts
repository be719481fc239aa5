// A folder of results that the user names.
import { statSync } from 'node:fs';
import { InputError } from '../lib/errors.ts';

/** Throws an InputError where there is none, or a file in its place. */
export function refuseNoFolder(folder: string): void {
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there === undefined) throw new InputError({ file: folder, message: 'no such folder' });
  if (!there.isDirectory()) throw new InputError({ file: folder, message: 'is a file, expected a folder of results' });
}
