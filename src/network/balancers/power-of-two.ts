// Hot dialect: the power of two choices (Mitzenmacher 2001), Envoy's LEAST_REQUEST.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Balancer } from './balancer.ts';

export const powerOfTwo = member({
  name: 'PowerOfTwo',
  summary: 'Of two endpoints drawn at random, the one to which the proxy of the caller has fewer connections open.',
  args: z.strictObject({
    replacement: z.boolean().default(false).describe('whether both draws may be the same endpoint'),
  }),
  create: ({ replacement }): Balancer => ({
    countsConnections: true,
    choose(view) {
      const { count } = view;
      const first = view.random(count);
      if (count === 1) return first;
      let second = view.random(replacement ? count : count - 1);
      if (!replacement && second >= first) second += 1;
      return view.open(second) < view.open(first) ? second : first;
    },
  }),
});
