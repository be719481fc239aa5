// Durations and rates as people write them, as zod schemas that yield microseconds and numbers per second.
import { z } from 'zod';
import { show } from './show.ts';

const UNIT_US: Readonly<Record<string, number>> = { us: 1, µs: 1, ms: 1e3, s: 1e6, m: 60e6, h: 3600e6, d: 86_400e6 };
const DURATION = /^(?:\d+(?:\.\d+)?(?:us|µs|ms|s|m|h|d))+$/;

/** Fractional microseconds of `1m30s`, `1.5us`, `0`; undefined when the text is no duration. */
function parseFineDurationUs(text: string): number | undefined {
  if (text === '0') return 0;
  if (!DURATION.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(us|µs|ms|s|m|h|d)/g)) {
    total += Number(amount) * UNIT_US[unit];
  }
  return total;
}

/** Whole microseconds of `1m30s`, `250ms`, `1.5h`, `0`; undefined when the text is no duration. */
export function parseDurationUs(text: string): number | undefined {
  const us = parseFineDurationUs(text);
  return us === undefined ? undefined : Math.round(us);
}

/** Whole microseconds as `parseDurationUs` reads them: `2m42s`, `1500ms`. */
export function writeDuration(us: number): string {
  if (us === 0) return '0';
  if (us % 1e3 !== 0) return `${us}us`;
  if (us % 1e6 !== 0) return `${us / 1e3}ms`;
  const parts: [amount: number, unit: string][] = [
    [Math.floor(us / 3600e6), 'h'],
    [Math.floor(us / 60e6) % 60, 'm'],
    [(us / 1e6) % 60, 's'],
  ];
  return parts.map(([amount, unit]) => (amount === 0 ? '' : `${amount}${unit}`)).join('');
}

/** A duration of a scenario: text with a unit, or the number 0. Yields microseconds. */
export const duration = z
  .unknown()
  .transform((value, context) => {
    const us = value === 0 ? 0 : typeof value === 'string' ? parseDurationUs(value) : undefined;
    if (us !== undefined && Number.isSafeInteger(us)) return us;
    context.addIssue({ code: 'custom', message: complaint('a duration such as "250ms", "1m30s" or 0', value) });
    return z.NEVER;
  })
  .meta({ type: 'duration' });

/** A duration above 0. Yields microseconds. */
export const someDuration = duration
  .refine((us) => us > 0, 'expected a duration above 0')
  .meta({ type: 'duration above 0' });

/** A duration of at least so much, written as `text`. Yields microseconds. */
export function durationFrom(leastUs: number, text: string) {
  return duration
    .refine((us) => us >= leastUs, `expected a duration of ${text} or more`)
    .meta({ type: 'duration above 0' });
}

/** A duration so short that a fraction of a microsecond counts. Yields fractional microseconds. */
export const fineDuration = z
  .unknown()
  .transform((value, context) => {
    const us = value === 0 ? 0 : typeof value === 'string' ? parseFineDurationUs(value) : undefined;
    if (us !== undefined && us <= Number.MAX_SAFE_INTEGER) return us;
    context.addIssue({ code: 'custom', message: complaint('a duration such as "1.5us", "20ms" or 0', value) });
    return z.NEVER;
  })
  .meta({ type: 'duration, to fractions of a microsecond' });

const RATE = /^(\d+(?:\.\d+)?(?:e\d+)?)\/(s|m|h|d)$/;

/** Events per second of `500/s`, `30/m`; undefined when the text is no rate. */
export function parseRate(text: string): number | undefined {
  const match = RATE.exec(text);
  return match === null ? undefined : (Number(match[1]) * 1e6) / UNIT_US[match[2]];
}

/** Ten in the same microsecond, the clock's unit. */
export const MAX_PER_SECOND = 1e7;

/** A rate of a scenario. Yields events per second. */
export const rate = z
  .unknown()
  .transform((value, context) => {
    const perSecond = typeof value === 'string' ? parseRate(value) : undefined;
    if (perSecond !== undefined && perSecond <= MAX_PER_SECOND) return perSecond;
    if (perSecond !== undefined) {
      context.addIssue({ code: 'custom', message: 'is more than 10,000,000 per second, which is the limit' });
      return z.NEVER;
    }
    context.addIssue({ code: 'custom', message: complaint('a rate such as "500/s" or "30/m"', value) });
    return z.NEVER;
  })
  .meta({ type: 'rate' });

/** A share: text in percent, or a number. Yields a number above 0 and below 1. */
export const percent = z
  .unknown()
  .transform((value, context) => {
    const share = typeof value === 'string' && /^\d+(\.\d+)?%$/.test(value) ? Number(value.slice(0, -1)) / 100 : value;
    if (typeof share === 'number' && share > 0 && share < 1) return share;
    context.addIssue({
      code: 'custom',
      message: complaint('a share above 0 and below 1, such as "2%" or 0.02', value),
    });
    return z.NEVER;
  })
  .meta({ type: 'share such as `2%`' });

function complaint(expected: string, value: unknown): string {
  return value === undefined ? `is required: ${expected}` : `expected ${expected}, got ${show(value)}`;
}
