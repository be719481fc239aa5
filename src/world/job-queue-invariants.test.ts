// Queues that hold more than there is are found.
import { expect, it } from 'vitest';
import { checkJobQueues } from './job-queue-invariants.ts';

const queues = (a: number, b: number) => ({
  records: new Map([
    ['a', { quota: { gpu: 4 } }],
    ['b', { quota: { gpu: 2 } }],
  ]),
  held: (name: string) => ({ gpu: name === 'a' ? a : b, cpu: 100 }),
});

it('says nothing of what is borrowed', () => {
  checkJobQueues({ now: 5e6 }, queues(6, 0));
  checkJobQueues({ now: 5e6 }, undefined);
});

it('finds what nobody has', () => {
  expect(() => checkJobQueues({ now: 5e6 }, queues(5, 2))).toThrow(
    'at 5 s: queues of Jobs hold 7 gpu, their quotas are 6',
  );
});
