// After which failures Envoy tries again: the conditions of retry_on.
import { expect, it } from 'vitest';
import { Outcome } from '../calls.ts';
import { envoyRetryPolicy } from './envoy-retry-policy.ts';
import type { PolicyContext } from './policy.ts';

const { Error, Overload, Refused, Reset, Timeout } = Outcome;

it.each([
  [['5xx'], [Error, Overload, Refused, Reset, Timeout]],
  [['gateway-error'], [Overload, Refused, Reset, Timeout]],
  [['reset'], [Refused, Reset, Timeout]],
  [['connect-failure'], [Refused]],
  [[], []],
  [['retriable-status-codes'], [Error]],
  [['unavailable'], [Overload]],
  [
    ['internal', 'connect-failure'],
    [Error, Refused],
  ],
  [
    ['connect-failure', 'gateway-error'],
    [Overload, Refused, Reset, Timeout],
  ],
])('%j', (retryOn, retried) => {
  const context = { random: { uniform: () => 0.5 } } as unknown as PolicyContext;
  const args = { retryOn, retriableStatusCodes: [500, 599], numRetries: 1, baseInterval: 25_000 } as never;
  const policy = envoyRetryPolicy.create(args, context);
  const outcomes = [Error, Overload, Refused, Reset, Timeout];
  const tries = (number: number) =>
    outcomes.filter((outcome) => (policy.retryUs?.({ number, outcome } as never) ?? -1) >= 0);
  expect(tries(0)).toEqual([...retried].sort((a, b) => outcomes.indexOf(a) - outcomes.indexOf(b)));
  expect(tries(1)).toEqual([]);
});
