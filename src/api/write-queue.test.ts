// The queue of writes: in order, each once, and those that come again are at its end.
import { expect, it } from 'vitest';
import { RequestArena, Verb } from './requests/arena.ts';
import { WriteQueue } from './write-queue.ts';

const rig = (most: number) => {
  const requests = new RequestArena({ now: 0 });
  const [a, b, c, d] = Array.from({ length: 4 }, () => requests.allocate(Verb.CreateObject, -1));
  return { queue: new WriteQueue(requests, most), a, b, c, d };
};

it('serves so many at once, and the others in order', () => {
  const { queue, a, b, c, d } = rig(2);
  expect([a, b, c, d].map((one) => queue.enter(one))).toEqual([true, true, false, false]);
  expect([queue.leave(), queue.leave(), queue.leave(), queue.leave()]).toEqual([c, d, -1, -1]);
});

it('one that comes again waits behind the others, and leads to nobody who waited behind it before', () => {
  const { queue, a, b, c, d } = rig(1);
  for (const one of [a, b, c]) queue.enter(one);
  expect(queue.leave()).toBe(b);
  expect(queue.enter(d)).toBe(false);
  expect(queue.leave()).toBe(c);
  // b failed and is sent again: c waited behind it before.
  expect(queue.enter(b)).toBe(false);
  expect([queue.leave(), queue.leave(), queue.leave()]).toEqual([d, b, -1]);
  expect(queue.enter(a)).toBe(true);
});

it('has no limit with 0', () => {
  const { queue, a, b } = rig(0);
  expect([queue.enter(a), queue.enter(b), queue.leave(), queue.leave()]).toEqual([true, true, -1, -1]);
});
