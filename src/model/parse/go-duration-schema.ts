// A duration in Go's notation as an argument; gives seconds.
import { z } from 'zod';
import { show } from '../../lib/show.ts';
import { tryParseGoDuration } from './go-duration.ts';

/** Yields seconds. */
export const goDuration = z
  .unknown()
  .transform((value, context) => {
    const read = typeof value === 'string' ? tryParseGoDuration(value) : undefined;
    if (read !== undefined && 'nanoseconds' in read) return Number(read.nanoseconds) / 1e9;
    context.addIssue({ code: 'custom', message: `expected a duration such as "15s" or "1m30s", got ${show(value)}` });
    return z.NEVER;
  })
  .meta({ type: 'duration' });
