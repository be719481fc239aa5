// Searches for the cheapest setting that keeps what it must, over functions whose answer is known.
import { describe, expect, it } from 'vitest';
import { Stream } from '../../engine/random.ts';
import type { Expectation } from '../../scenario/expect.ts';
import { bayesian } from './bayesian.ts';
import { bisection } from './bisection.ts';
import { costByOrder, costOfAxes } from './cost.ts';
import { cheapest, type Method } from './method.ts';
import { marginOf, type Setting, shareShown } from './setting.ts';

type Row = readonly number[];

/** Runs a method to its end. Settings have one expectation each. */
function search(method: Method, costOf: (row: Row) => number, marginsOf: (row: Row) => number[]): readonly Setting[] {
  const settings: Setting[] = [];
  const run = (row: Row) => {
    const margins = marginsOf(row);
    settings.push({
      row,
      cost: costOf(row),
      margins,
      holding: 1,
      keeps: Math.min(...margins) >= 0,
    } as unknown as Setting);
  };
  method.first().forEach(run);
  for (let row = method.next(settings); row !== undefined; row = method.next(settings)) run(row);
  return settings;
}

const label = (level: number) => `v${level}`;

describe('bisection', () => {
  it.each([
    [1, 0],
    [2, 1],
    [100, 0],
    [100, 37],
    [100, 99],
    [100, 100],
  ])('of %d values finds the first that holds, %d, in about log₂ of them', (values, first) => {
    const settings = search(
      bisection(values, label),
      ([level]) => level,
      ([level]) => [level >= first ? 1 : -1],
    );
    expect(cheapest(settings)?.row[0]).toBe(first === values ? undefined : first);
    expect(settings.length).toBeLessThanOrEqual(Math.ceil(Math.log2(values)) + 2);
    expect(new Set(settings.map(({ row }) => row[0])).size).toBe(settings.length);
  });

  it('names what is not as it takes it to be', () => {
    const method = bisection(9, label);
    // 8 and 4 are run first; 8 breaks, though 4 keeps.
    const settings = search(
      method,
      ([level]) => level,
      ([level]) => [level === 8 ? -1 : 1],
    );
    expect(cheapest(settings)?.row).toEqual([0]);
    expect(method.remarks(settings).join(' ')).toMatch(/v8 breaks an expectation although it is dearer/);
  });
});

describe('Bayesian search', () => {
  const chance = (round: string) => {
    const stream = new Stream(7, round);
    return () => stream.uniform();
  };
  const levels = [25, 20];
  const axes = [
    { path: 'a', label: 'a', values: Array.from({ length: 25 }, (_, at) => at + 1), places: [] },
    { path: 'b', label: 'b', values: Array.from({ length: 20 }, (_, at) => at + 1), places: [] },
  ];
  const cost = costOfAxes('a*b + 2', axes, 'test');

  it('finds the optimum of a product over a bent border in a tenth of the grid', () => {
    // M/M/c-like: enough work done, and pods that are not too small: a·b ≥ 60 and b ≥ 4.
    const margins = ([a, b]: Row) => [((a + 1) * (b + 1)) / 60 - 1, (b + 1) / 4 - 1].map((one) => Math.min(1, one));
    const all = axes[0].values.flatMap((_, a) => axes[1].values.map((_b, b) => [a, b]));
    const best = Math.min(
      ...all.filter((row) => Math.min(...margins(row)) >= 0).map((row) => (cost.before ?? (() => NaN))(row)),
    );
    expect(best).toBe(62);
    const settings = search(
      bayesian({ levels, cost, budget: 50, chance }),
      (row) => cost.before?.(row) ?? NaN,
      margins,
    );
    expect(settings.length).toBeLessThanOrEqual(50);
    expect(cheapest(settings)?.cost).toBe(best);
  });

  it('says how likely it is that something was missed', () => {
    const method = bayesian({ levels, cost, budget: 12, chance });
    const settings = search(
      method,
      (row) => cost.before?.(row) ?? NaN,
      () => [-0.5],
    );
    expect(settings).toHaveLength(12);
    expect(method.remarks(settings)[0]).toMatch(/^488 of 500 settings were not run; the likeliest .* with probability/);
  });

  it('runs each setting once and ends when there is no other', () => {
    const small = bayesian({ levels: [2, 2], cost, budget: 40, chance });
    const settings = search(
      small,
      ([a, b]) => a + b,
      ([a]) => [a - 0.5],
    );
    expect(settings).toHaveLength(4);
    expect(cheapest(settings)?.row).toEqual([1, 0]);
  });
});

it.each([
  ['<', 200, undefined, 150, 0.25],
  ['<', 200, undefined, 250, -0.25],
  ['<', 200, undefined, 200, -Number.EPSILON],
  ['<=', 200, undefined, 200, 0],
  ['>=', 2, undefined, 3, 0.5],
  ['between', 10, 20, 12, 0.2],
  ['between', 10, 20, 30, -0.5],
  ['==', 0, undefined, 0, 0],
  ['==', 0, undefined, 0.3, -0.3],
  ['!=', 1, undefined, 1, -1],
  ['<', 0.001, undefined, 0.6, -1],
  ['<', 200, undefined, undefined, -1],
] as const)('the margin of %s %d (%s) at %s is %d', (operator, bound, upper, actual, margin) => {
  expect(marginOf({ operator, bound, upper } as Expectation, actual)).toBeCloseTo(margin, 12);
});

it('costs are quantities', () => {
  const axis = (label: string, ...values: unknown[]) => ({ path: label, label, values, places: [] });
  const cost = costOfAxes('pods*cpu+2*pods', [axis('pods', 1, 3), axis('cpu', '250m', '2')], 'test');
  expect([cost.before?.([1, 0]), cost.before?.([1, 1])]).toEqual([6.75, 12]);
  // From 90 % down: their place in the list.
  expect(costByOrder(axis('target', 90, 80, 70)).before?.([2])).toBe(3);
  expect(costByOrder(axis('pods', 2, 5)).before?.([1])).toBe(5);
  expect(() => costOfAxes('cpu', [axis('cpu', 'big')], '--minimize')).toThrow('"big" is no number and no quantity');
});

it('29 of 29 runs show 90 %, 59 show 95 %, with 95 % confidence', () => {
  // 0.9^29 = 0.047, 0.9^28 = 0.052; 0.95^59 = 0.0485.
  expect(shareShown(29)).toBeGreaterThan(0.9);
  expect(shareShown(28)).toBeLessThan(0.9);
  expect(shareShown(59)).toBeGreaterThan(0.95);
});
