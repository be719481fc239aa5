// Names of Services are not resolved in the cluster, or late.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { strikeOnce } from './strike-once.ts';

const args = z.strictObject({
  delay: distribution.optional().describe('how late answers are; later than 10 s is none (default: there are none)'),
  for: distribution.optional().describe('how long (default: to the end of the run)'),
});

export const dnsOutage = member<FaultContext, Fault, typeof args>({
  name: 'DnsOutage',
  summary:
    'Pods that call a Service get no answer of cluster DNS, or a late one; who is connected already, and who is outside, does not ask.',
  args,
  create(given, context) {
    return strikeOnce(context, given.for, given.delay === undefined ? 'outage of DNS' : 'slow DNS', () =>
      context.network.slowNames(given.delay),
    );
  },
});
