// none: node pools stay as they are, even those that could change.
import { z } from 'zod';
import { member } from '../../lib/family.ts';

export const none = member({
  name: 'none',
  summary: 'Nobody: node pools keep the size that they begin with.',
  args: z.strictObject({}),
  create: () => undefined,
});
