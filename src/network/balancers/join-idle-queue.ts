// Hot dialect: join an idle queue (Lu et al., Performance Evaluation 68, 2011).
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Balancer } from './balancer.ts';

export const joinIdleQueue = member({
  name: 'JoinIdleQueue',
  summary: 'An endpoint to which the proxy of the caller has no connection open, if there is one; otherwise any.',
  args: z.strictObject({}),
  create: (): Balancer => ({
    countsConnections: true,
    choose(view) {
      let idle = 0;
      let chosen = -1;
      for (let i = 0; i < view.count; i += 1) {
        if (view.open(i) !== 0) continue;
        idle += 1;
        if (idle === 1 || view.random(idle) === 0) chosen = i;
      }
      return idle === 0 ? view.random(view.count) : chosen;
    },
  }),
});
