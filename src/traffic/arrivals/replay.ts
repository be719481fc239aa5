// Rates that somebody recorded, replayed.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { duration } from '../../lib/units.ts';
import type { ArrivalContext, Arrivals } from './arrivals.ts';
import { levelsOf, possible } from './points.ts';
import { alongLines } from './rate-curve.ts';

/** Seconds since the first row, and requests per second from then on. */
type Recorded = readonly [seconds: number, perSecond: number];

interface Recording {
  readonly rows: readonly Recorded[];
  readonly endSeconds: number;
}

export const replay = member({
  name: 'replay',
  summary: 'Independent requests at a mean rate that was recorded; none before its first row and after its last.',
  args: z
    .strictObject({
      rates: z
        .custom<Recording>((value) => typeof value === 'object' && value !== null && 'rows' in value)
        .describe(
          "a CSV file in the scenario's folder; `time` and `rate` name its columns (default: `time`, `rate`). Times are dates, or numbers of `unit` (`ms`, `s`, `m`, `h` or `d`, default `s`); each row holds until the next, the last for as long as the one before. The rate is requests in the time `per` (default 1s)",
        )
        .meta({ type: '{ file, time, rate, unit, per }' }),
      at: duration.default(0).describe('time of the run at which the first row begins'),
      speed: z
        .number()
        .positive()
        .default(1)
        .describe('how many seconds of the recording pass in one of the run; rates stay what they are'),
      scale: z.number().nonnegative().default(1).describe('what the rates are multiplied with'),
      repeat: z.boolean().default(false).describe('whether it begins again after its end'),
    })
    .refine(
      ({ rates, scale }) => rates.rows.every(([, perSecond]) => possible(perSecond * scale)),
      'is more than 10,000,000 per second at its peak, which is the limit',
    ),
  create({ rates: { rows, endSeconds }, at, speed, scale, repeat }, context: ArrivalContext): Arrivals {
    const timeUs = (seconds: number): number => at + (seconds * 1e6) / speed;
    const points = rows.map(([seconds, perSecond]) => ({ at: timeUs(seconds), rate: perSecond * scale }));
    const endUs = timeUs(endSeconds);
    return repeat
      ? alongLines(levelsOf(points, endUs), { ...context, startUs: Math.max(context.startUs, at) }, endUs - at)
      : alongLines(levelsOf(points, endUs), context);
  },
});
