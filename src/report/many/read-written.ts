// A JSON file that wavetank has written beside the jobs.
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { InputError } from '../../lib/errors.ts';

/** Throws an InputError for a file that is missing, or is not what wavetank writes. */
export function readWritten<S extends z.ZodType>(file: string, schema: S): z.output<S> {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new InputError({
      file,
      message: `is not what wavetank writes: ${(error as Error).message.split('\n', 1)[0]}`,
    });
  }
}
