// What resilience4j's breaker does by itself when its time has come: CircuitBreakerStateMachine schedules both of these.
import { expect, it } from 'vitest';
import { BreakerState } from './breaker-state.ts';
import { CircuitBreakerMachine } from './circuit-breaker-machine.ts';

const S = 1e6;

/** Opens at 0 s for 10 s. */
function opened(maxWaitS: number, automatic: boolean): CircuitBreakerMachine {
  const machine = new CircuitBreakerMachine(
    {
      failureRateThreshold: 50,
      slowCallRateThreshold: 100,
      slowCallDurationThresholdUs: 60 * S,
      slidingWindowType: 'COUNT_BASED',
      slidingWindowSize: 2,
      minimumNumberOfCalls: 2,
      permittedNumberOfCallsInHalfOpenState: 2,
      maxWaitDurationInHalfOpenStateUs: maxWaitS * S,
      automaticTransitionFromOpenToHalfOpenEnabled: automatic,
      waitDurationInOpenStateUs: () => 10 * S,
    },
    0,
  );
  machine.record(true, 0, 0);
  machine.record(true, 0, 0);
  return machine;
}

it('waits for a call to be half-open, unless it does so by itself', () => {
  for (const [automatic, state] of [
    [false, BreakerState.Open],
    [true, BreakerState.HalfOpen],
  ] as const) {
    const machine = opened(0, automatic);
    machine.advance(10 * S - 1);
    expect(machine.state).toBe(BreakerState.Open);
    machine.advance(10 * S);
    expect([automatic, machine.state]).toEqual([automatic, state]);
    expect(machine.tryAcquirePermission(10 * S + 1)).toBe(true);
    expect(machine.state).toBe(BreakerState.HalfOpen);
  }
});

it('is half-open for ever where calls do not come back, unless that has a bound', () => {
  const forEver = opened(0, false);
  const bounded = opened(5, false);
  for (const machine of [forEver, bounded]) {
    // Both calls that may go never end.
    expect([11, 11, 11].map((s) => machine.tryAcquirePermission(s * S))).toEqual([true, true, false]);
  }
  expect(forEver.tryAcquirePermission(1000 * S)).toBe(false);
  // It opens again at 16 s, until 26 s.
  bounded.advance(16 * S - 1);
  expect(bounded.state).toBe(BreakerState.HalfOpen);
  expect([16, 26].map((s) => bounded.tryAcquirePermission(s * S))).toEqual([false, false]);
  expect(bounded.state).toBe(BreakerState.Open);
  expect(bounded.tryAcquirePermission(26 * S + 1)).toBe(true);
});

it('goes on by itself from one state to the other', () => {
  const machine = opened(5, true);
  // Half-open from 10 s, open from 15 s, half-open from 25 s, open from 30 s.
  const states = [9, 12, 17, 27, 32].map((s) => {
    machine.advance(s * S);
    return machine.state;
  });
  const { Open, HalfOpen } = BreakerState;
  expect(states).toEqual([Open, HalfOpen, Open, HalfOpen, Open]);
});
