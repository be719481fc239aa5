// Backpressure: a caller that has enough calls under way makes no more of them, and so keeps its own callers waiting.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Policy, PolicyContext } from './policy.ts';
import { Semaphore } from './semaphore.ts';

export const backpressure = member({
  name: 'Backpressure',
  summary:
    'Nothing is refused: a call too many waits, with the slot of the request that makes it, until one has ended.',
  args: z.strictObject({ maxConcurrentCalls: z.int().min(1).describe('calls at a time') }),
  create: ({ maxConcurrentCalls }, context: PolicyContext): Policy =>
    new Semaphore(maxConcurrentCalls, Infinity, context),
});
