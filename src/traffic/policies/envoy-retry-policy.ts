// Envoy's retry policy of a route: how many retries, and its fully drawn back-off.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { someDuration } from '../../lib/units.ts';
import { Outcome } from '../calls.ts';
import type { Policy, PolicyContext } from './policy.ts';

const NO_ANSWER = [Outcome.Refused, Outcome.Reset, Outcome.Timeout];
/** Where there is no answer it would have been a 503 or 504. Source: Envoy's `wouldRetryFromHeaders` and `wouldRetryFromReset`. */
const FAILURES: Readonly<Record<'5xx' | 'gateway-error' | 'reset' | 'connect-failure', readonly number[]>> = {
  '5xx': [Outcome.Error, Outcome.Overload, ...NO_ANSWER],
  'gateway-error': [Outcome.Overload, ...NO_ANSWER],
  reset: NO_ANSWER,
  'connect-failure': [Outcome.Refused],
};

export const envoyRetryPolicy = member({
  name: 'EnvoyRetryPolicy',
  summary: "Envoy's retry policy: so many retries, each after a time drawn from 0 to an exponentially growing one.",
  args: z.strictObject({
    retryOn: z
      .array(z.enum(['5xx', 'gateway-error', 'reset', 'connect-failure']))
      .default(['5xx'])
      .describe('after which failures'),
    numRetries: z.int().min(0).default(1).describe('attempts after the first'),
    baseInterval: someDuration.default(25_000).describe('the back-off that grows'),
    maxInterval: someDuration.optional().describe('at most; without it ten times the first'),
  }),
  create({ retryOn, numRetries, baseInterval, maxInterval = 10 * baseInterval }, { random }: PolicyContext): Policy {
    const retried = new Set(retryOn.flatMap((condition) => FAILURES[condition]));
    return {
      retryUs({ number, outcome }) {
        if (number >= numRetries || !retried.has(outcome)) return -1;
        return Math.floor(random.uniform() * Math.min(baseInterval * (2 ** (number + 1) - 1), maxInterval));
      },
    };
  },
});
