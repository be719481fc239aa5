// Curves of usage: between their points, at jumps, before the first and after the last; and what they sum up to.
import { expect, it } from 'vitest';
import { amountAt, limited, usedUntil } from './usage.ts';

const curve = [
  { atUs: 10, amount: 1 },
  { atUs: 20, amount: 3 },
  { atUs: 20, amount: 0 },
  { atUs: 40, amount: 2 },
];

it('is the first amount before, the last after, and changes evenly between', () => {
  expect([0, 10, 15, 20, 30, 40, 100].map((at) => amountAt(curve, at))).toEqual([1, 1, 2, 0, 1, 2, 2]);
});

it('sums up to the area below it', () => {
  // 0…10: 10; 10…15: (1 + 2) / 2 · 5 = 7.5; 10…20: 20; 20…30: (0 + 1) / 2 · 10 = 5; 20…40: 20; then 2 each.
  expect([0, 5, 10, 15, 20, 30, 40, 50].map((at) => usedUntil(curve, at))).toEqual([0, 5, 10, 17.5, 30, 35, 50, 70]);
  expect(usedUntil([{ atUs: 0, amount: 0.25 }], 1e6)).toBe(250_000);
});

it('never rises above a limit, and is cut where it crosses it', () => {
  expect(limited(curve, 5)).toBe(curve);
  const cut = limited(curve, 1);
  expect(cut).toEqual([
    { atUs: 10, amount: 1 },
    { atUs: 10, amount: 1 },
    { atUs: 20, amount: 1 },
    { atUs: 20, amount: 0 },
    { atUs: 30, amount: 1 },
    { atUs: 40, amount: 1 },
  ]);
  for (let at = 0; at <= 60; at += 1) {
    if (at !== 20) expect(amountAt(cut, at)).toBeCloseTo(Math.min(1, amountAt(curve, at)), 9);
  }
  // 10 + 10 + (0 … 1 in ten) 5 + 30.
  expect(usedUntil(cut, 60)).toBeCloseTo(55, 9);
});
