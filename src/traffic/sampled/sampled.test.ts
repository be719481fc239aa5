// The arithmetic of sampling: when figures count as known, what stands between regimes, and counts that lose nothing.
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../engine/counter.ts';
import { Histogram } from '../../metrics/histogram.ts';
import { Meters, Tally } from '../meters.ts';
import { type Batch, judge, MOST_BATCHES } from './batches.ts';
import { ExpectedCounts } from './expected-counts.ts';
import { KnownRegimes, type Place } from './known-regimes.ts';
import { Mixes } from './mixes.ts';
import type { MeterFigures, Regime } from './regime.ts';

/** Batches of independent exponential latencies, each batch with a mean of its own. */
function batches(requests: number, meanUs: (batch: number) => number, seed = 1): Batch[] {
  const random = new CounterRandom(String(seed), 'batches');
  return Array.from({ length: MOST_BATCHES }, (_, batch) => {
    const latencies = new Histogram();
    random.seek(batch, 0, 0);
    for (let i = 0; i < requests; i += 1) latencies.record(Math.round(meanUs(batch) * random.exponential()));
    return { begun: requests, ended: requests, failed: 0, cpuUs: 1000 * requests, latencies };
  });
}

describe('judge', () => {
  it('knows exponential latencies to 2 % by 51,000 requests and not by 13,000', () => {
    // The median is the last one: 2.04 · 1.44 / √51,000 is 1.3 %, and 2.6 % by 13,000.
    expect(
      judge(
        batches(800, () => 10_000),
        0.02,
      ).is,
    ).toBe('known');
    expect(
      judge(
        batches(203, () => 10_000),
        0.02,
      ).is,
    ).toBe('nearly');
  });

  it('covers the true mean and 99th percentile 95 times of 100', () => {
    let means = 0;
    let tails = 0;
    const runs = 400;
    for (let seed = 1; seed <= runs; seed += 1) {
      const judgement = judge(
        batches(50, () => 10_000, seed),
        0.5,
      );
      if (judgement.is === 'moving') continue;
      const { mean, p99 } = judgement.findings;
      if (Math.abs(mean.value - 10_000) <= mean.half) means += 1;
      // ln 100 times the mean; buckets are 0.8 % wide.
      if (Math.abs(p99.value - 46_052) <= p99.half + 200) tails += 1;
    }
    // 3 standard deviations of a binomial share of 0.95 in 400: 3.3 %.
    for (const share of [means / runs, tails / runs]) expect(Math.abs(share - 0.95)).toBeLessThan(0.035);
  });

  it.each([
    ['latencies that grow', (batch: number) => 10_000 * (1 + batch / 32)],
    ['a beginning that differs', (batch: number) => (batch < 2 ? 60_000 : 10_000)],
  ])('sees %s', (_, meanUs) => {
    expect(judge(batches(200, meanUs), 0.02).is).toBe('moving');
  });

  it('sees that more come than go', () => {
    const growing = batches(200, () => 10_000).map((one) => ({ ...one, ended: 180 }));
    expect(judge(growing, 0.02).is).toBe('moving');
  });

  it('samples nothing that fails too often', () => {
    const failing = batches(2000, () => 10_000).map((one) => ({ ...one, failed: 600 }));
    expect(judge(failing, 0.02).is).toBe('open');
  });
});

