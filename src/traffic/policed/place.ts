// A place of the scenario where a policy is used: what all of its copies have counted, and the copies that there are.
import type { Random } from '../../engine/random.ts';
import { BreakerState } from '../policies/breaker-state.ts';
import type { Policy } from '../policies/policy.ts';

export class Place {
  /** `front → shop/back`, or the image that serves. */
  readonly where: string;
  /** Of the member. */
  readonly policy: string;
  /** Attempts, or requests at a server, that it let through at once, let wait, and refused. */
  permitted = 0;
  waited = 0;
  rejected = 0;
  retriesRefused = 0;
  retries = 0;
  hedges = 0;
  fallbacks = 0;
  /** Times that a breaker opened, and that an endpoint was ejected. */
  openings = 0;
  ejections = 0;
  /** With the state in which each was seen last. */
  readonly copies = new Map<Policy, number>();
  readonly random: Random;
  #shared: unknown;

  constructor(where: string, policy: string, random: Random) {
    this.where = where;
    this.policy = policy;
    this.random = random;
  }

  shared<Part>(make: () => Part): Part {
    this.#shared ??= make();
    return this.#shared as Part;
  }

  /** Sums over the copies. */
  get open(): number {
    return this.#inState(BreakerState.Open);
  }

  get halfOpen(): number {
    return this.#inState(BreakerState.HalfOpen);
  }

  get ejectedEndpoints(): number {
    let sum = 0;
    for (const copy of this.copies.keys()) sum += copy.ejectedEndpoints?.() ?? 0;
    return sum;
  }

  /** Mean of those that have one. */
  get limit(): number | undefined {
    let sum = 0;
    let count = 0;
    for (const copy of this.copies.keys()) {
      const limit = copy.limit?.();
      if (limit === undefined) continue;
      sum += limit;
      count += 1;
    }
    return count === 0 ? undefined : sum / count;
  }

  #inState(state: number): number {
    let count = 0;
    for (const copy of this.copies.keys()) if (copy.state?.() === state) count += 1;
    return count;
  }
}
