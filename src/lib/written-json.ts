// JSON that wavetank has written, as it is found again: perhaps cut off, of another version, or somebody else's.
import type { z } from 'zod';
import { InputError } from './errors.ts';
import { check } from './explain.ts';
import { formatPath } from './path.ts';

/** The value of a text; undefined for what is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** What `schema` makes of a text. Throws an InputError at the file, and at the path in it, for one that wavetank has not written. */
export function writtenJson<Schema extends z.ZodType>(text: string, schema: Schema, file: string): z.output<Schema> {
  const value = jsonOf(text);
  if (value === undefined)
    throw new InputError({ file, message: 'is not JSON, as wavetank writes it: is it cut off?' });
  const checked = check(schema, value);
  if (checked.ok) return checked.value;
  throw new InputError(
    checked.flaws.map(({ path, message }) => ({
      file,
      path: formatPath(path),
      message: `${message}; is it of another version?`,
    })),
  );
}
