// A fallback: what a caller does without the answer.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { duration } from '../../lib/units.ts';
import { Outcome, outcomeNames } from '../calls.ts';
import type { Policy } from './policy.ts';

const failures = outcomeNames.filter((name) => name !== 'ok');

export const fallback = member({
  name: 'Fallback',
  summary:
    'The caller goes on without the answer, with a default or what it has cached: a failed call is no failure of its own.',
  args: z.strictObject({
    takes: duration.default(0).describe('how long that takes'),
    on: z
      .array(z.enum(failures as [string, ...string[]]))
      .default([...failures])
      .describe('after which failures'),
  }),
  create({ takes, on }): Policy {
    const covered = new Set(on.map((name) => outcomeNames.findIndex((one) => one === name)));
    return { fallback: { takesUs: takes, covers: (outcome) => outcome !== Outcome.Ok && covered.has(outcome) } };
  },
});
