// Hot dialect: a Poisson process whose rate changes at given times.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { duration, rate } from '../../lib/units.ts';
import type { ArrivalContext, Arrivals } from './arrivals.ts';

const step = z.strictObject({ at: duration, rate });

export const steps = member({
  name: 'steps',
  summary: 'Independent requests at a mean rate that changes at given times of the run; none before the first.',
  args: z.strictObject({
    steps: z
      .array(step)
      .min(1)
      .refine(
        (list) => list.every(({ at }, i) => i === 0 || at > list[i - 1].at),
        'each step must begin after the one before',
      )
      .describe('from `at` on the mean number of requests is `rate`'),
  }),
  create({ steps }, { random, startUs }: ArrivalContext): Arrivals {
    let timeUs = startUs;
    let current = -1;
    while (current + 1 < steps.length && steps[current + 1].at <= startUs) current += 1;
    return {
      // The time that passes, weighted with the rate of each step, is exponential with mean 1.
      next() {
        let left = random.exponential();
        for (;;) {
          const perUs = current < 0 ? 0 : steps[current].rate / 1e6;
          const endUs = current + 1 < steps.length ? steps[current + 1].at : Number.POSITIVE_INFINITY;
          const atUs = perUs === 0 ? Number.POSITIVE_INFINITY : timeUs + left / perUs;
          if (atUs <= endUs) {
            timeUs = atUs;
            return atUs;
          }
          left -= (endUs - timeUs) * perUs;
          timeUs = endUs;
          current += 1;
        }
      },
    };
  },
});