describe('KnownRegimes', () => {
  const at = (load: number, value: number): Regime =>
    ({
      rate: Math.log(load),
      endpoints: new Float64Array(1),
      lost: new Float64Array(1),
      sources: Float64Array.of(1),
      value,
    }) as unknown as Regime;
  const found = (loads: readonly number[], load: number, line: (load: number) => number): number | undefined => {
    const known = new KnownRegimes(0.02);
    for (const one of loads) known.add('shape', at(one, line(Math.log(one))));
    const place = {
      shape: 'shape',
      calm: 'shape',
      rate: Math.log(load),
      endpoints: new Float64Array(1),
      lost: new Float64Array(1),
      sources: Float64Array.of(1),
    };
    return known
      .find(place)
      ?.reduce((sum, { regime, weight }) => sum + weight * (regime as unknown as { value: number }).value, 0);
  };
  const line = (x: number): number => 3 + 2 * x;

  it('finds a line between and beside what was measured', () => {
    expect(found([100, 104], 102, line)).toBeCloseTo(line(Math.log(102)), 9);
    expect(found([100, 102, 104], 105, line)).toBeCloseTo(line(Math.log(105)), 9);
  });

  it('trusts one alone only nearby, and none far away', () => {
    expect(found([100], 100.9, line)).toBe(line(Math.log(100)));
    expect(found([100], 101.1, line)).toBeUndefined();
    expect(found([100, 102, 104], 108, line)).toBeUndefined();
    expect(found([], 100, line)).toBeUndefined();
  });

  it('asks no line whose weights would multiply the noise', () => {
    expect(found([100, 100.3], 102, line)).toBeUndefined();
  });

  it('does not compare loads that differ by source', () => {
    const known = new KnownRegimes(0.02);
    known.add('shape', { ...at(100, 1), sources: Float64Array.of(0.5, 0.5) });
    const place = {
      shape: 'shape',
      calm: 'shape',
      rate: Math.log(100),
      endpoints: new Float64Array(1),
      lost: new Float64Array(1),
    };
    expect(known.find({ ...place, sources: Float64Array.of(0.5, 0.5) })).toHaveLength(1);
    expect(known.find({ ...place, sources: Float64Array.of(0.52, 0.48) })).toBeUndefined();
  });
});

describe('KnownRegimes with lost endpoints', () => {
  /** Errors of `calm`, and so much more for each lost part. */
  const regime = (load: number, lost: number): Regime =>
    ({
      rate: Math.log(load),
      endpoints: new Float64Array(1),
      lost: Float64Array.of(lost),
      sources: Float64Array.of(1),
      value: Math.log(load) + 30 * lost,
    }) as unknown as Regime;
  const place = (load: number, lost: number): Place => ({
    shape: lost > 0 ? 'lost' : 'calm',
    calm: 'calm',
    rate: Math.log(load),
    endpoints: new Float64Array(1),
    lost: Float64Array.of(lost),
    sources: Float64Array.of(1),
  });
  const value = (known: KnownRegimes, load: number, lost: number): number | undefined =>
    known
      .find(place(load, lost))
      ?.reduce((sum, { regime: of, weight }) => sum + weight * (of as unknown as { value: number }).value, 0);
  const known = new KnownRegimes(0.02);
  for (const load of [100, 102, 104]) known.add('calm', regime(load, 0));
  known.add('lost', regime(101, 0.01));

  it('adds as much as the lost part grows', () => {
    expect(value(known, 101, 0.01)).toBeCloseTo(Math.log(101) + 0.3, 9);
    expect(value(known, 103, 0.015)).toBeCloseTo(Math.log(103) + 0.45, 9);
    expect(value(known, 100, 0.006)).toBeCloseTo(Math.log(100) + 0.18, 9);
  });

  it('says nothing of another part by far, or of another load', () => {
    expect(value(known, 101, 0.026)).toBeUndefined();
    expect(value(known, 101, 0.0035)).toBeUndefined();
    expect(value(known, 108, 0.01)).toBeUndefined();
  });

  it('needs to know what there is without losses, but for the same part', () => {
    const alone = new KnownRegimes(0.02);
    alone.add('lost', regime(101, 0.01));
    expect(value(alone, 101.5, 0.01)).toBeCloseTo(Math.log(101) + 0.3, 9);
    expect(value(alone, 101.5, 0.012)).toBeUndefined();
  });
});

it('keeps what a measurement of lost endpoints had nearly come to when they were gone, once', () => {
  const place: Place = {
    shape: 'lost',
    calm: 'calm',
    rate: Math.log(100),
    endpoints: new Float64Array(1),
    lost: Float64Array.of(0.01),
    sources: Float64Array.of(1),
  };
  const of = (lost: number): Regime =>
    ({
      rate: Math.log(100),
      endpoints: new Float64Array(1),
      lost: Float64Array.of(lost),
      sources: place.sources,
    }) as unknown as Regime;
  const [one, nearly, other] = [{}, of(0.01), of(0.01)];
  const known = new KnownRegimes(0.02);
  known.begin('lost', one);
  known.end(one);
  expect(known.find(place)).toBeUndefined();
  known.begin('lost', one);
  known.propose('lost', one, nearly);
  expect(known.find(place)).toBeUndefined();
  known.end(one);
  expect(known.find(place)).toEqual([{ regime: nearly, weight: 1 }]);
  // What comes to be known takes the place of what it had nearly come to.
  const again = new KnownRegimes(0.02);
  again.begin('lost', one);
  again.propose('lost', one, nearly);
  again.add('lost', other, one);
  again.end(one);
  expect(again.find(place)?.[0].regime).toBe(other);
  // Without losses nothing that is not known counts later.
  const calm = new KnownRegimes(0.02);
  calm.begin('calm', one);
  calm.propose('calm', one, of(0));
  calm.end(one);
  expect(calm.find({ ...place, shape: 'calm', lost: new Float64Array(1) })).toBeUndefined();
});

