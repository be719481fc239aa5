// Load shedding by the length of the queue.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { type Policy, REJECTED } from './policy.ts';

export const queueLimit = member({
  name: 'QueueLimit',
  summary: 'At a server: a request that finds so many waiting is refused, and may find fewer the more important it is.',
  args: z.strictObject({
    length: z.int().min(0).describe('requests that wait'),
    perPriority: z.int().min(0).default(0).describe('places more for each step of priority'),
  }),
  create: ({ length, perPriority }): Policy => ({
    needsQueue: true,
    admit: ({ waiting, priority }) => (waiting >= length + perPriority * priority ? REJECTED : 0),
  }),
});
