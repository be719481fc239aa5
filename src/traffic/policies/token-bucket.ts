// A token bucket, as Go's x/time/rate is one.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { duration, rate } from '../../lib/units.ts';
import type { Policy, PolicyContext } from './policy.ts';
import { of, scope } from './scope.ts';
import { TokenBucketMachine } from './token-bucket-machine.ts';

export const tokenBucket = member({
  name: 'TokenBucket',
  summary:
    'A bucket of tokens that fills at a steady rate, as in x/time/rate: a call takes one, waits for it, or is refused.',
  args: z.strictObject({
    limit: rate.describe('at which tokens come'),
    burst: z.int().min(0).default(1).describe('tokens that the bucket holds'),
    wait: duration.default(0).describe('how long a call waits for its token; refused where that is too short'),
    scope,
  }),
  create({ limit, burst, wait, scope: whose }, context: PolicyContext): Policy {
    const machine = of(whose, context, () => new TokenBucketMachine(limit, burst));
    return {
      admit({ nowUs }) {
        const waitNs = machine.takeNs(1, 1000 * wait, 1000 * nowUs);
        return waitNs < 0 ? waitNs : Math.ceil(waitNs / 1000);
      },
    };
  },
});
