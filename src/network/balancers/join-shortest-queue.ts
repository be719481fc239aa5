// Hot dialect: join the shortest queue, JSQ or JSQ(d), as a sidecar can know it: by its own open connections.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Balancer } from './balancer.ts';
import { choiceArgs, chooser } from './least-of.ts';

export const joinShortestQueue = member({
  name: 'JoinShortestQueue',
  summary:
    'The endpoint to which the proxy of the caller has the fewest connections open, of all or of some drawn at random.',
  args: z.strictObject(choiceArgs),
  create: (args): Balancer => ({
    countsConnections: true,
    choose: chooser(args, (view, i) => view.open(i)),
  }),
});
