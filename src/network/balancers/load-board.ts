// Hot dialect: the least loaded by a board that is written now and then: what it says is as old as that.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { durationFrom } from '../../lib/units.ts';
import type { Balancer } from './balancer.ts';
import { choiceArgs, chooser, type Load } from './least-of.ts';

const reported: Load = (view, i) => view.reported(i);
const withOwn: Load = (view, i) => view.reported(i) + view.sent(i);

export const loadBoard = member({
  name: 'LoadBoard',
  summary: 'The endpoint that held the fewest requests, those of all callers, when the loads were last published.',
  args: z.strictObject({
    refresh: durationFrom(1000, '1ms').describe('how often all pods publish how many requests they hold'),
    addOwn: z.boolean().default(false).describe('whether a proxy adds what it has itself sent to an endpoint since'),
    ...choiceArgs,
  }),
  create: ({ refresh, addOwn, ...choice }): Balancer => ({
    countsConnections: false,
    boardUs: refresh,
    choose: chooser(choice, addOwn ? withOwn : reported),
  }),
});
