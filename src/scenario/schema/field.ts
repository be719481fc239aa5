// What a field of the scenario is for, and the small types that many fields share.
import { z } from 'zod';
import { CALENDAR_START_SECONDS, timestamp, timestampUs } from '../../lib/timestamp.ts';
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
export const priority = z.int().min(-1_000_000).max(1_000_000).meta({ type: 'whole number, up to 1000000 either way' });
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
    const found = parseRef(value);
    if (found !== undefined) return found;
    return refused(context, `expected a name such as "web" or "shop/web", got ${JSON.stringify(value)}`);
  })
  .meta({ type: 'name, or namespace/name' });

/** A Service as `objectRef`, with a port of it by name or number where it is not the first: `web:http`, `shop/web:8080`. */
export const serviceRef = z
  .string()
  .transform((value, context) => {
    const colon = value.indexOf(':');
    const found = parseRef(colon < 0 ? value : value.slice(0, colon));
    const port = colon < 0 ? undefined : value.slice(colon + 1);
    if (found !== undefined && (port === undefined || PORT.test(port))) return { ...found, port };
    return refused(
      context,
      `expected a Service such as "web", "shop/web", "web:http" or "web:8080", got ${JSON.stringify(value)}`,
    );
  })
  .meta({ type: 'Service, or Service:port' });

const PORT = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

function parseRef(value: string): { namespace: string | undefined; name: string } | undefined {
  const parts = value.split('/');
  if (parts.length > 2 || !parts.every((part) => DNS_LABEL.test(part))) return undefined;
  return { namespace: parts.length === 2 ? parts[0] : undefined, name: parts.at(-1) as string };
}

function refused(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

/** A date with a time of day in UTC, as seconds since 1970. */
export const startTime = text.transform((value, context) => {
  const seconds = timestampUs(value) / 1e6 + CALENDAR_START_SECONDS;
  const isDate = !Number.isNaN(seconds) && timestamp((seconds - CALENDAR_START_SECONDS) * 1e6) === value;
  if (isDate && value >= '2000') return seconds;
  return refused(context, `expected a time such as 2026-01-01T00:00:00Z, from 2000 on, got ${JSON.stringify(value)}`);
});
