// Hot dialect: join the shortest queue, JSQ or JSQ(d), as a sidecar can know it: by its own open connections.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Balancer, BalancerView } from './balancer.ts';
import { leastOf, MOST_CHOICES } from './least-of.ts';

const open = (view: BalancerView, i: number): number => view.open(i);

export const joinShortestQueue = member({
  name: 'JoinShortestQueue',
  summary:
    'The endpoint to which the calling sidecar has the fewest connections open, of all or of some drawn at random.',
  args: z.strictObject({
    choices: z
      .int()
      .min(1)
      .max(MOST_CHOICES)
      .optional()
      .describe('how many different endpoints are drawn and compared; left out: all are compared'),
  }),
  create: ({ choices = Number.POSITIVE_INFINITY }): Balancer => ({
    countsConnections: true,
    choose: (view) => leastOf(view, choices, open),
  }),
});
