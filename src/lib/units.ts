// Durations and rates as people write them, as zod schemas that yield integer microseconds and numbers per second.
import { z } from 'zod';

const UNIT_US: Readonly<Record<string, number>> = { us: 1, µs: 1, ms: 1e3, s: 1e6, m: 60e6, h: 3600e6, d: 86_400e6 };
const DURATION = /^(?:\d+(?:\.\d+)?(?:us|µs|ms|s|m|h|d))+$/;

/** Microseconds of `1m30s`, `250ms`, `1.5h`, `0`; undefined when the text is no duration. */
export function parseDurationUs(text: string): number | undefined {
  if (text === '0') return 0;
  if (!DURATION.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(us|µs|ms|s|m|h|d)/g)) {
    total += Number(amount) * UNIT_US[unit as string];
  }
  return Math.round(total);
}

/** A duration of a scenario: text with a unit, or the number 0. Yields microseconds. */
export const duration = z.union([z.string(), z.number()]).transform((value, context) => {
  const us = value === 0 ? 0 : typeof value === 'string' ? parseDurationUs(value) : undefined;
  if (us === undefined || !Number.isSafeInteger(us)) {
    context.addIssue({
      code: 'custom',
      message: `expected a duration such as "250ms", "1m30s" or 0, got ${JSON.stringify(value)}`,
    });
    return z.NEVER;
  }
  return us;
});

const RATE = /^(\d+(?:\.\d+)?(?:e\d+)?)\/(s|m|h|d)$/;

/** Events per second of `500/s`, `30/m`; undefined when the text is no rate. */
export function parseRate(text: string): number | undefined {
  const match = RATE.exec(text);
  return match === null ? undefined : (Number(match[1]) * 1e6) / UNIT_US[match[2] as string];
}

/** A rate of a scenario. Yields events per second. */
export const rate = z.string().transform((value, context) => {
  const perSecond = parseRate(value);
  if (perSecond === undefined) {
    context.addIssue({
      code: 'custom',
      message: `expected a rate such as "500/s" or "30/m", got ${JSON.stringify(value)}`,
    });
    return z.NEVER;
  }
  return perSecond;
});
