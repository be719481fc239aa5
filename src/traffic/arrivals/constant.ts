// Hot dialect: arrivals at equal distances.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { rate } from '../../lib/units.ts';
import type { ArrivalContext, Arrivals } from './arrivals.ts';

export const constant = member({
  name: 'constant',
  summary: 'Requests at equal intervals, the first one interval after the start.',
  args: z.strictObject({
    rate: rate.refine((perSecond) => perSecond > 0, 'must be above 0').describe('number of requests'),
  }),
  create({ rate }, { startUs }: ArrivalContext): Arrivals {
    const gapUs = 1e6 / rate;
    let count = 0;
    return {
      next() {
        count += 1;
        return startUs + count * gapUs;
      },
      rateAt: () => rate,
      changesAfter: () => Number.POSITIVE_INFINITY,
    };
  },
});
