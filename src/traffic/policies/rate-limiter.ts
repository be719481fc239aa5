// resilience4j's RateLimiter: so many calls in each period.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { duration, someDuration } from '../../lib/units.ts';
import type { Policy, PolicyContext } from './policy.ts';
import { RateLimiterMachine } from './rate-limiter-machine.ts';
import { of, scope } from './scope.ts';

export const rateLimiter = member({
  name: 'RateLimiter',
  summary:
    "resilience4j's RateLimiter: so many calls in each period; one more waits for a later period, or is refused.",
  args: z.strictObject({
    limitForPeriod: z.int().min(1).default(50).describe('calls in a period'),
    limitRefreshPeriod: someDuration.describe('the period'),
    timeoutDuration: duration.default(5_000_000).describe('how long a call waits for one to come'),
    scope,
  }),
  create({ limitForPeriod, limitRefreshPeriod, timeoutDuration, scope: whose }, context: PolicyContext): Policy {
    const machine = of(whose, context, () => new RateLimiterMachine(limitForPeriod, limitRefreshPeriod));
    return { admit: ({ nowUs }) => machine.reserve(1, timeoutDuration, nowUs) };
  },
});
