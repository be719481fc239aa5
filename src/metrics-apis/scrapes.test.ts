// Counts that somebody looks at now and then: the last one, the rise over a window, and what is not seen any more.
import { expect, it } from 'vitest';
import { Scrapes } from './scrapes.ts';

it('gives the last amount, and the rise per second over the window', () => {
  const scrapes = new Scrapes<string>(60e6);
  expect(scrapes.read('a', false)).toBeUndefined();
  scrapes.add('a', 100, 0);
  expect(scrapes.read('a', false)).toEqual({ amount: 100, atUs: 0, windowUs: 0 });
  expect(scrapes.read('a', true)).toBeUndefined();
  for (let at = 15; at <= 90; at += 15) scrapes.add('a', 100 + at * at, at * 1e6);
  // From 30 s on: (90² - 30²) / 60.
  expect(scrapes.read('a', true)).toEqual({ amount: 120, atUs: 90e6, windowUs: 60e6 });
  expect(scrapes.read('b', true)).toBeUndefined();
});

it('forgets what it has not seen for a window', () => {
  const scrapes = new Scrapes<number>(60e6);
  scrapes.add(1, 5, 0);
  scrapes.add(2, 5, 30e6);
  scrapes.forget(60e6);
  expect([scrapes.read(1, false)?.amount, scrapes.read(2, false)?.amount]).toEqual([5, 5]);
  scrapes.forget(61e6);
  expect([scrapes.read(1, false)?.amount, scrapes.read(2, false)?.amount]).toEqual([undefined, 5]);
});
