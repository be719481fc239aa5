// The family of arrival processes. All are open: nobody waits for an answer before sending the next request.
import { family } from '../../lib/family.ts';
import type { ArrivalContext, Arrivals } from './arrivals.ts';
import { arrivalContract } from './contract.ts';
import { constant } from './constant.ts';
import { cron } from './cron.ts';
import { daily } from './daily.ts';
import { flashCrowd } from './flash-crowd.ts';
import { mmpp } from './mmpp.ts';
import { poisson } from './poisson.ts';
import { ramps } from './ramps.ts';
import { renewal } from './renewal.ts';
import { replay } from './replay.ts';
import { steps } from './steps.ts';
import { trace } from './trace.ts';

export const arrivals = family<ArrivalContext, Arrivals>(
  'arrivals',
  'When requests come from outside.',
  [constant, poisson, renewal, steps, ramps, daily, flashCrowd, mmpp, replay, trace, cron],
  arrivalContract,
);
