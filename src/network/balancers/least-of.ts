// Hot dialect: the endpoint with the least load, of all or of some that are drawn; ties are broken at random.
import type { BalancerView } from './balancer.ts';

/** Of the endpoints, or of `choices` different ones drawn at random, one of those with the least load. */
export function leastOf(view: BalancerView, choices: number, load: (view: BalancerView, i: number) => number): number {
  const { count } = view;
  if (choices < count) return leastOfDrawn(view, choices, load);
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

const drawn = new Int32Array(64);

/** At most that many are drawn. */
export const MOST_CHOICES = drawn.length;

/** The first of equals: their order is random. */
function leastOfDrawn(view: BalancerView, choices: number, load: (view: BalancerView, i: number) => number): number {
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
