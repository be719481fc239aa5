// none: nobody looks at queues, and Jobs run as soon as they are there.
import { z } from 'zod';
import { member } from '../../lib/family.ts';

export const none = member({
  name: 'none',
  summary: 'Nobody: the label of a queue means nothing.',
  args: z.strictObject({}),
  create: () => undefined,
});
