// The work queue against client-go's rules: once in the queue, never twice at a time, back-off, delays, workers.
import { describe, expect, it } from 'vitest';
import { Engine } from '../../engine/engine.ts';
import { sleep } from '../../engine/script.ts';
import { RetryDelays } from './retry-delays.ts';
import { type Steps, SyncFailed } from './sync.ts';
import { WorkQueue } from './work-queue.ts';
import type { ObjectRow } from '../../model/rows.ts';

function made(workers: number, work: (item: number, attempt: number) => Steps, retries = new RetryDelays()) {
  const engine = new Engine({ seed: 1 });
  /** `item@ms` of each start. */
  const starts: string[] = [];
  let attempt = 0;
  const queue = new WorkQueue(engine, 'test', { workers, syncWorkUs: 200, retries }, (item) => {
    starts.push(`${item}@${engine.now / 1000}`);
    attempt += 1;
    return work(item, attempt);
  });
  return { engine, queue, starts };
}

describe('WorkQueue', () => {
  it('keeps an item once, and gives it again when it was added during its own sync', () => {
    const { engine, queue, starts } = made(5, () => sleep(10_000));
    for (const item of [1, 1, 2, 1]) queue.add(item as ObjectRow);
    engine.run(5000);
    queue.add(1 as ObjectRow);
    queue.add(1 as ObjectRow);
    engine.run(1e6);
    expect(starts).toEqual(['1@0.2', '2@0.2', '1@10.4']);
  });

  it('has so many workers', () => {
    const { engine, queue, starts } = made(2, () => sleep(10_000));
    for (const item of [1, 2, 3, 4, 5]) queue.add(item as ObjectRow);
    engine.run(1e6);
    expect(starts).toEqual(['1@0.2', '2@0.2', '3@10.4', '4@10.4', '5@20.6']);
  });

  it('tries again after 5, 10, 20 … ms, where it is told to no more than so many times', () => {
    const never = () => {
      throw new SyncFailed('no');
    };
    const { engine, queue, starts } = made(1, never);
    queue.add(7 as ObjectRow);
    engine.run(5000e6);
    expect(starts.slice(0, 4)).toEqual(['7@0.2', '7@5.4', '7@15.6', '7@35.8']);
    // 5 ms · (2^18 - 1) = 1311 s, then every 1000 s.
    expect(starts).toHaveLength(22);
    const few = made(1, never, new RetryDelays(5000, 1000e6, { mostRetries: 15 }));
    few.queue.add(7 as ObjectRow);
    few.engine.run(5000e6);
    expect(few.starts).toHaveLength(16);
  });

  it('starts the back-off again after a success', () => {
    const { engine, queue, starts } = made(1, (_item, attempt) => {
      if (attempt !== 3) throw new SyncFailed('no');
      return sleep(0);
    });
    queue.add(7 as ObjectRow);
    engine.run(20_000);
    queue.add(7 as ObjectRow);
    engine.run(30_000);
    expect(starts).toEqual(['7@0.2', '7@5.4', '7@15.6', '7@20.2', '7@25.4']);
  });

  it('lets what is no failed sync through', () => {
    const { engine, queue } = made(1, () => {
      throw new Error('a bug');
    });
    queue.add(7 as ObjectRow);
    expect(() => engine.run(1e6)).toThrow('a bug');
  });

  it('keeps the earlier of two dates', () => {
    const { engine, queue, starts } = made(1, () => sleep(0));
    queue.addAfter(1 as ObjectRow, 50_000);
    queue.addAfter(1 as ObjectRow, 20_000);
    queue.addAfter(1 as ObjectRow, 70_000);
    engine.run(1e6);
    expect(starts).toEqual(['1@20.2']);
  });
});

describe('RetryDelays', () => {
  it("takes the longer of the item's back-off and the bucket that all share", () => {
    const delays = new RetryDelays();
    const first = Array.from({ length: 103 }, (_, item) => delays.next(item, 0));
    // 100 at once, then ten a second.
    expect(first.slice(98)).toEqual([5000, 5000, 100_000, 200_000, 300_000]);
    for (let tries = 0; tries < 30; tries += 1) delays.next(0, 1e9);
    expect(delays.next(0, 1e12)).toBe(1000e6);
  });
});
