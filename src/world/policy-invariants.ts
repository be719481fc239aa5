// No policy gives more than it has: a bulkhead never holds more calls than its permits, a cluster no more requests than its bound.
import { InvariantError } from '../lib/assert.ts';
import type { Policy } from '../traffic/policies/policy.ts';

interface CheckedPlace {
  readonly where: string;
  readonly policy: string;
  readonly copies: ReadonlyMap<Pick<Policy, 'used' | 'bound' | 'ejectedEndpoints'>, unknown>;
}

/** Throws an InvariantError. */
export function checkPolicies(engine: { readonly now: number }, places: readonly CheckedPlace[]): void {
  for (const { where, policy, copies } of places) {
    for (const copy of copies.keys()) {
      const used = copy.used?.() ?? 0;
      const bound = copy.bound?.() ?? Infinity;
      if (used < 0 || used > bound) {
        throw new InvariantError(`at ${engine.now} µs: ${policy} of ${where} has ${used} of ${bound} in use`);
      }
      if ((copy.ejectedEndpoints?.() ?? 0) < 0) {
        throw new InvariantError(`at ${engine.now} µs: ${policy} of ${where} has ejected fewer than no endpoints`);
      }
    }
  }
}
