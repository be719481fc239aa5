// Hot dialect: arrivals of many independent clients.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { rate } from '../../lib/units.ts';
import type { ArrivalContext, Arrivals } from './arrivals.ts';

/** Distances are drawn this many at a time: in a loop of their own they cost half. */
const BLOCK = 64;

export const poisson = member({
  name: 'poisson',
  summary: 'Independent requests at a constant mean rate: exponential intervals.',
  args: z.strictObject({
    rate: rate.refine((perSecond) => perSecond > 0, 'must be above 0').describe('mean number of requests'),
  }),
  create({ rate }, { random, startUs }: ArrivalContext): Arrivals {
    const meanUs = 1e6 / rate;
    let timeUs = startUs;
    const distances = new Float64Array(BLOCK);
    let at = BLOCK;
    return {
      next() {
        if (at === BLOCK) {
          for (let i = 0; i < BLOCK; i += 1) distances[i] = random.exponential();
          at = 0;
        }
        timeUs += meanUs * distances[at];
        at += 1;
        return timeUs;
      },
      rateAt: () => rate,
      changesAfter: () => Number.POSITIVE_INFINITY,
    };
  },
});
