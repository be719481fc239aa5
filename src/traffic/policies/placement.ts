// On which side of a call a policy has something to do, as far as what it has tells.
import type { Policy } from './policy.ts';

export type Side = 'caller' | 'server';

const CALLERS_ONLY = [
  'begun',
  'mayRetry',
  'retryUs',
  'concluded',
  'uses',
  'connects',
  'gaveUp',
  'deadlineUs',
  'hedging',
  'fallback',
] as const;

/** What is wrong with the policy on that side, with a way out; undefined: nothing. */
export function misplaced(policy: Policy, side: Side): string | undefined {
  if (side === 'caller') {
    return policy.serves !== undefined || policy.needsQueue === true
      ? 'looks at requests that wait at a server: put it into `policies` of the behavior'
      : undefined;
  }
  return CALLERS_ONLY.some((part) => policy[part] !== undefined)
    ? 'is one of callers: put it into `policies` of a call, a source or a route'
    : undefined;
}
