// Decimals written by hand are the ones that JavaScript writes.
import { expect, it } from 'vitest';
import { nineDecimals, sixDecimals } from './decimals.ts';

const special = [0, -0, 1, -1, 0.5, 1e-6, 9e-7, 5e-7, 4e-7, 1e-9, 1e-10, 0.1 + 0.2, 1 / 3, 2 / 3, 0.000999, 0.001, 0.0009999996];
const large = [999_999.999_999, 1e6 - 1e-7, 999_999_999.999_999, 1e9, 1e15, 123_456_789_012.345_67, 2 ** 53, 1e21, 1.5e300];

function random(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

it('writes what JavaScript writes of the rounded number', () => {
  const next = random();
  const drawn = Array.from({ length: 50_000 }, () => next() * 10 ** Math.floor(next() * 20 - 9));
  const coarse = Array.from({ length: 5000 }, () => Math.round(next() * 1e4) / 10 ** Math.floor(next() * 8));
  const values = [...special, ...large, ...drawn, ...coarse].flatMap((one) => [one, -one]);
  expect(values.map(sixDecimals)).toEqual(values.map((value) => String(Math.round(value * 1e6) / 1e6)));
  expect(values.map(nineDecimals)).toEqual(values.map((value) => String(Math.round(value * 1e9) / 1e9)));
});