describe('Mixes', () => {
  const regime = (meanUs: number): Regime =>
    ({
      meters: [
        {
          begun: 1,
          attempts: 1,
          outcomes: Float64Array.of(1, 0, 0, 0, 0, 0),
          abandoned: 0,
          attemptOutcomes: Float64Array.of(1, 0, 0, 0, 0, 0),
          sojournUs: meanUs,
          okUs: meanUs,
          latencies: { first: 1000, shares: Float64Array.of(1) },
        },
      ],
      cpuUs: Float64Array.of(meanUs / 2),
    }) as unknown as Regime;
  const [one, other] = [regime(100), regime(300)];

  it('works a mix out once, and another one with other weights', () => {
    const mixes = new Mixes();
    const half = mixes.of([
      { regime: one, weight: 0.5 },
      { regime: other, weight: 0.5 },
    ]);
    expect([half.figures[0].sojournUs, half.cpuUs[0]]).toEqual([200, 100]);
    const mix = [
      { regime: one, weight: 0.5 },
      { regime: other, weight: 0.5 },
    ];
    expect(mixes.of(mix)).toBe(half);
    expect(mixes.of([{ regime: one, weight: 1 }]).figures[0].sojournUs).toBe(100);
  });

  it('forgets what nobody has asked for, and not what is asked for again and again', () => {
    const mixes = new Mixes();
    const often = mixes.of([{ regime: one, weight: 1 }]);
    const once = mixes.of([{ regime: other, weight: 1 }]);
    for (let weight = 2; weight < 300; weight += 1) {
      mixes.of([{ regime: one, weight }]);
      expect(mixes.of([{ regime: one, weight: 1 }])).toBe(often);
    }
    expect(mixes.of([{ regime: other, weight: 1 }])).not.toBe(once);
  });
});

describe('ExpectedCounts', () => {
  const figures: MeterFigures = {
    begun: 1,
    attempts: 1.1,
    outcomes: Float64Array.of(0.9, 0.05, 0.03, 0.02, 0, 0),
    abandoned: 0,
    attemptOutcomes: Float64Array.of(0.85, 0.1, 0.05, 0, 0, 0),
    sojournUs: 5000,
    okUs: 4000,
    latencies: { first: 1000, shares: Float64Array.of(0.25, 0.25, 0.5) },
  };

  it.each([0.3, 1, 7.7, 1234.56])('loses nothing of %s calls at a time', (calls) => {
    const meters = new Meters();
    const meter = meters.add('users');
    const counts = new ExpectedCounts(meter);
    const times = 1000;
    for (let i = 0; i < times; i += 1) counts.add(meters, figures, calls, 1.1 * calls);
    const begun = meters.total(meter, Tally.Begun);
    expect(Math.abs(begun - times * calls)).toBeLessThanOrEqual(1);
    expect(meters.ended(meter)).toBe(begun);
    expect(meters.inFlight(meter)).toBe(0);
    for (const [outcome, share] of figures.outcomes.entries())
      expect(Math.abs(meters.total(meter, outcome) - share * begun)).toBeLessThanOrEqual(1);
    expect(Math.abs(meters.total(meter, Tally.Attempts) - 1.1 * times * calls)).toBeLessThanOrEqual(1);
    const latencies = meters.interval(meter);
    expect(latencies.count).toBe(meters.total(meter, 0));
    expect(latencies.mean).toBeCloseTo(4000, 6);
    const [low = 0, middle = 0] = latencies.buckets().map(({ count }) => count / latencies.count);
    expect(Math.abs(low - 0.25)).toBeLessThan(0.03);
    expect(Math.abs(middle - 0.25)).toBeLessThan(0.03);
  });
});
