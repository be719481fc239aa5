// Hot dialect: the endpoint with the least load, of all or of some that are drawn; ties are broken at random.
import { z } from 'zod';
import type { BalancerView } from './balancer.ts';

/** The load of endpoint i as the balancer knows it. */
export type Load = (view: BalancerView, i: number) => number;

const MOST_CHOICES = 64;

/** The arguments of a balancer that compares endpoints. */
export const choiceArgs = {
  choices: z
    .int()
    .min(1)
    .max(MOST_CHOICES)
    .optional()
    .describe('how many endpoints are drawn and compared (default: all)'),
  replacement: z.boolean().default(false).describe('whether an endpoint may be drawn more than once'),
};

interface Choice {
  readonly choices?: number | undefined;
  readonly replacement: boolean;
}

/** The choice that the arguments ask for. */
export function chooser({ choices, replacement }: Choice, load: Load): (view: BalancerView) => number {
  if (choices === undefined) return (view) => leastOfAll(view, load);
  return replacement ? (view) => leastOfDrawnAgain(view, choices, load) : (view) => leastOfDrawn(view, choices, load);
}

/** One of the endpoints with the least load. */
function leastOfAll(view: BalancerView, load: Load): number {
  const { count } = view;
  let best = 0;
  let least = load(view, 0);
  let ties = 1;
  for (let i = 1; i < count; i += 1) {
    const here = load(view, i);
    if (here > least) continue;
    if (here < least) ties = 0;
    ties += 1;
    least = here;
    if (ties === 1 || view.random(ties) === 0) best = i;
  }
  return best;
}

const drawn = new Int32Array(MOST_CHOICES);

/** Of endpoints drawn at random the one with the least load, the first of equals; an endpoint may be drawn again. */
function leastOfDrawnAgain(view: BalancerView, choices: number, load: Load): number {
  let best = view.random(view.count);
  let least = load(view, best);
  for (let n = 1; n < choices; n += 1) {
    const i = view.random(view.count);
    const here = load(view, i);
    if (here >= least) continue;
    best = i;
    least = here;
  }
  return best;
}

/** The same with different endpoints; all where there are no more. */
function leastOfDrawn(view: BalancerView, choices: number, load: Load): number {
  if (choices >= view.count) return leastOfAll(view, load);
  let best = -1;
  let least = 0;
  for (let n = 0; n < choices; n += 1) {
    // The k-th of those that have not been drawn, which are kept in ascending order.
    let i = view.random(view.count - n);
    let at = 0;
    while (at < n && drawn[at] <= i) {
      i += 1;
      at += 1;
    }
    drawn.copyWithin(at + 1, at, n);
    drawn[at] = i;
    const here = load(view, i);
    if (n === 0 || here < least) {
      best = i;
      least = here;
    }
  }
  return best;
}
