// Decisions about queues against worked examples: who is admitted, who waits for whom, who has to stop.
import { describe, expect, it } from 'vitest';
import { Stream } from '../engine/random.ts';
import type { QueuedJob } from './job-queue.ts';
import type { QueueSpec } from './quota-tree.ts';
import { queueUses } from './quota-tree.ts';
import { decideRound } from './round.ts';

function queue(name: string, gpu: number, more: Partial<QueueSpec> = {}): QueueSpec {
  return {
    name,
    cohort: 'all',
    quota: { gpu },
    borrowingLimit: {},
    lendingLimit: {},
    weight: 1,
    strict: false,
    withinQueue: 'Never',
    reclaim: 'Never',
    ...more,
  };
}

let created = 0;

function job(name: string, inQueue: string, gpu: number, more: Partial<QueuedJob> = {}): QueuedJob {
  created += 1;
  return {
    namespace: 'default',
    name,
    queue: inQueue,
    priority: 0,
    requests: { gpu },
    createdUs: created,
    state: 'waiting',
    admittedUs: more.state === undefined ? -1 : created,
    ...more,
  };
}

const many = (count: number, name: string, inQueue: string, gpu = 1): QueuedJob[] =>
  Array.from({ length: count }, (_, at) => job(`${name}-${at}`, inQueue, gpu));

/** `admit a, preempt b, wait c`. */
function said(specs: readonly QueueSpec[], jobs: readonly QueuedJob[], fair = false): string {
  return decideRound(specs, jobs, fair, new Set())
    .map(({ type, job: { name } }) => `${type} ${name}`)
    .join(', ');
}

/** Carries decisions out until there are none; pods go at once. */
function settled(specs: readonly QueueSpec[], jobs: readonly QueuedJob[], fair: boolean): QueuedJob[] {
  let now = [...jobs];
  const promised = new Set<string>();
  for (let round = 0; round < 1000; round += 1) {
    const decisions = decideRound(specs, now, fair, promised).filter(({ type }) => type !== 'wait');
    if (decisions.length === 0) return now;
    const changed = new Map(decisions.map(({ type, job: of }) => [of, type]));
    now = now.map((one) => {
      const type = changed.get(one);
      created += 1;
      if (type === 'admit') return { ...one, state: 'admitted', admittedUs: created };
      return type === 'preempt' ? { ...one, state: 'waiting', admittedUs: -1 } : one;
    });
  }
  throw new Error('never settles');
}

const heldBy = (jobs: readonly QueuedJob[], name: string): number =>
  jobs
    .filter((one) => one.queue === name && one.state === 'admitted')
    .reduce((sum, one) => sum + one.requests['gpu'], 0);

describe('quotas', () => {
  it('admits what fits, and with BestEffortFIFO what overtakes', () => {
    const jobs = [job('first', 'a', 3), job('large', 'a', 3), job('small', 'a', 1)];
    const alone = { cohort: '' };
    expect(said([queue('a', 4, alone)], jobs)).toBe('admit first, wait large, admit small');
    expect(said([queue('a', 4, { ...alone, strict: true })], jobs)).toBe('admit first, wait large');
  });

  it('are taken by priority, then by age', () => {
    const jobs = [job('old', 'a', 1), job('older', 'a', 1, { createdUs: 0 }), job('urgent', 'a', 1, { priority: 5 })];
    expect(said([queue('a', 2)], jobs)).toBe('admit urgent, admit older, wait old');
  });

  it('are lent within a cohort, up to both limits', () => {
    const jobs = many(9, 'j', 'a');
    const admitted = (specs: readonly QueueSpec[]): number => heldBy(settled(specs, jobs, false), 'a');
    expect(admitted([queue('a', 2), queue('b', 4)])).toBe(6);
    expect(admitted([queue('a', 2), queue('b', 4, { cohort: 'other' })])).toBe(2);
    expect(admitted([queue('a', 2, { borrowingLimit: { gpu: 1 } }), queue('b', 4)])).toBe(3);
    expect(admitted([queue('a', 2), queue('b', 4, { lendingLimit: { gpu: 3 } })])).toBe(5);
    // What others have borrowed is not there.
    expect(said([queue('a', 2), queue('b', 4)], [job('b', 'b', 6, { state: 'admitted' }), job('a', 'a', 1)])).toBe(
      'wait a',
    );
  });

  it('say what is missing', () => {
    const [decision] = decideRound(
      [queue('a', 2, { cohort: '' })],
      [job('x', 'a', 1, { requests: { tpu: 1 } })],
      false,
      new Set(),
    );
    expect(decision).toMatchObject({ message: 'resource tpu unavailable in ClusterQueue a' });
    const [, second] = decideRound(
      [queue('a', 2, { cohort: '' })],
      [job('x', 'a', 1), job('y', 'a', 2)],
      false,
      new Set(),
    );
    expect(second).toMatchObject({ message: 'insufficient unused quota for gpu, 1 more needed' });
    const [never] = decideRound([queue('a', 2, { cohort: '' })], [job('z', 'a', 3)], false, new Set());
    expect(never).toMatchObject({ message: 'insufficient quota for gpu, request > maximum capacity' });
  });

  it('of heads that need not borrow come first', () => {
    const specs = [queue('a', 1), queue('b', 2)];
    expect(said(specs, [job('a', 'a', 2), job('b', 'b', 2)])).toBe('admit b, wait a');
  });
});

