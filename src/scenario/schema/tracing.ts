// `spec.tracing`: requests are followed on their way. Without it nobody looks, at no cost.
import { z } from 'zod';
import type { Tracing } from '../../model/settings/tracing.ts';
import { field, ratio } from './field.ts';

export const tracing = z
  .strictObject({
    sample: field(
      ratio,
      'The share of requests whose time is told by phases. Rates, errors, latencies and how busy pods are count all.',
    ),
  })
  .transform((given): Tracing => given);
