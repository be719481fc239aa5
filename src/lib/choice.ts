// A mapping that names one of several forms: `{ lognormal: { … } }`, `{ setImage: { … } }`.
import { z } from 'zod';
import { addFlaws, check, unknownName } from './explain.ts';
import { show } from './show.ts';

/**
 * A mapping with exactly one key, which is the name of a form and holds its arguments. `what` names the thing in messages
 * ("a distribution"). A form's own flaws are reported below its name.
 */
export function choice<Out>(what: string, forms: Readonly<Record<string, z.ZodType<Out>>>): z.ZodType<Out> {
  const names = Object.keys(forms);
  return z.unknown().transform((value, context): Out => {
    const key = soleKey(value);
    if (key === undefined) {
      const got = isMapping(value) ? `${Object.keys(value).length} keys` : show(value);
      context.addIssue({
        code: 'custom',
        message: `expected ${what} by one name of ${names.join(', ')}, got ${got}`,
      });
      return z.NEVER;
    }
    if (!Object.hasOwn(forms, key)) {
      context.addIssue({
        code: 'custom',
        path: [key],
        message: unknownName('name', key, names),
        params: { atKey: true },
      });
      return z.NEVER;
    }
    const checked = check(forms[key], (value as Record<string, unknown>)[key]);
    if (checked.ok) return checked.value;
    addFlaws(context, checked.flaws, [key]);
    return z.NEVER;
  });
}

/** The only key of a mapping; undefined for anything else. */
export function soleKey(value: unknown): string | undefined {
  if (!isMapping(value)) return undefined;
  const keys = Object.keys(value);
  return keys.length === 1 ? keys[0] : undefined;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