describe('preemption', () => {
  const within = { withinQueue: 'LowerPriority' } as const;

  it('within a queue takes the least and the youngest, and no more than it needs', () => {
    const jobs = [
      job('low-old', 'a', 1, { state: 'admitted', priority: 1 }),
      job('low-young', 'a', 1, { state: 'admitted', priority: 1 }),
      job('mid', 'a', 2, { state: 'admitted', priority: 2 }),
      job('high', 'a', 2, { priority: 3 }),
    ];
    expect(said([queue('a', 4, { ...within, cohort: '' })], jobs)).toBe(
      'preempt low-young, preempt low-old, wait high',
    );
    // Two small ones are not enough for three; then one of them may stay.
    const larger = jobs.with(3, job('high', 'a', 3, { priority: 3 }));
    expect(said([queue('a', 4, { ...within, cohort: '' })], larger)).toBe('preempt low-young, preempt mid, wait high');
    expect(said([queue('a', 4, { cohort: '' })], jobs)).toBe('wait high');
  });

  it('takes newer ones of the same priority only where it may', () => {
    const jobs = [job('old', 'a', 1), job('young', 'a', 1, { state: 'admitted' })];
    expect(said([queue('a', 1, within)], jobs)).toBe('wait old');
    expect(said([queue('a', 1, { withinQueue: 'LowerOrNewerEqualPriority' })], jobs)).toBe('preempt young, wait old');
  });

  it('takes back what is lent, from those that borrow and only that', () => {
    const specs = [queue('a', 4, { reclaim: 'Any' }), queue('b', 4)];
    const jobs = [
      ...many(6, 'b', 'b').map((one) => ({ ...one, state: 'admitted' as const, admittedUs: one.createdUs })),
      job('a', 'a', 4),
    ];
    expect(said(specs, jobs)).toBe('preempt b-5, preempt b-4, wait a');
    // Nobody takes what it would have to borrow itself.
    expect(said(specs, jobs.with(6, job('a', 'a', 5)))).toBe('wait a');
    expect(said([queue('a', 4, { reclaim: 'LowerPriority' }), queue('b', 4)], jobs)).toBe('wait a');
    expect(said([queue('a', 4), queue('b', 4)], jobs)).toBe('wait a');
  });

  it('waits until those that leave are gone, and keeps their place', () => {
    const specs = [queue('a', 4, { reclaim: 'Any', withinQueue: 'LowerPriority' }), queue('b', 0)];
    const jobs = [job('leaves', 'b', 4, { state: 'leaving' }), job('a', 'a', 4), job('b', 'b', 1)];
    expect(said(specs, jobs)).toBe('wait a, wait b');
    expect(said(specs, jobs.slice(1))).toBe('admit a, wait b');
  });
});

describe('fair sharing', () => {
  // KEP 1714, story 3: three queues without quota of their own, one of which counts three times as much, share 150 GPUs.
  const specs = [
    queue('shared', 150),
    queue('1a', 0, { reclaim: 'Any' }),
    queue('1b', 0, { reclaim: 'Any' }),
    queue('1c', 0, { reclaim: 'Any', weight: 3 }),
  ];
  const rush = () => [...many(200, 'a', '1a'), ...many(200, 'b', '1b'), ...many(200, 'c', '1c')];

  it('gives each by its weight', () => {
    const after = settled(specs, rush(), true);
    expect(['1a', '1b', '1c'].map((name) => heldBy(after, name))).toEqual([30, 30, 90]);
    // Without it, the oldest take all.
    expect(heldBy(settled(specs, rush(), false), '1a')).toBe(150);
  });

  it('takes from who has more, until nobody has', () => {
    const first = settled(specs, many(200, 'a', '1a'), true);
    expect(heldBy(first, '1a')).toBe(150);
    const after = settled(specs, [...first, ...many(200, 'b', '1b'), ...many(200, 'c', '1c')], true);
    expect(['1a', '1b', '1c'].map((name) => heldBy(after, name))).toEqual([30, 30, 90]);
  });
});

it('whatever comes, a cohort never holds more than it has, and it comes to rest', () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = new Stream(seed, 'queues');
    const one = <T>(choices: readonly T[]): T => choices[random.int(choices.length)];
    const specs = ['a', 'b', 'c'].map((name) =>
      queue(name, random.int(6), {
        withinQueue: one(['Never', 'LowerPriority', 'LowerOrNewerEqualPriority'] as const),
        reclaim: one(['Never', 'LowerPriority', 'Any'] as const),
        strict: random.int(3) === 0,
        lendingLimit: random.int(3) === 0 ? { gpu: random.int(3) } : {},
        borrowingLimit: random.int(3) === 0 ? { gpu: random.int(4) } : {},
        weight: 1 + random.int(3),
      }),
    );
    const there = specs.reduce((sum, { quota }) => sum + quota['gpu'], 0);
    const fair = seed % 2 === 0;
    let jobs: QueuedJob[] = [];
    for (let step = 0; step < 12; step += 1) {
      jobs = jobs.filter(() => random.int(4) > 0);
      jobs.push(job(`j${step}`, one(['a', 'b', 'c']), 1 + random.int(4), { priority: random.int(3) }));
      jobs.push(job(`k${step}`, one(['a', 'b', 'c']), random.int(3), { priority: random.int(3) }));
      jobs = settled(specs, jobs, fair);
      const uses = queueUses(specs);
      for (const { queue: name, requests, state } of jobs) if (state === 'admitted') uses.get(name)?.take(requests);
      const held = [...uses.values()].reduce((sum, use) => sum + use.held('gpu'), 0);
      expect(held, `seed ${seed}`).toBeLessThanOrEqual(there);
      for (const use of uses.values()) {
        const { borrowingLimit } = use.spec;
        expect(use.borrowed('gpu'), `seed ${seed}`).toBeLessThanOrEqual(borrowingLimit['gpu'] ?? Infinity);
      }
    }
  }
});
