// A Poisson process whose rate changes at given times.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { ArrivalContext, Arrivals } from './arrivals.ts';
import { levelsOf, point } from './points.ts';
import { alongLines } from './rate-curve.ts';

export const steps = member({
  name: 'steps',
  summary: 'Independent requests at a mean rate that changes at given times of the run; none before the first.',
  args: z.strictObject({
    steps: z
      .array(point)
      .min(1)
      .refine(
        (list) => list.every(({ at }, i) => i === 0 || at > list[i - 1].at),
        'each step must begin after the one before',
      )
      .describe('from `at` on the mean number of requests is `rate`'),
  }),
  create: ({ steps }, context: ArrivalContext): Arrivals => alongLines(levelsOf(steps), context),
});
