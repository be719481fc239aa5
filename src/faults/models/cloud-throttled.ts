// The provider refuses calls: no machines are rented out, no volumes are made, attached or detached.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { strikeOnce } from './strike-once.ts';

const args = z.strictObject({
  for: distribution.optional().describe('how long (default: to the end of the run)'),
});

export const cloudThrottled = member<FaultContext, Fault, typeof args>({
  name: 'CloudThrottled',
  summary: 'The API of the cloud refuses calls: no new machines, no volumes.',
  args,
  create(given, context) {
    return strikeOnce(context, given.for, 'the cloud throttles calls', () => context.powers.cloud.throttle());
  },
});
