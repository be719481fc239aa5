// Caches before calls: how often something is there (LRU, times to live), who fetches what is not, and what a new process has.
import { describe, expect, it } from 'vitest';
import type { CacheSpec } from '../../src/model/settings/cache.ts';
import { KeyCache } from '../../src/traffic/caches/key-cache.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { behavior, call, source, TrafficRig } from '../support/traffic-rig.ts';
import type { PodRow } from '../../src/model/rows.ts';

const constant = (value: number) => ({ type: 'constant', value }) as const;

function cacheOf(more: Partial<CacheSpec>): CacheSpec {
  return {
    entries: 100,
    ttlUs: Infinity,
    ttlJitter: 0,
    hitUs: 0,
    singleFlight: false,
    serveStale: false,
    earlyExpiry: 0,
    warm: false,
    timeoutUs: 0,
    ...more,
  };
}

interface Options {
  readonly rate: string;
  readonly keys: number;
  readonly zipf?: number;
  readonly fetchUs?: number;
  readonly fronts?: number;
  readonly caches?: number;
}

function rigOf(spec: CacheSpec, { rate, keys, zipf = 1, fetchUs = 1000, fronts = 1, caches = 0 }: Options): TrafficRig {
  return new TrafficRig({
    services: { web: fronts, db: 1, ...(caches === 0 ? {} : { memcached: caches }) },
    behaviors: [
      behavior('web', { service: constant(0), concurrency: 1e6 }, [call('db', { cache: spec })]),
      behavior('db', { service: constant(fetchUs), concurrency: 1e6 }),
      behavior('memcached', { service: constant(100), concurrency: 1e6 }),
    ],
    traffic: [source('people', 'web', rate, { keys: { count: keys, zipf, hot: [] } })],
    ...(caches > 1 ? { network: { balancer: { name: 'NginxHash', args: { key: 'key', consistent: true } } } } : {}),
  });
}

const counts = (rig: TrafficRig) => [...(rig.traffic.caches?.counts.values() ?? [])][0];

/** Of those after the first ones, by which it is filled. */
function hitRatio(rig: TrafficRig, fromUs: number, toUs: number): number {
  rig.engine.run(fromUs);
  const { hits, misses } = counts(rig);
  rig.engine.run(toUs);
  rig.traffic.check();
  return (counts(rig).hits - hits) / (counts(rig).hits - hits + counts(rig).misses - misses);
}

