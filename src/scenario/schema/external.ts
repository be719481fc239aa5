// `spec.external`: systems outside the cluster that pods call, by Services of type ExternalName.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import type { ExternalSystem } from '../../model/settings/external.ts';
import { requests } from './behaviors.ts';
import { field, text } from './field.ts';

const IPV4 = /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/;

export const external = z
  .strictObject({
    host: field(text, 'Its DNS name: the `externalName` of the Services by which pods call it.'),
    address: field(
      z.string().regex(IPV4, 'expected an IPv4 address, such as 203.0.113.7'),
      'Its address, for an `ipBlock` of a NetworkPolicy. Default: 203.0.113.1 for the first system, and so on.',
    ).optional(),
    latency: field(distribution, 'One-way latency between it and any node.'),
    requests: field(
      requests,
      'How it serves requests: `concurrency` of them at a time, however many connections there are.',
    ),
  })
  .transform((system): ExternalSystem => system);
