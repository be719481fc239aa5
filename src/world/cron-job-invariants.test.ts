// A CronJob that makes a second Job beside the first one, against its policy, is found.
import { expect, it } from 'vitest';
import type { ObjectRow } from '../model/rows.ts';
import { CronJobInvariants } from './cron-job-invariants.ts';

const ROW = 3 as ObjectRow;

const cronJob = (active: number, concurrencyPolicy: string) => ({
  metadata: { name: 'night' },
  spec: { concurrencyPolicy },
  status: { active: Array.from({ length: active }, (_, i) => ({ name: `night-${i}` })) },
});

it.each(['Forbid', 'Replace'])('one with the policy %s', (policy) => {
  const invariants = new CronJobInvariants();
  for (const active of [0, 1, 0, 1]) expect(invariants.committed(ROW, cronJob(active, policy))).toBeUndefined();
  expect(invariants.committed(ROW, cronJob(2, policy))).toBe(
    `CronJob night has 2 active Jobs, and its policy is ${policy}`,
  );
});

it('not one that allows it, nor what is left of a time at which it did', () => {
  const invariants = new CronJobInvariants();
  for (const active of [1, 2, 3]) expect(invariants.committed(ROW, cronJob(active, 'Allow'))).toBeUndefined();
  for (const active of [3, 2, 1]) expect(invariants.committed(ROW, cronJob(active, 'Forbid'))).toBeUndefined();
  expect(invariants.committed(ROW, cronJob(2, 'Forbid'))).toBeDefined();
});
