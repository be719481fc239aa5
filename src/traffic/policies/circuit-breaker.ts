// resilience4j's CircuitBreaker: calls to what fails, or is slow, too often are refused for a while.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { duration, someDuration } from '../../lib/units.ts';
import { Outcome } from '../calls.ts';
import { CircuitBreakerMachine } from './circuit-breaker-machine.ts';
import { exponentialMs, randomizedMs } from './interval-functions.ts';
import { type Policy, type PolicyContext, REJECTED } from './policy.ts';

const percent = z.number().gt(0).max(100);
const some = z.int().min(1);

export const circuitBreaker = member({
  name: 'CircuitBreaker',
  summary:
    "resilience4j's CircuitBreaker: refuses calls for a while when too many of the last ones failed or were slow.",
  args: z
    .strictObject({
      failureRateThreshold: percent.default(50).describe('percent of failures at which it opens'),
      slowCallRateThreshold: percent.default(100).describe('percent of slow calls at which it opens'),
      slowCallDurationThreshold: someDuration.default(60_000_000).describe('a call that takes longer is slow'),
      slidingWindowType: z
        .enum(['COUNT_BASED', 'TIME_BASED'])
        .default('COUNT_BASED')
        .describe('whether it looks at the last calls or seconds'),
      slidingWindowSize: some.default(100).describe('of these, how many'),
      minimumNumberOfCalls: some.default(100).describe('calls without which no rate counts'),
      permittedNumberOfCallsInHalfOpenState: some.default(10).describe('calls by which a half-open one is tried'),
      maxWaitDurationInHalfOpenState: duration
        .default(0)
        .describe('after which a half-open one opens again without a rate; 0 is never'),
      waitDurationInOpenState: someDuration.default(60_000_000).describe('that it stays open'),
      automaticTransitionFromOpenToHalfOpenEnabled: z
        .boolean()
        .default(false)
        .describe('whether it is half-open then, and not when the next call comes'),
      exponentialBackoffMultiplier: z
        .number()
        .min(1)
        .default(1)
        .describe('by which that grows with each opening in a row'),
      exponentialMaxWaitDurationInOpenState: someDuration.optional().describe('how long it stays open at most then'),
      randomizedWaitFactor: z
        .number()
        .min(0)
        .lt(1)
        .default(0)
        .describe('how far that is drawn from `waitDurationInOpenState`, where it does not grow'),
    })
    .refine(
      ({ exponentialBackoffMultiplier, randomizedWaitFactor }) =>
        exponentialBackoffMultiplier === 1 || randomizedWaitFactor === 0,
      {
        path: ['randomizedWaitFactor'],
        message: 'is for a `waitDurationInOpenState` that does not grow: expected one of the two',
      },
    ),
  create(args, context: PolicyContext): Policy {
    const { waitDurationInOpenState, exponentialBackoffMultiplier, randomizedWaitFactor } = args;
    const mostMs = (args.exponentialMaxWaitDurationInOpenState ?? Infinity) / 1000;
    const drawnMs = (ms: number): number =>
      randomizedWaitFactor === 0 ? ms : randomizedMs(ms, randomizedWaitFactor, context.random.uniform());
    const machine = new CircuitBreakerMachine(
      {
        ...args,
        slowCallDurationThresholdUs: args.slowCallDurationThreshold,
        maxWaitDurationInHalfOpenStateUs: args.maxWaitDurationInHalfOpenState,
        waitDurationInOpenStateUs: (opening) =>
          1000 *
          Math.min(
            drawnMs(exponentialMs(waitDurationInOpenState / 1000, exponentialBackoffMultiplier, opening)),
            mostMs,
          ),
      },
      context.nowUs(),
    );
    return {
      state() {
        machine.advance(context.nowUs());
        return machine.state;
      },
      admit: ({ nowUs }) => (machine.tryAcquirePermission(nowUs) ? 0 : REJECTED),
      withdrawn: () => machine.releasePermission(),
      ended: ({ outcome, startedUs, nowUs }) => machine.record(outcome !== Outcome.Ok, nowUs - startedUs, nowUs),
    };
  },
});
