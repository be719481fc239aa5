// Adaptive concurrency by Netflix' AIMDLimit.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { someDuration } from '../../lib/units.ts';
import { limited } from './adaptive-limit.ts';
import { AimdLimit } from './aimd-limit.ts';

const some = z.int().min(1);

export const aimd = member({
  name: 'AIMDLimit',
  summary:
    "Netflix' AIMDLimit: as many at a time as went well, one more after each, a part of them after one that was late.",
  args: z.strictObject({
    initialLimit: some.default(20).describe('at a time, at first'),
    minLimit: some.default(20).describe('at least'),
    maxLimit: some.default(200).describe('at most'),
    backoffRatio: z.number().min(0.5).lt(1).default(0.9).describe('what is left of the limit after one that was late'),
    timeout: someDuration.default(5_000_000).describe('a call that takes longer was late'),
  }),
  create: ({ timeout, ...settings }) => limited(new AimdLimit({ ...settings, timeoutNs: 1000 * timeout })),
});
