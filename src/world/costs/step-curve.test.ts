// Steps over the run against arithmetic.
import { expect, it } from 'vitest';
import { curveOf } from './step-curve.ts';

const HOUR = 3600e6;
const step = (place: string, fromSeconds: number, value: number) => ({ place, fromSeconds, value });
const ten = 10 * 3600;

it('holds each value until the next', () => {
  const steps = [step('', 1000, 1), step('', 1010, 4)];
  const curve = curveOf({ file: 'a.csv', daily: false, steps }, 'a', 1005, 60e6);
  expect([curve?.at(0), curve?.at(4.999999e6), curve?.at(5e6), curve?.at(60e6)]).toEqual([1, 1, 4, 4]);
  // Five seconds of 1 and fifteen of 4.
  expect(curve?.mean(0, 20e6)).toBe((5 + 60) / 20);
  expect(curve?.mean(5e6, 5e6)).toBe(4);
});

it('comes again each day, and begins with what held the evening before', () => {
  const steps = [step('', ten, 100), step('', 2 * ten, 300)];
  // The run begins at midnight: 300 until ten, 100 until twenty, 300 until ten of the next day.
  const curve = curveOf({ file: 'a.csv', daily: true, steps }, 'a', 86_400 * 20_000, 48 * HOUR);
  expect([0, 10, 19.9, 20, 33, 34, 47].map((hour) => curve?.at(hour * HOUR))).toEqual([
    300, 100, 100, 300, 300, 100, 300,
  ]);
  expect(curve?.mean(0, 24 * HOUR)).toBeCloseTo((14 * 300 + 10 * 100) / 24, 9);
  // At half past nine in the evening.
  const late = curveOf({ file: 'a.csv', daily: true, steps }, 'a', 86_400 * 20_000 + 21.5 * 3600, HOUR);
  expect(late?.mean(0, HOUR)).toBe(300);
});

it('is of a place by its own rows, else by those of all', () => {
  const steps = { file: 'a.csv', daily: false, steps: [step('', 0, 1), step('b', 0, 2)] };
  expect(['a', 'b'].map((place) => curveOf(steps, place, 0, 1)?.at(0))).toEqual([1, 2]);
  expect(curveOf({ ...steps, steps: steps.steps.slice(1) }, 'a', 0, 1)).toBeUndefined();
});
