// gRPC's retryPolicy of a service config: how many attempts, and its back-off.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { someDuration } from '../../lib/units.ts';
import { isNonFatal, statusCodes } from './grpc-status.ts';
import type { Policy, PolicyContext } from './policy.ts';

/** More are not made, whatever is asked for. */
const MOST_ATTEMPTS = 5;

export const grpcRetryPolicy = member({
  name: 'GrpcRetryPolicy',
  summary: "gRPC's retryPolicy: at most five attempts, at exponentially growing distances of which a fifth is drawn.",
  args: z.strictObject({
    maxAttempts: z.int().min(2).describe('attempts, the first included'),
    initialBackoff: someDuration.describe('before the second'),
    maxBackoff: someDuration.describe('at most'),
    backoffMultiplier: z.number().gt(0).describe('by which it grows'),
    retryableStatusCodes: statusCodes.describe('which failures are followed by another attempt'),
  }),
  create(args, { random }: PolicyContext): Policy {
    const { maxAttempts, initialBackoff, maxBackoff, backoffMultiplier, retryableStatusCodes } = args;
    const most = Math.min(maxAttempts, MOST_ATTEMPTS);
    return {
      retries: (outcome) => isNonFatal(retryableStatusCodes, outcome),
      retryUs({ number, outcome }) {
        if (number + 1 >= most || !isNonFatal(retryableStatusCodes, outcome)) return -1;
        const us = Math.min(initialBackoff * backoffMultiplier ** number, maxBackoff);
        return Math.floor(us * (0.8 + 0.4 * random.uniform()));
      },
    };
  },
});
