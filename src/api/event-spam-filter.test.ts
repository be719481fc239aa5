// The spam filter against a model: a Map in the order of use, as client-go's LRU cache is.
import { expect, it } from 'vitest';
import { CounterRandom } from '../engine/counter.ts';
import type { ObjectRow } from '../model/rows.ts';
import { EventSpamFilter } from './event-spam-filter.ts';

const row = (number: number): ObjectRow => number as ObjectRow;

it('lets 25 events of an object pass at once, then one each five minutes', () => {
  const filter = new EventSpamFilter();
  const passed = (count: number, nowUs: number): number =>
    Array.from({ length: count }, () => filter.admits(0, row(3), true, nowUs)).filter(Boolean).length;
  expect([passed(30, 1e6), passed(5, 301e6), passed(40, 1e12)]).toEqual([25, 1, 25]);
});

it('counts objects and types apart', () => {
  const filter = new EventSpamFilter();
  for (let i = 0; i < 30; i += 1) filter.admits(0, row(1), true, 0);
  expect([
    filter.admits(0, row(1), true, 0),
    filter.admits(0, row(1), false, 0),
    filter.admits(1, row(1), true, 0),
  ]).toEqual([false, true, true]);
});

it.each([1, 2])('forgets what was used longest ago, of %d sources', (sources) => {
  const filter = new EventSpamFilter(() => sources);
  const model = new Map<number, { tokens: number; lastUs: number }>();
  const random = new CounterRandom(7, 'spam');
  const wrong: number[] = [];
  for (let i = 0; i < 60_000; i += 1) {
    const object = random.int(3) === 0 ? random.int(20) : random.int(6000 * sources);
    const nowUs = i * 1000;
    const bucket = model.get(object) ?? { tokens: 25, lastUs: 0 };
    const tokens = Math.min(25, bucket.tokens + (nowUs - bucket.lastUs) / 300e6);
    model.delete(object);
    model.set(object, { tokens: tokens < 1 ? tokens : tokens - 1, lastUs: nowUs });
    if (model.size > 4096 * sources) model.delete(model.keys().next().value ?? -1);
    if (filter.admits(2, row(object), false, nowUs) !== tokens >= 1) wrong.push(i);
  }
  expect(wrong).toEqual([]);
});
