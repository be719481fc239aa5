// Envoy's retry policy of a route: how many retries, and its fully drawn back-off.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { someDuration } from '../../lib/units.ts';
import { Outcome } from '../calls.ts';
import type { Policy, PolicyContext } from './policy.ts';

const NO_ANSWER = [Outcome.Refused, Outcome.Reset, Outcome.Timeout];
/** Where there is no answer it would have been a 503 or 504. Source: Envoy's `wouldRetryFromHeaders` and `wouldRetryFromReset`. */
const FAILURES: Readonly<Record<string, readonly number[]>> = {
  '5xx': [Outcome.Error, Outcome.Overload, ...NO_ANSWER],
  'gateway-error': [Outcome.Overload, ...NO_ANSWER],
  reset: NO_ANSWER,
  'connect-failure': [Outcome.Refused],
  // By the grpc-status of an answer.
  internal: [Outcome.Error],
  unavailable: [Outcome.Overload],
  'resource-exhausted': [Outcome.Overload],
};

/** Of answers: a status of Envoy's own is none that it looks at. */
const ANSWERED: ReadonlyMap<number, number> = new Map([
  [500, Outcome.Error],
  [503, Outcome.Overload],
]);

export const envoyRetryPolicy = member({
  name: 'EnvoyRetryPolicy',
  summary: "Envoy's retry policy: so many retries, each after a time drawn from 0 to an exponentially growing one.",
  args: z.strictObject({
    retryOn: z
      .array(
        z.enum([
          '5xx',
          'gateway-error',
          'reset',
          'connect-failure',
          'retriable-status-codes',
          'internal',
          'unavailable',
          'resource-exhausted',
        ]),
      )
      .default(['5xx'])
      .describe('after which failures'),
    retriableStatusCodes: z
      .array(z.int().min(100).max(599))
      .default([])
      .describe('what retriable-status-codes are; answers have 500, or 503 for overload'),
    numRetries: z.int().min(0).default(1).describe('attempts after the first'),
    baseInterval: someDuration.default(25_000).describe('the back-off that grows'),
    maxInterval: someDuration.optional().describe('at most; without it ten times the first'),
  }),
  create(
    { retryOn, retriableStatusCodes, numRetries, baseInterval, maxInterval = 10 * baseInterval },
    { random }: PolicyContext,
  ): Policy {
    const answered = retriableStatusCodes.flatMap((status) => ANSWERED.get(status) ?? []);
    const retried = new Set(
      retryOn.flatMap((condition) => (condition === 'retriable-status-codes' ? answered : FAILURES[condition])),
    );
    return {
      retries: (outcome) => retried.has(outcome),
      retryUs({ number, outcome }) {
        if (number >= numRetries || !retried.has(outcome)) return -1;
        return Math.floor(random.uniform() * Math.min(baseInterval * (2 ** (number + 1) - 1), maxInterval));
      },
    };
  },
});
