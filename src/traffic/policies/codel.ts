// Load shedding by how long requests wait.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { someDuration } from '../../lib/units.ts';
import { CodelMachine } from './codel-machine.ts';
import { FollyCodelMachine } from './folly-codel-machine.ts';
import type { Policy, PolicyContext } from './policy.ts';

export const codel = member({
  name: 'CoDel',
  summary:
    'At a server: once even the shortest wait of an interval was above the target, requests are dropped that waited too long.',
  args: z.strictObject({
    target: someDuration.default(5000).describe('that a request may wait'),
    interval: someDuration.default(100_000).describe('for which all may wait longer'),
    variant: z
      .enum(['folly', 'rfc8289'])
      .default('folly')
      .describe('drop all that waited twice the target, as Folly does, or some at a time and ever more, as routers do'),
  }),
  create({ target, interval, variant }, context: PolicyContext): Policy {
    if (variant === 'folly') {
      const machine = new FollyCodelMachine(target, interval, context.nowUs());
      return { serves: ({ nowUs, startedUs }) => !machine.drops(nowUs - startedUs, nowUs) };
    }
    const machine = new CodelMachine(target, interval);
    return {
      serves: ({ nowUs, startedUs, waiting }) => !machine.drops(nowUs - startedUs, waiting === 0, nowUs),
    };
  },
});
