// Hot dialect: the least loaded by a board that is written now and then: what it says is as old as that.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { someDuration } from '../../lib/units.ts';
import type { Balancer, BalancerView } from './balancer.ts';
import { leastOf, MOST_CHOICES } from './least-of.ts';

const reported = (view: BalancerView, i: number): number => view.reported(i);
const withOwn = (view: BalancerView, i: number): number => view.reported(i) + view.sent(i);

export const loadBoard = member({
  name: 'LoadBoard',
  summary: 'The endpoint that held the fewest requests, those of all callers, when the loads were last published.',
  args: z.strictObject({
    refresh: someDuration.describe('how often all pods publish how many requests they hold'),
    choices: z
      .int()
      .min(1)
      .max(MOST_CHOICES)
      .optional()
      .describe('how many different endpoints are drawn and compared; left out: all are compared'),
    addOwn: z.boolean().default(false).describe('whether a proxy adds what it has itself sent to an endpoint since'),
  }),
  create: ({ refresh, choices = Number.POSITIVE_INFINITY, addOwn }): Balancer => ({
    countsConnections: false,
    boardUs: refresh,
    choose: (view) => leastOf(view, choices, addOwn ? withOwn : reported),
  }),
});
