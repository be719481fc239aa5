// Canary: the new revision gets a share of the requests, step by step, and goes when its figures are bad.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { duration } from '../../../lib/units.ts';
import type { Rollout, RolloutContext } from './rollout.ts';
import { available, dropOthers, judgement, Trial } from './trial.ts';

const share = z
  .string()
  .regex(/^(\d{1,2}(\.\d+)?|100)\s?%$/, 'a percentage such as 5%')
  .transform((text) => Number.parseFloat(text) / 100);

export const canary = member({
  name: 'Canary',
  summary:
    'New pods beside all old ones get a share of the requests, step by step; they go when a condition on their figures holds.',
  args: z.strictObject({
    weights: z
      .array(share)
      .min(1)
      .prefault(['5%', '25%', '50%'])
      .describe('share of the requests at each step; at the end all'),
    pause: duration.default(120e6).describe('length of each step, from when its pods are available'),
    ...judgement,
  }),
  create({ weights, pause, ...judged }, context: RolloutContext): Rollout {
    const trial = new Trial(context, judged);
    let step = 0;
    /** When the pods of the step were there. */
    let sinceUs = Infinity;
    return {
      *sync(work) {
        const { newest, old } = yield* work.revisions(true);
        if (newest === undefined) return;
        const serving = trial.serving(newest, old);
        if (serving === undefined) return yield* trial.settle(work, newest, old);
        if (trial.begins(newest)) {
          step = 0;
          sinceUs = Infinity;
        }
        yield* dropOthers(work, old, serving);
        yield* work.scaleTo(serving, work.desired);
        if (trial.failure === undefined) {
          const weight = step < weights.length ? weights[step] : 1;
          const size = Math.min(work.desired, Math.max(1, Math.ceil(work.desired * weight)));
          yield* work.scaleTo(newest, size);
          const there = available(newest) >= size;
          // With the pods of the step that is over it has the share of that one.
          const given = there ? weight : available(newest) === 0 || step === 0 ? 0 : weights[step - 1];
          context.setWeights([serving, 1 - given], [newest, given]);
          if (there) sinceUs = Math.min(sinceUs, context.nowUs);
          if (available(newest) > 0) yield* trial.judge(work, newest, serving, sinceUs + pause);
          const whole = step === weights.length;
          const over = there && (whole || context.nowUs >= sinceUs + pause);
          if (over && whole && trial.failure === undefined) trial.promote(newest);
          if (over && !whole) {
            step += 1;
            sinceUs = Infinity;
          }
          // What follows from this is for the next sync.
          if (over || trial.failure !== undefined) context.alarm(context.nowUs);
        } else yield* trial.goBack(work, newest, serving);
        yield* work.reportProgress(newest, old);
      },
    };
  },
});
