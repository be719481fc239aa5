// A budget that allows what it does not have, and an eviction that takes nothing of it, are found.
import { expect, it } from 'vitest';
import type { ObjectRow } from '../model/rows.ts';
import { BudgetInvariants } from './budget-invariants.ts';

const ROW = 3 as ObjectRow;

const budget = (disruptionsAllowed: number, currentHealthy: number, disrupted: readonly string[] = []) => ({
  metadata: { name: 'web' },
  status: {
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy: 2,
    expectedPods: 4,
    disruptedPods: Object.fromEntries(disrupted.map((pod) => [pod, '2026-01-01T00:00:00Z'])),
  },
});

it('says nothing of evictions that are counted, and of pods that come and go', () => {
  const invariants = new BudgetInvariants();
  const written = [
    budget(2, 4),
    budget(1, 4, ['a']),
    budget(0, 4, ['a', 'b']),
    budget(0, 2),
    budget(0, 1),
    budget(1, 3),
  ];
  for (const one of written) expect(invariants.committed(ROW, one)).toBeUndefined();
});

it.each([
  [3, 4],
  [1, 2],
  [-1, 2],
])('finds one that allows %i with %i healthy pods', (allowed, healthy) => {
  expect(new BudgetInvariants().committed(ROW, budget(allowed, healthy))).toBe(
    `PodDisruptionBudget web allows ${allowed} disruptions, with ${healthy} healthy pods of 2`,
  );
});

it('finds an eviction that was not allowed, and one that counts for nothing', () => {
  const invariants = new BudgetInvariants();
  invariants.committed(ROW, budget(0, 2));
  expect(invariants.committed(ROW, budget(0, 2, ['a']))).toBe(
    'PodDisruptionBudget web allowed 0 disruptions, and 0 after the eviction of a',
  );
  invariants.committed(ROW, budget(2, 4));
  expect(invariants.committed(ROW, budget(2, 4, ['b']))).toMatch(/after the eviction of b$/);
});

it('begins anew with a budget that is made again, and with a restored cluster', () => {
  const invariants = new BudgetInvariants();
  for (const begin of [() => invariants.removed(ROW), () => invariants.restored()]) {
    invariants.committed(ROW, budget(0, 2));
    begin();
    expect(invariants.committed(ROW, budget(0, 2, ['a']))).toBeUndefined();
  }
});
