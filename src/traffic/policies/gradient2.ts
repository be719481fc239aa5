// Adaptive concurrency by Netflix' Gradient2Limit.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { limited } from './adaptive-limit.ts';
import { Gradient2Limit } from './gradient2-limit.ts';

const some = z.int().min(1);

export const gradient2 = member({
  name: 'Gradient2Limit',
  summary: "Netflix' Gradient2Limit: as many at a time as keep calls from taking longer than their long mean.",
  args: z.strictObject({
    initialLimit: some.default(20).describe('at a time, at first'),
    minLimit: some.default(20).describe('at least'),
    maxConcurrency: some.default(200).describe('at most'),
    smoothing: z.number().gt(0).max(1).default(0.2).describe('how much of each change is taken over'),
    queueSize: z.int().min(0).default(4).describe('by which the limit may grow at a time'),
    longWindow: some.default(600).describe('calls of the long mean'),
    rttTolerance: z.number().min(1).default(1.5).describe('how much longer a call may take than the long mean'),
  }),
  create: (settings) => limited(new Gradient2Limit(settings)),
});
