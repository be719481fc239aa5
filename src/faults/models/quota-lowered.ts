// Somebody lowers a ResourceQuota; nothing is deleted, but nothing new is admitted.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { naming } from '../../lib/naming.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { lowerQuota } from './people-changes.ts';
import { strikeOnce } from './strike-once.ts';

const args = z.strictObject({
  quota: naming('ResourceQuota').describe('the ResourceQuota'),
  namespace: z.string().default('default').describe('its namespace'),
  hard: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .describe('the limits, as in its spec.hard')
    .meta({ type: 'mapping' }),
  for: distribution.optional().describe('how long (default: to the end of the run)'),
});

export const quotaLowered = member<FaultContext, Fault, typeof args>({
  name: 'QuotaLowered',
  summary: 'A ResourceQuota gets lower limits; when the fault ends it gets the old ones back.',
  args,
  create(given, context) {
    return strikeOnce(context, given.for, `quota ${given.namespace}/${given.quota} lowered`, () =>
      lowerQuota(context, given),
    );
  },
});
