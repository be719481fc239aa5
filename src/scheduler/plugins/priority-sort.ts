// Hot dialect: PrioritySort, the order of the active queue: higher priority first, then who has waited longer.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Handle, Plugin } from '../framework/interface.ts';

export const prioritySort = member({
  name: 'PrioritySort',
  summary: 'Orders waiting pods by priority, then by the time they entered the queue.',
  args: z.strictObject({}),
  create(_args, _handle: Handle): Plugin {
    return {
      less: (a, b, { priority, timestamp }) =>
        priority[a] !== priority[b] ? priority[a] > priority[b] : timestamp[a] < timestamp[b],
    };
  },
});
