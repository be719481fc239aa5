// Work on processors: at once while one is free, then one after the other.
import { expect, it } from 'vitest';
import { RequestProcessors } from './request-processors.ts';

it('one processor does one thing after the other, and rests in between', () => {
  const one = new RequestProcessors(1);
  expect([0, 0, 5, 100].map((now) => one.takes(now, 10))).toEqual([10, 20, 25, 10]);
});

it('two do two things at once, and what comes next waits for the first that is free', () => {
  const two = new RequestProcessors(2);
  expect([two.takes(0, 30), two.takes(0, 10), two.takes(0, 10), two.takes(0, 10), two.takes(0, 10)]).toEqual([
    30, 10, 20, 30, 40,
  ]);
});

it('a mean load of 80 % waits as an M/D/1 queue does', () => {
  const one = new RequestProcessors(1);
  let now = 0;
  let waited = 0;
  let seed = 1;
  const count = 200_000;
  for (let i = 0; i < count; i += 1) {
    seed = (seed * 48_271) % 2_147_483_647;
    now += -Math.log(seed / 2_147_483_647) * 125;
    waited += one.takes(now, 100) - 100;
  }
  // ρ / (2 (1 - ρ)) of a service time.
  expect(waited / count).toBeGreaterThan(190);
  expect(waited / count).toBeLessThan(210);
});

it('a new process has nothing to do, and work that takes no time waits all the same', () => {
  const one = new RequestProcessors(1);
  one.takes(0, 50);
  expect(one.takes(10, 0)).toBe(40);
  one.reset();
  expect(one.takes(10, 0)).toBe(0);
});
