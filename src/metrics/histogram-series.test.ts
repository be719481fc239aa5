// Intervals packed and added up again equal what was recorded at once.
import { expect, it } from 'vitest';
import { Histogram } from './histogram.ts';
import { HistogramSeries } from './histogram-series.ts';

it('gives back every window of intervals', () => {
  const series = new HistogramSeries();
  const intervals = Array.from({ length: 30 }, (_, interval) =>
    Array.from({ length: interval % 7 === 3 ? 0 : 200 }, (_, at) => ((at * 7919 * (interval + 1)) % 1000) ** 2),
  );
  const histogram = new Histogram();
  for (const values of intervals) {
    histogram.reset();
    for (const value of values) histogram.record(value);
    series.push(histogram);
  }
  for (const [from, to] of [
    [0, 30],
    [3, 4],
    [5, 5],
    [10, 20],
    [29, 30],
  ]) {
    const expected = new Histogram();
    for (const value of intervals.slice(from, to).flat()) expected.record(value);
    const merged = series.merged(from, to);
    expect(merged.buckets()).toEqual(expected.buckets());
    expect([merged.count, merged.sum, merged.min, merged.max]).toEqual([
      expected.count,
      expected.sum,
      expected.min,
      expected.max,
    ]);
    expect(merged.quantile(0.99)).toEqual(expected.quantile(0.99));
  }
  expect(() => series.merged(0, 31)).toThrow('intervals 0..31 of 30');
});

it('keeps buckets far apart, the least and the greatest durations, and counts of any size', () => {
  const series = new HistogramSeries();
  const pairs = Uint32Array.of(0, 127, 1, 128, 130, 16_383, 131, 16_384, 2000, 2 ** 31, 5000, 2 ** 32 - 1);
  const whole = new Histogram();
  whole.addPairs(pairs, pairs.length, 12);
  whole.record(2 ** 41);
  series.push(whole);
  series.push(whole);
  const once = series.merged(1, 2);
  expect(once.buckets()).toEqual(whole.buckets());
  expect([once.count, once.sum, once.min, once.max]).toEqual([whole.count, whole.sum, whole.min, whole.max]);
});
