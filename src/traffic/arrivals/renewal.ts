// Hot dialect: arrivals whose distances are independent and of any one distribution.
import { z } from 'zod';
import { Samplers } from '../../engine/distributions.ts';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import type { ArrivalContext, Arrivals } from './arrivals.ts';

export const renewal = member({
  name: 'renewal',
  summary: 'Requests at independent intervals of one distribution: burstier or more regular than poisson.',
  args: z.strictObject({ gap: distribution.describe('time from one request to the next') }),
  create({ gap }, { random, startUs }: ArrivalContext): Arrivals {
    const samplers = new Samplers();
    const id = samplers.add(gap);
    let timeUs = startUs;
    return {
      next() {
        timeUs += samplers.draw(id, random);
        return timeUs;
      },
    };
  },
});
