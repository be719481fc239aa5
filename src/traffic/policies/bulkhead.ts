// resilience4j's Bulkhead: so many calls at a time; one more waits a while, or is refused.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { duration } from '../../lib/units.ts';
import type { Policy, PolicyContext } from './policy.ts';
import { Semaphore } from './semaphore.ts';

export const bulkhead = member({
  name: 'Bulkhead',
  summary: "resilience4j's Bulkhead: at most so many calls at a time; one more waits a while, and is refused then.",
  args: z.strictObject({
    maxConcurrentCalls: z.int().min(0).default(25).describe('calls at a time'),
    maxWaitDuration: duration.default(0).describe('how long one more waits'),
  }),
  create: ({ maxConcurrentCalls, maxWaitDuration }, context: PolicyContext): Policy =>
    new Semaphore(maxConcurrentCalls, maxWaitDuration, context),
});