function shares(count: number, zipf: number): number[] {
  const weights = Array.from({ length: count }, (_, k) => (k + 1) ** -zipf);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Che, Tung and Wang, IEEE JSAC 20(7), 2002: a key is there if it was asked for within the time in which as many others are as there is room. */
function che(p: readonly number[], entries: number): number {
  const there = (t: number) => p.reduce((sum, share) => sum + 1 - Math.exp(-share * t), 0);
  let low = 0;
  let high = 1;
  while (there(high) < entries) high *= 2;
  for (let i = 0; i < 100; i += 1) {
    const middle = (low + high) / 2;
    if (there(middle) < entries) low = middle;
    else high = middle;
  }
  return p.reduce((sum, share) => sum + share * (1 - Math.exp(-share * high)), 0);
}

/** With room for two: the last two different keys are there (King 1971). */
function exactOfTwo(p: readonly number[]): number {
  let sum = 0;
  for (const [i, first] of p.entries())
    for (const [j, second] of p.entries()) if (i !== j) sum += ((first * second) / (1 - first)) * (first + second);
  return sum;
}

describe('the least recently used key goes first', () => {
  it.each([
    [1000, 1, 100],
    [1000, 0.8, 300],
    [100_000, 0.9, 2000],
  ])('of %i keys with exponent %d and room for %i: the ratio is that of Che', (keys, zipf, entries) => {
    const expected = che(shares(keys, zipf), entries);
    // 80,000 requests: a deviation of 0.0017, and more where what is there changes slowly.
    expect(
      Math.abs(hitRatio(rigOf(cacheOf({ entries }), { rate: '10000/s', keys, zipf }), 3e6, 11e6) - expected),
    ).toBeLessThan(0.008);
  });

  it.each([
    [5, 1],
    [3, 0],
    [8, 2],
  ])('of %i keys with exponent %d and room for two: exactly', (keys, zipf) => {
    const ratio = hitRatio(rigOf(cacheOf({ entries: 2 }), { rate: '5000/s', keys, zipf, fetchUs: 0 }), 1e6, 16e6);
    expect(Math.abs(ratio - exactOfTwo(shares(keys, zipf)))).toBeLessThan(0.008);
  });

  it('whatever is asked for', () => {
    const cache = new KeyCache(3);
    const there = new Map<number, number>();
    let state = 1;
    for (let i = 0; i < 5000; i += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const key = (state >>> 8) % 6;
      const found = cache.find(key) >= 0;
      expect(found).toBe(there.has(key));
      if (!found) cache.put(key, i, 0);
      there.delete(key);
      there.set(key, i);
      if (there.size > 3) there.delete([...there.keys()][0]);
      expect(cache.size).toBe(there.size);
    }
  });
});

describe('a time to live', () => {
  it('makes a miss of every first request after it', () => {
    // One key: a fetch each time its time is over, then λT hits on average: λT / (1 + λT).
    const one = hitRatio(rigOf(cacheOf({ ttlUs: 500_000 }), { rate: '20/s', keys: 1, fetchUs: 0 }), 1e6, 1501e6);
    expect(Math.abs(one - 10 / 11)).toBeLessThan(0.007);
    const p = shares(50, 1);
    const many = p.reduce((sum, share) => sum + (share * 200 * share) / (1 + 200 * share), 0);
    const ratio = hitRatio(rigOf(cacheOf({ ttlUs: 1e6 }), { rate: '200/s', keys: 50, fetchUs: 0 }), 5e6, 205e6);
    expect(Math.abs(ratio - many)).toBeLessThan(0.01);
  });

  it('and a fetch that takes a while bring a stampede, unless one fetches for all', () => {
    // λ = 1000/s, a fetch of 50 ms: the first and 50 more at each expiry, until one has put it back. The last of them puts it back 100 ms after the
    // expiry, the only one of others after 50 ms: every 1.1 s, and every 1.05 s.
    const options = { rate: '1000/s', keys: 1, fetchUs: 50_000 };
    const fetches = (more: Partial<CacheSpec>) => {
      const rig = rigOf(cacheOf({ ttlUs: 1e6, ...more }), options);
      rig.engine.run(52.5e6);
      rig.traffic.check();
      const { meters, services } = rig.traffic;
      expect(meters.total(services.meterOf('default', 'db'), Tally.Begun)).toBe(counts(rig).misses);
      return Object.assign({}, counts(rig));
    };
    const all = fetches({});
    expect(Math.abs(all.misses / (52.5 / 1.1) - 51)).toBeLessThan(4);
    const one = fetches({ singleFlight: true });
    expect(Math.abs(one.misses - 50)).toBeLessThan(2);
    expect(Math.abs(one.shared / 50 - 50)).toBeLessThan(3);
    const stale = fetches({ serveStale: true, singleFlight: true });
    expect(Math.abs(stale.misses - 50)).toBeLessThan(2);
    // Only before the first answer was there nothing to take.
    expect(stale.shared).toBeLessThan(90);
    expect(Math.abs(stale.stale / 49 - 50)).toBeLessThan(3);
    // Some fetch too early, so that hardly anybody comes too late.
    const early = fetches({ earlyExpiry: 1 });
    expect(early.early).toBeGreaterThan(50);
    expect(early.misses).toBeLessThan(all.misses / 3);
  });
});

describe('a process that starts over', () => {
  it('has nothing, or what is popular', () => {
    const misses = (warm: boolean): number => {
      const rig = rigOf(cacheOf({ entries: 500, warm }), { rate: '2000/s', keys: 1000 });
      rig.engine.run(20e6);
      const pod = (rig.pods.get('web') ?? [])[0] as PodRow;
      const before = counts(rig).misses;
      rig.engine.run(21e6);
      const usual = counts(rig).misses - before;
      rig.kill(pod);
      rig.start(pod);
      const start = counts(rig).misses;
      rig.engine.run(22e6);
      rig.traffic.check();
      return counts(rig).misses - start - usual;
    };
    expect(misses(false)).toBeGreaterThan(150);
    expect(misses(true)).toBeLessThan(60);
  });
});

describe('a cache that is a Service', () => {
  it('is asked by all, keeps each key on one pod, and is a call', () => {
    const rig = rigOf(cacheOf({ entries: 100, at: { namespace: undefined, name: 'memcached' } }), {
      rate: '3000/s',
      keys: 1000,
      fronts: 4,
      caches: 3,
    });
    rig.engine.run(8e6);
    rig.traffic.check();
    // Three times the room of one pod; each pod has its own share of keys.
    const ratio = hitRatio(rig, 8e6, 20e6);
    expect(Math.abs(ratio - che(shares(1000, 1), 300))).toBeLessThan(0.02);
    const { meters, services } = rig.traffic;
    const asked = meters.total(services.meterOf('default', 'memcached'), Tally.Begun);
    expect(asked).toBe(meters.total(0, Tally.Begun));
    expect(meters.total(services.meterOf('default', 'db'), Tally.Begun)).toBe(counts(rig).misses);
  });

  it('does without it while it is down, and everybody calls', () => {
    const rig = rigOf(cacheOf({ at: { namespace: undefined, name: 'memcached' } }), {
      rate: '1000/s',
      keys: 100,
      caches: 1,
    });
    rig.engine.run(10e6);
    rig.kill((rig.pods.get('memcached') ?? [])[0] as PodRow);
    const before = Object.assign({}, counts(rig));
    rig.engine.run(20e6);
    rig.traffic.check();
    expect(counts(rig).hits).toBe(before.hits);
    expect(Math.abs(counts(rig).misses - before.misses - 10_000)).toBeLessThan(500);
    expect(rig.traffic.meters.total(0, 3)).toBe(0);
  });
});

it('loses no request whatever dies, with one fetch for all', () => {
  const rig = rigOf(
    cacheOf({ ttlUs: 200_000, singleFlight: true, at: { namespace: undefined, name: 'memcached' }, timeoutUs: 5000 }),
    {
      rate: '500/s',
      keys: 20,
      fetchUs: 40_000,
      fronts: 3,
      caches: 2,
    },
  );
  const pods = ['web', 'db', 'memcached'].flatMap((name) => rig.pods.get(name) ?? []);
  for (let i = 1; i <= 200; i += 1) {
    rig.engine.run(i * 50_000);
    rig.traffic.check();
    const pod = pods[i % pods.length] as PodRow;
    rig.kill(pod);
    if (i % 3 !== 0) rig.start(pod);
    else rig.start(pods[(i + 2) % pods.length] as PodRow);
  }
  for (const pod of pods) rig.kill(pod as PodRow);
  rig.engine.run(60e6);
  rig.traffic.check();
});
