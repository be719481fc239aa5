// Blue-green: all new pods beside all old ones, then all requests at once; the old pods stay a while, for the way back.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { duration } from '../../../lib/units.ts';
import type { Rollout, RolloutContext } from './rollout.ts';
import { available, dropOthers, judgement, Trial } from './trial.ts';

export const blueGreen = member({
  name: 'BlueGreen',
  summary:
    'Makes all new pods, then switches all requests to them; the old ones stay for the way back, which a condition on figures takes.',
  args: z.strictObject({
    keep: duration
      .default(300e6)
      .describe('how long the old pods stay after the switch, and the conditions are judged'),
    ...judgement,
  }),
  create({ keep, ...judged }, context: RolloutContext): Rollout {
    const trial = new Trial(context, judged);
    /** When the requests went over; Infinity before. */
    let switchedUs = Infinity;
    return {
      *sync(work) {
        const { newest, old } = yield* work.revisions(true);
        if (newest === undefined) return;
        const serving = trial.serving(newest, old);
        if (serving === undefined) return yield* trial.settle(work, newest, old);
        if (trial.begins(newest)) switchedUs = Infinity;
        yield* dropOthers(work, old, serving);
        yield* work.scaleTo(serving, work.desired);
        if (trial.failure === undefined) {
          yield* work.scaleTo(newest, work.desired);
          if (available(newest) >= work.desired) switchedUs = Math.min(switchedUs, context.nowUs);
          const switched = switchedUs < Infinity;
          context.setWeights([serving, switched ? 0 : 1], [newest, switched ? 1 : 0]);
          if (switched) yield* trial.judge(work, newest, serving, switchedUs + keep);
          const over = context.nowUs >= switchedUs + keep;
          if (over && trial.failure === undefined) trial.promote(newest);
          if (over || trial.failure !== undefined) context.alarm(context.nowUs);
        } else yield* trial.goBack(work, newest, serving);
        yield* work.reportProgress(newest, old);
      },
    };
  },
});
