// Hedging, as gRPC's hedgingPolicy (gRFC A6) has it.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { duration } from '../../lib/units.ts';
import { isNonFatal, statusCodes } from './grpc-status.ts';
import type { Policy } from './policy.ts';

export const hedging = member({
  name: 'Hedging',
  summary:
    "gRPC's hedgingPolicy: further attempts while the first is under way; the first answer counts, the others are given up.",
  args: z.strictObject({
    maxAttempts: z.int().min(2).max(5).default(2).describe('attempts, the first included'),
    hedgingDelay: duration.describe('after which the next one is made; a failure that is not fatal makes it at once'),
    nonFatalStatusCodes: statusCodes.describe('which failures do not end the call'),
  }),
  create: ({ maxAttempts, hedgingDelay, nonFatalStatusCodes }): Policy => ({
    hedging: {
      attempts: maxAttempts,
      delayUs: hedgingDelay,
      isFatal: (outcome) => !isNonFatal(nonFatalStatusCodes, outcome),
    },
  }),
});
