// A failed zod check in the words that users of this program read: what is wrong, what was expected, the nearest name.
import { z } from 'zod';
import { show } from './show.ts';
import { didYouMean } from './suggest.ts';

export interface Flaw {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The key itself is wrong, not what it holds. */
  readonly atKey: boolean;
}

export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly flaws: readonly Flaw[] };

/** Checks `value` and explains everything that is wrong with it. */
export function check<Schema extends z.ZodType>(schema: Schema, value: unknown): Checked<z.output<Schema>> {
  const validKeys = new WeakMap<object, readonly string[]>();
  const parsed = schema.safeParse(value, {
    // Compiling a check takes longer than the one time that it is used.
    jitless: true,
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') validKeys.set(issue.keys, shapeKeys(issue.inst));
      return explain(issue);
    },
  });
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, flaws: parsed.error.issues.flatMap((issue) => flaws(issue, validKeys)) };
}

/** Passes the flaws of a nested check on to the check around it. */
export function addFlaws(context: z.RefinementCtx, nested: readonly Flaw[], below: readonly (string | number)[]): void {
  for (const flaw of nested) {
    context.addIssue({
      code: 'custom',
      message: flaw.message,
      path: [...below, ...flaw.path],
      params: { atKey: flaw.atKey },
    });
  }
}

function flaws(issue: z.core.$ZodIssue, validKeys: WeakMap<object, readonly string[]>): Flaw[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  if (issue.code === 'unrecognized_keys') {
    const valid = validKeys.get(issue.keys) ?? [];
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: unknownName('field', key, valid),
      atKey: true,
    }));
  }
  const atKey = issue.code === 'custom' && issue.params?.['atKey'] === true;
  return [{ path, message: issue.message, atKey }];
}

/** A longer list of valid names is left out where one of them is near. */
const SHORT_LIST = 12;

/** `unknown field "replica", expected one of image, replicas (did you mean "replicas"?)` */
export function unknownName(what: string, name: string, valid: readonly string[]): string {
  const near = didYouMean(name, valid);
  const list = valid.length === 0 ? ', none is expected here' : `, expected one of ${valid.join(', ')}`;
  return `unknown ${what} ${JSON.stringify(name)}${valid.length > SHORT_LIST && near !== '' ? '' : list}${near}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function explain(issue: z.core.$ZodRawIssue): string | undefined {
  const got = show(issue.input);
  if (issue.code === 'invalid_type') {
    const expected = TYPES[issue.expected] ?? issue.expected;
    if (issue.input === undefined) return `is required: ${expected}`;
    const hint = issue.expected === 'string' && isPlain(issue.input) ? ' (quote it to make it text)' : '';
    return `expected ${expected}, got ${got}${hint}`;
  }
  if (issue.code === 'invalid_value') {
    const valid = issue.values.map(String);
    if (issue.input === undefined) return `is required: one of ${valid.join(', ')}`;
    const near = typeof issue.input === 'string' ? didYouMean(issue.input, valid) : '';
    return `expected one of ${valid.join(', ')}, got ${got}${near}`;
  }
  if (issue.code === 'too_small') {
    if (issue.origin === 'array' || issue.origin === 'string' || issue.origin === 'set') return 'must not be empty';
    return `expected a number ${issue.inclusive === false ? 'above' : 'of at least'} ${issue.minimum}, got ${got}`;
  }
  if (issue.code === 'too_big') {
    return `expected a number ${issue.inclusive === false ? 'below' : 'of at most'} ${issue.maximum}, got ${got}`;
  }
  return undefined;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

function shapeKeys(schema: unknown): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}
