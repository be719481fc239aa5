// A JSON file that wavetank has written beside the jobs.
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { InputError } from '../../lib/errors.ts';
import { writtenJson } from '../../lib/written-json.ts';

/** Throws an InputError for a file that is missing, or is not what wavetank writes. */
export function readWritten<S extends z.ZodType>(file: string, schema: S): z.output<S> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError({ file, message: `cannot be read: ${(error as NodeJS.ErrnoException).code}` });
  }
  return writtenJson(text, schema, file);
}
