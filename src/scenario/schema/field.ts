// What a field of the scenario is for, and the small types that many fields share.
import { z } from 'zod';
import { duration } from '../../lib/units.ts';

/** Adds a field's meaning, which docs/reference/scenario.md prints. */
export function field<Schema extends z.ZodType>(schema: Schema, meaning: string): Schema {
  return schema.meta({ ...schema.meta(), description: meaning });
}

export const text = z.string().min(1).meta({ type: 'text' });
export const flag = z.boolean().meta({ type: 'true or false' });
export const count = z.int().nonnegative().meta({ type: 'whole number' });
export const someCount = z.int().positive().meta({ type: 'whole number above 0' });
export const ratio = z.number().min(0).max(1).meta({ type: 'number from 0 to 1' });
export const someAmount = z.number().positive().meta({ type: 'number above 0' });
export const amount = z.number().nonnegative().meta({ type: 'number, 0 or more' });

const DNS_LABEL = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** A name as Kubernetes objects have them. */
export const objectName = z
  .string()
  .regex(DNS_LABEL, 'expected a name of lower-case letters, digits, "-" and "."')
  .meta({ type: 'name' });

/** A whole number above 0, or `unlimited`, which yields 0 as the flags of Kubernetes write it. */
export const limit = z
  .unknown()
  .transform((value, context) => {
    if (value === 'unlimited') return 0;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
    context.addIssue({ code: 'custom', message: 'expected a whole number above 0 or "unlimited"' });
    return z.NEVER;
  })
  .meta({ type: 'whole number above 0, or `unlimited`' });

/** `{ max, backoff, jitter }` */
export const retries = z
  .strictObject({
    max: field(count, 'Attempts after the first one.'),
    backoff: field(
      duration,
      'Wait before the first retry; doubled for each further one. The waits are exponential, without an upper limit.',
    ),
    jitter: field(ratio, 'Each wait is multiplied by a factor drawn uniformly from 1 − jitter to 1 + jitter.'),
  })
  .transform(({ max, backoff, jitter }) => ({ max, backoffUs: backoff, jitter }));

/** `web`, or `shop/web`. The namespace is undefined when none is written. */
export const objectRef = z
  .string()
  .transform((value, context) => {
    const parts = value.split('/');
    if (parts.length <= 2 && parts.every((part) => DNS_LABEL.test(part))) {
      const name = parts.at(-1) as string;
      return { namespace: parts.length === 2 ? parts[0] : undefined, name };
    }
    context.addIssue({
      code: 'custom',
      message: `expected a name such as "web" or "shop/web", got ${JSON.stringify(value)}`,
    });
    return z.NEVER;
  })
  .meta({ type: 'name, or namespace/name' });
