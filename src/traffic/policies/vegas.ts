// Adaptive concurrency by Netflix' VegasLimit.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { limited } from './adaptive-limit.ts';
import type { PolicyContext } from './policy.ts';
import { VegasLimit } from './vegas-limit.ts';

const some = z.int().min(1);

export const vegas = member({
  name: 'VegasLimit',
  summary:
    "Netflix' VegasLimit: as many at a time as do not queue, by how much longer calls take than the shortest one.",
  args: z.strictObject({
    initialLimit: some.default(20).describe('at a time, at first'),
    maxConcurrency: some.default(1000).describe('at most'),
    alpha: some.optional().describe('calls in the queue below which it grows; without it 3 log10 of the limit'),
    beta: some
      .optional()
      .describe(
        'calls in the queue above which it shrinks, and by which it grows while there is none; without it 6 log10 of the limit',
      ),
    smoothing: z.number().gt(0).max(1).default(1).describe('how much of each change is taken over'),
    probeMultiplier: some
      .default(30)
      .describe('after about so many times the limit the shortest time is measured again'),
  }),
  create: (settings, { random }: PolicyContext) => limited(new VegasLimit(settings, () => random.uniform())),
});
