// A Poisson process whose rate goes through the same hours every day, and through the same days every week.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { duration } from '../../lib/units.ts';
import type { ArrivalContext, Arrivals } from './arrivals.ts';
import { inOrder, linesBetween, point, possible } from './points.ts';
import { alongLines } from './rate-curve.ts';

const DAY_US = 86_400e6;

export const daily = member({
  name: 'daily',
  summary: 'Independent requests at a mean rate that follows the hours of the day and the days of the week.',
  args: z
    .strictObject({
      points: z
        .array(point)
        .min(1)
        .refine(inOrder, 'no point may be before the one before it')
        .refine((points) => points.every(({ at }) => at < DAY_US), 'every point must be within the day')
        .describe(
          'at `at` after midnight the mean number of requests is `rate`; straight between them, over midnight too',
        ),
      days: z
        .array(z.number().nonnegative())
        .min(1)
        .default([1])
        .describe('what the rates of each day are multiplied with, over and over: seven are a week'),
      begins: duration.default(0).describe('time since the first midnight at which the run begins'),
    })
    .refine(
      ({ points, days }) => possible(Math.max(...points.map(({ rate }) => rate)) * Math.max(...days)),
      'is more than 10,000,000 per second at its peak, which is the limit',
    ),
  create({ points, days, begins }, context: ArrivalContext): Arrivals {
    const all = days.flatMap((factor, day) =>
      points.map(({ at, rate }) => ({ at: at + day * DAY_US - begins, rate: rate * factor })),
    );
    const periodUs = days.length * DAY_US;
    return alongLines(linesBetween([...all, { at: all[0].at + periodUs, rate: all[0].rate }]), context, periodUs);
  },
});
