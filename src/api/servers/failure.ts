// How a request fails on its way: what the client sees, and the code of `Refused` that its code gets.
import { Refused } from '../refused.ts';

/** HTTP codes, and what happens to connections. */
export const failures = {
  refused: Refused.Unreachable,
  reset: Refused.Unreachable,
  'conn-lost': Refused.Unreachable,
  'tls-timeout': Refused.Unreachable,
  '403': Refused.Unreachable,
  '429': Refused.TooManyRequests,
  '500': Refused.InternalError,
  '504': Refused.ServerTimeout,
} as const;

export type Failure = keyof typeof failures;

/** By number. */
export const failureNames = Object.keys(failures) as Failure[];
