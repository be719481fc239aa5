// Load shedding by priority, as WeChat's DAGOR does it.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { someDuration } from '../../lib/units.ts';
import { DagorMachine } from './dagor-machine.ts';
import { type Policy, type PolicyContext, REJECTED } from './policy.ts';

export const priorityShedding = member({
  name: 'PriorityShedding',
  summary:
    "At a server: while requests wait too long, those of low priority are refused, level by level (WeChat's DAGOR).",
  args: z.strictObject({
    target: someDuration.default(20_000).describe('mean time that requests may wait'),
    window: someDuration.default(1_000_000).describe('after which it is judged'),
    windowRequests: z.int().min(1).default(2000).describe('or after so many requests'),
    alpha: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.05)
      .describe('share of those admitted by which they become fewer at overload'),
    beta: z
      .number()
      .gt(0)
      .max(1)
      .default(0.01)
      .describe('share of those that came by which they become more otherwise'),
  }),
  create({ target, window, windowRequests, alpha, beta }, context: PolicyContext): Policy {
    const settings = { targetUs: target, windowUs: window, windowRequests, alpha, beta };
    const machine = new DagorMachine(settings, context.nowUs());
    return {
      limit() {
        return machine.level;
      },
      admit: ({ priority, request, nowUs }) => (machine.admits(priority, request, nowUs) ? 0 : REJECTED),
      serves({ nowUs, startedUs }) {
        machine.waited(nowUs - startedUs);
        return true;
      },
    };
  },
});
