// Envoy's retry policy of a route: how many retries, and its fully drawn back-off.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { someDuration } from '../../lib/units.ts';
import type { Policy, PolicyContext } from './policy.ts';

export const envoyRetryPolicy = member({
  name: 'EnvoyRetryPolicy',
  summary: "Envoy's retry policy: so many retries, each after a time drawn from 0 to an exponentially growing one.",
  args: z.strictObject({
    numRetries: z.int().min(0).default(1).describe('attempts after the first'),
    baseInterval: someDuration.default(25_000).describe('the back-off that grows'),
    maxInterval: someDuration.optional().describe('at most; without it ten times the first'),
  }),
  create({ numRetries, baseInterval, maxInterval = 10 * baseInterval }, { random }: PolicyContext): Policy {
    return {
      retryUs({ number }) {
        if (number >= numRetries) return -1;
        return Math.floor(random.uniform() * Math.min(baseInterval * (2 ** (number + 1) - 1), maxInterval));
      },
    };
  },
});
