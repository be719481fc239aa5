// `spec.external`: systems outside the cluster that pods call, by Services of type ExternalName.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import type { ExternalSystem } from '../../model/settings/external.ts';
import { requests } from './behaviors.ts';
import { field, text } from './field.ts';

export const external = z
  .strictObject({
    host: field(text, 'Its DNS name: the `externalName` of the Services by which pods call it.'),
    latency: field(distribution, 'One-way latency between it and any node.'),
    requests: field(
      requests,
      'How it serves requests: `concurrency` of them at a time, however many connections there are.',
    ),
  })
  .transform((system): ExternalSystem => system);
