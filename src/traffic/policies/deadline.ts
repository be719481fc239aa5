// A deadline: what a call may take in all, and all that is called for it.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { someDuration } from '../../lib/units.ts';
import type { Policy } from './policy.ts';

export const deadline = member({
  name: 'Deadline',
  summary:
    'A timeout of a call with all of its attempts. It goes along: calls made for it end with it, and no pod begins what nobody waits for.',
  args: z.strictObject({ timeout: someDuration.describe('from the beginning of the call') }),
  create: ({ timeout }): Policy => ({ deadlineUs: timeout }),
});
