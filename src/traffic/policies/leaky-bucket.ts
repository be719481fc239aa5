// A leaky bucket, as nginx' limit_req is one: calls leave at even distances, and the bucket holds some that wait.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { rate } from '../../lib/units.ts';
import { type Policy, type PolicyContext, REJECTED } from './policy.ts';
import { of, scope } from './scope.ts';

export const leakyBucket = member({
  name: 'LeakyBucket',
  summary: 'Calls leave at even distances, some more wait, and one too many is refused: limit_req of nginx.',
  args: z.strictObject({
    rate: rate.refine((perSecond) => perSecond > 0, 'must be above 0').describe('at which calls leave'),
    burst: z.int().min(0).default(0).describe('calls that may wait'),
    delay: z.int().min(0).default(0).describe('of those that may wait, so many go at once'),
    nodelay: z.boolean().default(false).describe('whether those that may wait go at once'),
    scope,
  }),
  create({ rate: perSecond, burst, delay, nodelay, scope: whose }, context: PolicyContext): Policy {
    const gapUs = 1e6 / perSecond;
    const bucket = of(whose, context, () => ({ freeUs: 0 }));
    return {
      admit({ nowUs }) {
        const aheadUs = Math.max(0, bucket.freeUs - nowUs);
        if (aheadUs > burst * gapUs) return REJECTED;
        bucket.freeUs = Math.max(bucket.freeUs, nowUs) + gapUs;
        return nodelay ? 0 : Math.ceil(Math.max(0, aheadUs - delay * gapUs));
      },
    };
  },
});
