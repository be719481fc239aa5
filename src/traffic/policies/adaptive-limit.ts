// A policy around a limit of calls at a time that moves with how long they take.
import { Outcome } from '../calls.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import { type Policy, REJECTED } from './policy.ts';

/** What the limit learns from: a refused or late call is a drop, as Netflix' limiters have it; a failed one says nothing. */
export function limited(by: ConcurrencyLimit): Policy {
  let inFlight = 0;
  return {
    limit() {
      return by.limit;
    },
    admit(attempt) {
      if (inFlight >= by.limit) return REJECTED;
      inFlight += 1;
      attempt.memory = inFlight;
      return 0;
    },
    withdrawn() {
      inFlight -= 1;
    },
    ended({ memory, outcome, startedUs, nowUs }) {
      inFlight -= 1;
      if (outcome === Outcome.Error || outcome === Outcome.Refused || outcome === Outcome.Reset) return;
      const dropped = outcome !== Outcome.Ok;
      by.sample(Math.max(1, 1000 * (nowUs - startedUs)), memory, dropped);
    },
  };
}
