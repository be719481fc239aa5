// Sony's gobreaker: opens on failures in a row, or on a ratio of failures.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { duration } from '../../lib/units.ts';
import { Outcome } from '../calls.ts';
import { GobreakerMachine, Permit } from './gobreaker-machine.ts';
import { type Policy, type PolicyContext, REJECTED } from './policy.ts';
import { Count } from './rolling-counts.ts';

/** A generation and an age in one number. */
const AGES = 2 ** 32;

export const gobreaker = member({
  name: 'Gobreaker',
  summary: "Sony's gobreaker: refuses calls for a while after failures in a row, or a ratio of failures.",
  args: z.strictObject({
    maxRequests: z.int().min(0).default(1).describe('calls by which a half-open one is tried'),
    interval: duration.default(0).describe('after which counts are cleared; 0 is never'),
    bucketPeriod: duration.default(0).describe('steps in which the interval moves on; 0 is all at once'),
    timeout: duration.default(60_000_000).describe('that it stays open'),
    consecutiveFailures: z.int().min(1).default(6).describe('in a row, at which it trips'),
    failureRatio: z.number().gt(0).max(1).optional().describe('instead, at which it trips'),
    minimumRequests: z.int().min(1).default(10).describe('without which the ratio does not count'),
  }),
  create({ maxRequests, interval, bucketPeriod, timeout, ...trip }, context: PolicyContext): Policy {
    const { consecutiveFailures, failureRatio, minimumRequests } = trip;
    const machine = new GobreakerMachine(
      {
        maxRequests,
        intervalUs: interval,
        bucketPeriodUs: bucketPeriod,
        timeoutUs: timeout,
        readyToTrip: (counts) =>
          failureRatio === undefined
            ? counts[Count.ConsecutiveFailures] >= consecutiveFailures
            : counts[Count.Requests] >= minimumRequests &&
              counts[Count.Failures] / counts[Count.Requests] >= failureRatio,
      },
      context.nowUs(),
    );
    const done = (memory: number, what: number, nowUs: number): void =>
      machine.done(Math.floor(memory / AGES), memory % AGES, what, nowUs);
    return {
      state() {
        return machine.state(context.nowUs());
      },
      admit(attempt) {
        if (machine.allow(attempt.nowUs) !== Permit.Allow) return REJECTED;
        attempt.memory = machine.generation * AGES + machine.counts.age;
        return 0;
      },
      withdrawn: ({ memory, nowUs }) => done(memory, Count.Exclusions, nowUs),
      ended: ({ memory, outcome, nowUs }) =>
        done(memory, outcome === Outcome.Ok ? Count.Successes : Count.Failures, nowUs),
    };
  },
});
