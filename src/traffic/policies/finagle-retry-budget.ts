// Finagle's RetryBudget.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { duration } from '../../lib/units.ts';
import { FinagleRetryBudgetMachine } from './finagle-retry-budget-machine.ts';
import type { Policy, PolicyContext } from './policy.ts';

export const finagleRetryBudget = member({
  name: 'FinagleRetryBudget',
  summary: "Finagle's RetryBudget: a part of the calls of the last seconds may be tried again, and some each second.",
  args: z.strictObject({
    ttl: duration
      .refine((us) => us >= 1e6 && us <= 60e6 && us % 1e6 === 0, 'must be 1 to 60 whole seconds')
      .default(10_000_000)
      .describe('how long a call counts'),
    minRetriesPerSec: z.int().min(0).default(10).describe('retries that are always allowed, each second'),
    percentCanRetry: z.number().min(0).max(1000).default(0.2).describe('retries for each call: 0.2 is one for five'),
  }),
  create({ ttl, minRetriesPerSec, percentCanRetry }, context: PolicyContext): Policy {
    const ms = (us: number): number => Math.floor(us / 1000);
    const machine = new FinagleRetryBudgetMachine(ttl / 1e6, minRetriesPerSec, percentCanRetry, ms(context.nowUs()));
    return {
      begun: ({ nowUs }) => machine.deposit(ms(nowUs)),
      mayRetry: ({ nowUs }, left) => left && machine.tryWithdraw(ms(nowUs)),
    };
  },
});
