// What an arrival process from outside is held to: times that never go back.
import { showNumber } from '../../lib/contract.ts';
import type { FamilyContract } from '../../lib/family.ts';
import type { ArrivalContext, Arrivals } from './arrivals.ts';

export const arrivalContract: FamilyContract<ArrivalContext, Arrivals> = {
  nowUs: (context) => context.nowUs(),
  built: ({ startUs }) => {
    let lastUs = startUs;
    return {
      next: {
        required: true,
        call(next, args, fail) {
          const timeUs = next(...args);
          if (typeof timeUs !== 'number' || Number.isNaN(timeUs)) {
            return fail(`returned ${showNumber(timeUs)}, expected a time in microseconds, or Infinity for no more`);
          }
          if (timeUs < lastUs) {
            const before = lastUs === startUs ? 'the start of the source' : 'the arrival before';
            return fail(`returned ${timeUs}, which is before ${before} (${lastUs})`);
          }
          lastUs = timeUs;
          return timeUs;
        },
      },
    };
  },
};
