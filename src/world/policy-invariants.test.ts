// A bulkhead that holds more than its permits, and a detector that has ejected fewer than none, are noticed.
import { expect, it } from 'vitest';
import { checkPolicies } from './policy-invariants.ts';

const place = (used: number, bound = 3, ejected = 0) => ({
  where: 'front → default/back',
  policy: 'Bulkhead',
  copies: new Map([[{ used: () => used, bound: () => bound, ejectedEndpoints: () => ejected }, 0]]),
});

it('keeps to bounds', () => {
  checkPolicies({ now: 5 }, [place(0), place(3)]);
  expect(() => checkPolicies({ now: 5 }, [place(4)])).toThrow('Bulkhead of front → default/back has 4 of 3 in use');
  expect(() => checkPolicies({ now: 5 }, [place(-1)])).toThrow('has -1 of 3 in use');
  expect(() => checkPolicies({ now: 5 }, [place(1, 3, -1)])).toThrow('ejected fewer than no endpoints');
});
