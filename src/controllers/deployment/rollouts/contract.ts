// What a rollout from outside is held to: syncs that wait for what `work` gives, weights and times that make sense.
import { type Contract, type Fail, held, isBoolean, showNumber } from '../../../lib/contract.ts';
import type { FamilyContract } from '../../../lib/family.ts';
import { type Author, PluginError, thrown } from '../../../lib/plugin-error.ts';
import { show } from '../../../lib/show.ts';
import type { Wait } from '../../../engine/script.ts';
import { SyncFailed, type Steps } from '../../kit/sync.ts';
import type { Rollout, RolloutContext, RolloutLimits } from './rollout.ts';

export const rolloutContract: FamilyContract<RolloutContext, Rollout> = {
  nowUs: (context) => context.nowUs,
  built: (_context, author) => ({
    sync: {
      required: true,
      call(sync, args, fail) {
        const steps = sync(...args) as Partial<Iterator<unknown, void>> | undefined;
        if (typeof steps !== 'object' || typeof steps.next !== 'function') {
          return fail(`returned ${show(steps)}, expected a generator: \`*sync(work) { … }\``);
        }
        return guarded(steps as Iterator<unknown, void>, fail);
      },
    },
    waitsForOldPods: isBoolean,
    limits: {
      check: (value) => (typeof value === 'object' && value !== null ? undefined : 'an object'),
      take: (value) => held<RolloutLimits>(value, LIMITS, author),
    },
  }),
  context: checkedContext,
};

const pods = {
  required: true as const,
  call(method: (...args: number[]) => unknown, args: readonly number[], fail: Fail): number {
    const number = method(...args);
    if (Number.isInteger(number) && (number as number) >= 0) return number as number;
    return fail(`returned ${showNumber(number)}, expected a number of pods`);
  },
};

const LIMITS: Contract<RolloutLimits> = {
  maxSurge: pods,
  maxUnavailable: pods,
  newSize: pods,
  proportional: { ...isBoolean, required: true },
};

/** Steps of the plugin's: what it throws on its way is its fault, unless a write was refused, and it may wait for nothing of its own. */
function* guarded(steps: Iterator<unknown, void>, fail: Fail): Steps {
  for (;;) {
    let step: IteratorResult<unknown, void>;
    try {
      step = steps.next();
    } catch (error) {
      if (error instanceof SyncFailed || error instanceof PluginError) throw error;
      return fail(thrown(error));
    }
    if (step.done === true) return;
    if (typeof step.value !== 'function')
      fail(`yielded ${show(step.value)}, expected \`yield*\` of a method of \`work\``);
    yield step.value as Wait;
  }
}

function checkedContext(context: RolloutContext, author: Author): RolloutContext {
  const stop = (method: string, what: string): never => {
    throw new PluginError(author, method, what);
  };
  return {
    get nowUs() {
      return context.nowUs;
    },
    alarm(atUs) {
      if (typeof atUs !== 'number' || !Number.isFinite(atUs) || atUs < context.nowUs) {
        stop('alarm', `was given ${showNumber(atUs)}, expected a time in microseconds from now (${context.nowUs}) on`);
      }
      context.alarm(atUs);
    },
    setWeights(...weights) {
      for (const one of weights as readonly unknown[]) {
        const [revision, weight] = Array.isArray(one) ? (one as readonly unknown[]) : [];
        const named = typeof revision === 'object' && revision !== null && 'metadata' in revision;
        if (!named) stop('setWeights', `was given ${show(one)}, expected pairs of a ReplicaSet and its weight`);
        if (typeof weight !== 'number' || !Number.isFinite(weight) || weight < 0) {
          stop('setWeights', `was given the weight ${showNumber(weight)}, expected a number from 0 on`);
        }
      }
      context.setWeights(...weights);
    },
    readings(windowUs) {
      if (typeof windowUs !== 'number' || !(windowUs > 0) || !Number.isFinite(windowUs)) {
        stop('readings', `was given the window ${showNumber(windowUs)}, expected microseconds above 0`);
      }
      return context.readings(windowUs);
    },
  };
}
