// Writes a file of a report: complete, or not at all.
import { rename, rm, writeFile } from 'node:fs/promises';
import { InputError } from '../lib/errors.ts';
import { writeReason } from '../lib/write-reason.ts';

/** Returns the file. Throws an InputError when it cannot be written. */
export async function write(file: string, content: string | Uint8Array): Promise<string> {
  const partial = `${file}.partial`;
  try {
    await writeFile(partial, content);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw new InputError({ file, message: `cannot be written: ${writeReason(error)}` });
  }
  return file;
}
