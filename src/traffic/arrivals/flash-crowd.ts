// A crowd that comes at once: the usual rate, a steep rise, a plateau, and a slow fall.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { duration, rate } from '../../lib/units.ts';
import type { ArrivalContext, Arrivals } from './arrivals.ts';
import { linesBetween, possible } from './points.ts';
import { alongLines } from './rate-curve.ts';

/** Phases and names of Ari, Hong, Miller, Brandt and Long, "Managing flash crowds on the Internet" (MASCOTS 2003). */
export const flashCrowd = member({
  name: 'flashCrowd',
  summary:
    'Independent requests at a usual mean rate, and a crowd once: a rise, a plateau and a fall along straight lines.',
  args: z
    .strictObject({
      normal: rate.describe('mean number of requests before and after'),
      shock: z.number().min(1).describe('how many times as many come on the plateau'),
      at: duration.describe('time of the run at which the rise begins'),
      rampUp: duration.describe('length of the rise; 0 is a jump'),
      sustained: duration.describe('length of the plateau'),
      rampDown: duration.describe('length of the fall; 0 is a jump'),
    })
    .refine(
      ({ normal, shock }) => possible(normal * shock),
      'is more than 10,000,000 per second at its peak, which is the limit',
    ),
  create({ normal, shock, at, rampUp, sustained, rampDown }, context: ArrivalContext): Arrivals {
    const peak = normal * shock;
    const times = [0, at, at + rampUp, at + rampUp + sustained, at + rampUp + sustained + rampDown];
    const rates = [normal, normal, peak, peak, normal];
    const lines = linesBetween(times.map((time, i) => ({ at: time, rate: rates[i] })));
    const rest = { fromUs: times[4], toUs: Number.POSITIVE_INFINITY, from: normal, to: normal };
    return alongLines([...lines, rest], context);
  },
});
