// resilience4j's Retry: how many attempts, and its intervals.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { duration, someDuration } from '../../lib/units.ts';
import { exponentialMs, randomizedMs } from './interval-functions.ts';
import type { Policy, PolicyContext } from './policy.ts';

export const retry = member({
  name: 'Retry',
  summary: "resilience4j's Retry: so many attempts, at equal or growing distances, drawn around these or not.",
  args: z.strictObject({
    maxAttempts: z.int().min(1).default(3).describe('attempts, the first included'),
    waitDuration: duration.default(500_000).describe('before the second'),
    exponentialBackoffMultiplier: z.number().min(1).default(1).describe('by which it grows'),
    randomizedWaitFactor: z.number().min(0).lt(1).default(0).describe('how far it is drawn from that'),
    exponentialMaxWaitDuration: someDuration.optional().describe('at most'),
  }),
  create(args, { random }: PolicyContext): Policy {
    const { maxAttempts, waitDuration, exponentialBackoffMultiplier, randomizedWaitFactor } = args;
    const mostMs = (args.exponentialMaxWaitDuration ?? Infinity) / 1000;
    return {
      retryUs({ number }) {
        if (number + 1 >= maxAttempts) return -1;
        const ms = exponentialMs(waitDuration / 1000, exponentialBackoffMultiplier, number + 1);
        const drawnMs = randomizedWaitFactor === 0 ? ms : randomizedMs(ms, randomizedWaitFactor, random.uniform());
        return 1000 * Math.min(drawnMs, mostMs);
      },
    };
  },
});
