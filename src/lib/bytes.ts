// Sizes and transfer rates as people write them: `120MB`, `1.5GiB`, `100Mi`, `25MB/s`.
import { z } from 'zod';
import { show } from './show.ts';

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  k: 1e3,
  kB: 1e3,
  KB: 1e3,
  M: 1e6,
  MB: 1e6,
  G: 1e9,
  GB: 1e9,
  T: 1e12,
  TB: 1e12,
  Ki: 1024,
  KiB: 1024,
  Mi: 1024 ** 2,
  MiB: 1024 ** 2,
  Gi: 1024 ** 3,
  GiB: 1024 ** 3,
  Ti: 1024 ** 4,
  TiB: 1024 ** 4,
};
const SIZE = /^(\d+(?:\.\d+)?)\s?([A-Za-z]+)$/;

/** Whole bytes of `120MB`, `1.5GiB`, `100Mi`; undefined when the text is no size. */
function parseBytes(text: string): number | undefined {
  const match = SIZE.exec(text);
  if (match === null || !Object.hasOwn(UNITS, match[2])) return undefined;
  const bytes = Math.round(Number(match[1]) * UNITS[match[2]]);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A size with a unit, or a number of bytes. Yields bytes. */
export const bytes = z
  .unknown()
  .transform((value, context) => {
    const size = typeof value === 'string' ? parseBytes(value) : value;
    if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size;
    context.addIssue({ code: 'custom', message: `expected a size such as "120MB" or "1.5GiB", got ${show(value)}` });
    return z.NEVER;
  })
  .meta({ type: 'size' });

/** A size, or `unlimited`. Yields bytes, or Infinity. */
export const bufferSize = z
  .unknown()
  .transform((value, context) => {
    if (value === 'unlimited') return Number.POSITIVE_INFINITY;
    const size = typeof value === 'string' ? parseBytes(value) : value;
    if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size;
    context.addIssue({ code: 'custom', message: `expected a size such as "16KiB" or "unlimited", got ${show(value)}` });
    return z.NEVER;
  })
  .meta({ type: 'size, or `unlimited`' });

function parsePercent(value: unknown): number | undefined {
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)\s?%$/.exec(value) : null;
  const part = match === null ? NaN : Number(match[1]) / 100;
  return part <= 1 ? part : undefined;
}

/** A part of a whole, such as `85%`. Yields 0 to 1. */
export const percent = z
  .unknown()
  .transform((value, context) => {
    const part = parsePercent(value);
    if (part !== undefined) return part;
    context.addIssue({ code: 'custom', message: `expected a percentage such as "85%", got ${show(value)}` });
    return z.NEVER;
  })
  .meta({ type: 'percentage' });

/** A size, or a part of a whole. */
export const bytesOrPercent = z
  .unknown()
  .transform((value, context): { readonly bytes: number; readonly share: number | undefined } => {
    const share = parsePercent(value);
    if (share !== undefined) return { bytes: 0, share };
    const size = typeof value === 'string' ? parseBytes(value) : value;
    if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return { bytes: size, share: undefined };
    const message = `expected a size such as "10GiB" or a percentage such as "10%", got ${show(value)}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .meta({ type: 'size or percentage' });

/** A size per second, or `unlimited`. Yields bytes per second, or Infinity. */
export const byteRate = z
  .unknown()
  .transform((value, context) => {
    if (value === 'unlimited') return Number.POSITIVE_INFINITY;
    const size =
      typeof value === 'string' && value.endsWith('/s') ? parseBytes(value.slice(0, -2).trimEnd()) : undefined;
    if (size !== undefined && size > 0) return size;
    context.addIssue({
      code: 'custom',
      message: `expected a transfer rate such as "25MB/s" or "unlimited", got ${show(value)}`,
    });
    return z.NEVER;
  })
  .meta({ type: 'transfer rate, or `unlimited`' });
