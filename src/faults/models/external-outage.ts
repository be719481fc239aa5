// A system outside the cluster is gone for a time: silent, or refusing every connection.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { naming } from '../../lib/naming.ts';
import { didYouMean } from '../../lib/suggest.ts';
import type { Fault, FaultContext } from '../fault.ts';

const args = z.strictObject({
  host: naming('external system').describe('its host, as in spec.external'),
  for: distribution.optional().describe('how long (default: to the end of the run)'),
  refuses: z.boolean().default(false).describe('whether it refuses connections at once instead of saying nothing'),
});

export const externalOutage = member<FaultContext, Fault, typeof args>({
  name: 'ExternalOutage',
  summary: 'A system outside the cluster answers nobody for a time; what it was working on is lost.',
  args,
  create({ host, for: length, refuses }, context) {
    const { hosts, outages } = context;
    if (!hosts.includes(host)) {
      throw new InputError(`ExternalOutage: spec.external has no host "${host}"${didYouMean(host, hosts)}`);
    }
    return {
      fire() {
        outages.holdExternal(host, length === undefined ? undefined : context.draw(length), refuses);
      },
    };
  },
});
