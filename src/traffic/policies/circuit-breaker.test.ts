// How long resilience4j's breaker stays open with what its Spring starter configures, of which there are no records.
import { expect, it } from 'vitest';
import { Outcome } from '../calls.ts';
import { BreakerState } from './breaker-state.ts';
import { circuitBreaker } from './circuit-breaker.ts';
import type { PolicyContext } from './policy.ts';

const usual = {
  slidingWindowSize: 1,
  minimumNumberOfCalls: 1,
  permittedNumberOfCallsInHalfOpenState: 1,
  waitDurationInOpenState: '10s',
  automaticTransitionFromOpenToHalfOpenEnabled: true,
};

it.each([
  [{}, [10, 10, 10]],
  [{ exponentialBackoffMultiplier: 2 }, [10, 20, 40]],
  [{ exponentialBackoffMultiplier: 2, exponentialMaxWaitDurationInOpenState: '15s' }, [10, 15, 15]],
  // Drawn from 5 to 15 s, by the largest number.
  [{ randomizedWaitFactor: 0.5 }, [15, 15, 15]],
])('%j: %j s', (more, expected) => {
  let nowUs = 0;
  const context = { nowUs: () => nowUs, random: { uniform: () => 0.9999 } } as unknown as PolicyContext;
  const breaker = circuitBreaker.create(circuitBreaker.args.parse({ ...usual, ...more }), context);
  const waits = expected.map(() => {
    breaker.admit?.({ nowUs } as never);
    breaker.ended?.({ outcome: Outcome.Error, startedUs: nowUs, nowUs } as never);
    let seconds = 0;
    while (breaker.state?.() === BreakerState.Open && seconds < 100) {
      seconds += 1;
      nowUs += 1e6;
    }
    return seconds;
  });
  expect(waits).toEqual(expected);
});

it('cannot grow and be drawn', () => {
  const both = circuitBreaker.args.safeParse({ exponentialBackoffMultiplier: 2, randomizedWaitFactor: 0.5 });
  expect(both.success).toBe(false);
});
