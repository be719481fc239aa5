// Quantiles against sorting, bucket bounds, merging, and that recording allocates nothing.
import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';

/** A multiplicative generator, so that the test needs no other folder. */
function uniforms(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    return ((state >>> 8) + 0.5) / 2 ** 24;
  };
}

const uniform = uniforms(7);
const samples: Record<string, number[]> = {
  'small integers': Array.from({ length: 5000 }, () => Math.floor(uniform() * 128)),
  exponential: Array.from({ length: 50_000 }, () => Math.round(-Math.log(uniform()) * 12_000)),
  'eight decades': Array.from({ length: 50_000 }, () => Math.round(10 ** (uniform() * 9))),
  'one value': Array.from({ length: 10 }, () => 123_457),
  'two values': [1, 3_600_000_000],
};

describe('Histogram', () => {
  it.each(Object.entries(samples))('is within 0.39 %% of the sorted value at every rank: %s', (name, values) => {
    const histogram = new Histogram();
    for (const value of values) histogram.record(value);
    const sorted = values.toSorted((a, b) => a - b);
    for (const q of [0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1]) {
      const exact = sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-6) - 1)];
      const error = Math.abs(histogram.quantile(q) - exact);
      expect(error, `${name} q=${q}`).toBeLessThanOrEqual(exact < 128 ? 0 : exact * 0.0039);
    }
    expect(histogram.count).toBe(values.length);
    expect(histogram.sum).toBe(values.reduce((total, value) => total + value, 0));
    expect([histogram.min, histogram.max]).toEqual([sorted[0], sorted.at(-1)]);
  });

  it('gives buckets whose bounds hold what they count', () => {
    for (const values of Object.values(samples).map((all) => all.slice(0, 3000))) {
      const histogram = new Histogram();
      for (const value of values) histogram.record(value);
      let below = -1;
      for (const { upperUs, count } of histogram.buckets()) {
        const from = below;
        expect(values.filter((value) => value > from && value <= upperUs).length).toBe(count);
        below = upperUs;
      }
      expect(below).toBeGreaterThanOrEqual(histogram.max);
    }
  });

  it('merged equals recorded together', () => {
    const parts = Object.values(samples).map((values) => {
      const part = new Histogram();
      for (const value of values) part.record(value);
      return part;
    });
    const together = new Histogram();
    for (const value of Object.values(samples).flat()) together.record(value);
    const merged = new Histogram();
    for (const part of [...parts, new Histogram()]) merged.merge(part);
    expect(merged.buckets()).toEqual(together.buckets());
    expect([merged.count, merged.sum, merged.min, merged.max]).toEqual([
      together.count,
      together.sum,
      together.min,
      together.max,
    ]);
  });

  it('is empty before the first value and after a reset', () => {
    const histogram = new Histogram();
    expect([histogram.count, histogram.quantileSeconds(0.5), histogram.meanSeconds()]).toEqual([0, null, null]);
    histogram.record(5_000_000);
    expect([histogram.quantileSeconds(0.5), histogram.meanSeconds()]).toEqual([5, 5]);
    histogram.reset();
    expect([histogram.count, histogram.sum, histogram.buckets()]).toEqual([0, 0, []]);
    expect(histogram.quantile(0.5)).toBeNaN();
  });

  it('keeps what is longer than 12.7 days in its last bucket', () => {
    const histogram = new Histogram();
    histogram.record(2 ** 45);
    histogram.record(2 ** 46);
    expect(histogram.buckets().map(({ count }) => count)).toEqual([2]);
    expect(histogram.quantile(1)).toBe(2 ** 46);
  });
});

it('finds several quantiles at once, those of one bucket and those of the ends too', () => {
  const histogram = new Histogram();
  const qs = [0, 0, 0.001, 0.25, 0.2501, 0.5, 0.5, 0.99, 0.999, 1, 1];
  expect(histogram.quantiles(qs)).toEqual(qs.map(() => Number.NaN));
  for (let i = 0; i < 1000; i += 1) histogram.record(i < 600 ? 100 : i * i);
  expect(histogram.quantiles(qs)).toEqual(qs.map((q) => histogram.quantile(q)));
  expect(histogram.quantiles(qs).slice(0, 7)).toEqual([100, 100, 100, 100, 100, 100, 100]);
  expect(() => histogram.quantiles([0.5, 1.5])).toThrow('quantile 1.5 is not within 0..1');
});
