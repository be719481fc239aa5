// gRPC's status codes for the ends that a call may have.
import { z } from 'zod';
import { Outcome } from '../calls.ts';

const codes = {
  UNKNOWN: [Outcome.Error],
  INTERNAL: [Outcome.Error],
  DEADLINE_EXCEEDED: [Outcome.Timeout],
  UNAVAILABLE: [Outcome.Refused, Outcome.Reset, Outcome.Overload],
  RESOURCE_EXHAUSTED: [Outcome.Overload],
} as const;

type Code = keyof typeof codes;

/** Without a list: what tells that nobody has served the call. */
export const statusCodes = z
  .array(z.enum(Object.keys(codes) as [Code, ...Code[]]))
  .min(1)
  .default(['UNAVAILABLE']);

/** Whether an end is one of these. */
export function isNonFatal(of: readonly Code[], outcome: number): boolean {
  return of.some((code) => (codes[code] as readonly number[]).includes(outcome));
}
