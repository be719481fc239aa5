// Hot dialect: a Poisson process whose rate is that of the state of a Markov chain (MMPP), for bursts that come by themselves.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Random } from '../../engine/random.ts';
import { rate, someDuration } from '../../lib/units.ts';
import type { ArrivalContext, Arrivals } from './arrivals.ts';
import { shareOfVisits } from './visits.ts';

const state = z.strictObject({ rate, mean: someDuration, next: z.array(z.number().nonnegative()).optional() });

/** Weights of the states that follow: all others alike, if not said. */
function weights(states: readonly z.output<typeof state>[]): number[][] {
  return states.map(({ next }, i) => next ?? states.map((_, j) => (i === j ? 0 : 1)));
}

function hasWeights(states: readonly z.output<typeof state>[]): boolean {
  const isRow = (row: readonly number[], i: number): boolean =>
    row.length === states.length && row[i] === 0 && row.some((weight) => weight > 0);
  return weights(states).every(isRow);
}

/** Fischer and Meier-Hellstern, "The Markov-modulated Poisson process (MMPP) cookbook" (Performance Evaluation 18, 1993). */
export const mmpp = member({
  name: 'mmpp',
  summary: 'Independent requests at a mean rate that changes at random: calm and bursts, each for an exponential time.',
  args: z.strictObject({
    states: z
      .array(state)
      .min(2)
      .max(100)
      .refine(hasWeights, '`next` has a weight for each state, 0 for its own, and above 0 for one at least')
      .refine(
        (states) => !hasWeights(states) || shareOfVisits(weights(states)) !== undefined,
        'from each state the chain must come back to the first one',
      )
      .describe(
        'in each the mean number of requests is `rate`, for `mean` on average; `next` has weights of the states that follow (default: all others alike); the first one is drawn by how long each lasts',
      ),
  }),
  create({ states }, { random, startUs }: ArrivalContext): Arrivals {
    const chances = weights(states).map((row) => cumulative(row));
    const visits = shareOfVisits(weights(states)) ?? [];
    const perUs = Float64Array.from(states, ({ rate }) => rate / 1e6);
    const meansUs = Float64Array.from(states, ({ mean }) => mean);
    const silent = states.every(({ rate }, i) => rate === 0 || visits[i] === 0);
    // Memoryless: what is left of the state at the start is as long as a new one.
    let now = drawn(cumulative(states.map(({ mean }, i) => mean * visits[i])), random);
    let timeUs = startUs;
    let untilUs = startUs + meansUs[now] * random.exponential();
    return {
      next() {
        if (silent) return Number.POSITIVE_INFINITY;
        let left = random.exponential();
        for (;;) {
          const areaUs = (untilUs - timeUs) * perUs[now];
          if (left <= areaUs && perUs[now] > 0) {
            timeUs = Math.min(untilUs, timeUs + left / perUs[now]);
            return timeUs;
          }
          left -= areaUs;
          timeUs = untilUs;
          now = drawn(chances[now], random);
          untilUs += meansUs[now] * random.exponential();
        }
      },
    };
  },
});

function cumulative(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  for (let i = 0; i < weights.length; i += 1) {
    sum += weights[i];
    sums[i] = sum;
  }
  return sums;
}

/** An index, as likely as its part of the sum. */
function drawn(sums: Float64Array, random: Random): number {
  const point = random.uniform() * sums[sums.length - 1];
  let i = 0;
  while (sums[i] <= point) i += 1;
  return i;
}
