// A Poisson process whose rate goes straight from point to point, as the stages of load generators do.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { ArrivalContext, Arrivals } from './arrivals.ts';
import { inOrder, linesBetween, point } from './points.ts';
import { alongLines } from './rate-curve.ts';

export const ramps = member({
  name: 'ramps',
  summary:
    'Independent requests at a mean rate that goes straight from point to point; none before the first, and as at the last after it.',
  args: z.strictObject({
    points: z
      .array(point)
      .min(1)
      .refine(inOrder, 'no point may be before the one before it')
      .describe('at time `at` of the run the mean number of requests is `rate`; two at the same time are a jump'),
  }),
  create({ points }, context: ArrivalContext): Arrivals {
    const { at, rate } = points[points.length - 1];
    const rest = { fromUs: at, toUs: Number.POSITIVE_INFINITY, from: rate, to: rate };
    return alongLines([...linesBetween(points), rest], context);
  },
});
