// The family of arrival processes. All are open: nobody waits for an answer before sending the next request.
import { family } from '../../lib/family.ts';
import type { ArrivalContext, Arrivals } from './arrivals.ts';
import { arrivalContract } from './contract.ts';
import { constant } from './constant.ts';
import { poisson } from './poisson.ts';
import { renewal } from './renewal.ts';
import { steps } from './steps.ts';

export const arrivals = family<ArrivalContext, Arrivals>(
  'arrivals',
  'When requests come from outside.',
  [constant, poisson, renewal, steps],
  arrivalContract,
);
