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
      rateAt: {
        call(rateAt, args, fail) {
          const rate = rateAt(...args);
          if (typeof rate === 'number' && rate >= 0 && rate < Number.POSITIVE_INFINITY) return rate;
          return fail(`returned ${showNumber(rate)}, expected a rate per second from 0 on`);
        },
      },
      changesAfter: {
        call(changesAfter, args, fail) {
          const timeUs = changesAfter(...args);
          if (typeof timeUs === 'number' && timeUs > args[0]) return timeUs;
          return fail(`returned ${showNumber(timeUs)}, expected a time in microseconds after ${args[0]}, or Infinity`);
        },
      },
    };
  },
};
