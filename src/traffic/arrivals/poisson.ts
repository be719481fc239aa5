// Hot dialect: arrivals of many independent clients.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { rate } from '../../lib/units.ts';
import type { ArrivalContext, Arrivals } from './arrivals.ts';

export const poisson = member({
  name: 'poisson',
  summary: 'Independent requests at a constant mean rate: exponential distances.',
  args: z.strictObject({
    rate: rate.refine((perSecond) => perSecond > 0, 'must be above 0').describe('mean number of requests'),
  }),
  create({ rate }, { random, startUs }: ArrivalContext): Arrivals {
    const meanUs = 1e6 / rate;
    let timeUs = startUs;
    return {
      next() {
        timeUs += meanUs * random.exponential();
        return timeUs;
      },
    };
  },
});
