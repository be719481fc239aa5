// Classes of requests, sessions that follow a path, and keys: who asks for what, how much work it is, and which pod gets it.
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../src/engine/counter.ts';
import type { RequestClass } from '../../src/model/settings/request-classes.ts';
import type { SessionPage } from '../../src/model/settings/users.ts';
import { Keys } from '../../src/traffic/classes/keys.ts';
import { Zipf } from '../../src/traffic/classes/zipf.ts';
import { Outcome } from '../../src/traffic/calls.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { behavior, call, source, TrafficRig } from '../support/traffic-rig.ts';

const constant = (value: number) => ({ type: 'constant', value }) as const;
const request = { outside: true, host: '', method: 'GET', path: '/', headers: {}, cookies: {} };

function classOf(name: string, more: Partial<RequestClass> = {}): RequestClass {
  return { name, weight: 1, to: { namespace: 'default', name: 'web' }, priority: 0, work: 1, request, ...more };
}

/** How many began of each class. */
function begun({ traffic }: TrafficRig): Record<string, number> {
  const { classes, meters } = traffic;
  return Object.fromEntries(
    (classes?.names ?? []).map((name, i) => [name, meters.total(classes?.meter[i] ?? -1, Tally.Begun)]),
  );
}

describe('Zipf', () => {
  it.each([
    [10, 1],
    [1000, 0.99],
    [1_000_000, 0.8],
    [50, 2.5],
    [7, 0],
    [1, 1],
  ])('of %i keys with exponent %d gives each its share', (count, exponent) => {
    const zipf = new Zipf(count, exponent);
    const random = new CounterRandom(1, 'zipf');
    const draws = 200_000;
    const seen = new Map<number, number>();
    for (let i = 0; i < draws; i += 1) {
      random.seek(i, 0, 0);
      const key = zipf.draw(random);
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    let norm = 0;
    for (let k = 1; k <= count; k += 1) norm += k ** -exponent;
    let upTo = 0;
    let seenUpTo = 0;
    for (let k = 0; k < Math.min(count, 2000); k += 1) {
      upTo += (k + 1) ** -exponent / norm;
      seenUpTo += (seen.get(k) ?? 0) / draws;
      // Four standard deviations of a share, for the first keys by themselves and for the distribution function.
      const p = (k + 1) ** -exponent / norm;
      if (k < 5)
        expect(Math.abs((seen.get(k) ?? 0) / draws - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / draws) + 1e-9);
      expect(Math.abs(seenUpTo - upTo)).toBeLessThan(5 / 2 / Math.sqrt(draws));
    }
    expect(Math.min(...seen.keys())).toBeGreaterThanOrEqual(0);
    expect(Math.max(...seen.keys())).toBeLessThan(count);
  });

  it('has hot keys for a time: the least popular ones', () => {
    const engine = { now: 0, seed: '1' };
    const hot = [{ share: 0.4, keys: 2, fromUs: 10, untilUs: 20 }];
    const keys = new Keys(engine as ConstructorParameters<typeof Keys>[0], { count: 1e6, zipf: 1, hot });
    const share = (now: number) => {
      engine.now = now;
      let hits = 0;
      for (let i = 0; i < 20_000; i += 1) if (keys.keyOf(i, now) >= 999_998) hits += 1;
      return hits / 20_000;
    };
    expect([share(9), share(20)].every((one) => one < 0.001)).toBe(true);
    expect(Math.abs(share(10) - 0.4)).toBeLessThan(0.015);
  });
});

describe('classes', () => {
  it('come by weight, each with its meter, and conserve requests', () => {
    const rig = new TrafficRig({
      services: { web: 2, pay: 1 },
      behaviors: [
        behavior('web', { service: constant(5000), concurrency: 8 }),
        behavior('pay', { service: constant(50_000) }),
      ],
      traffic: [
        source('people', 'web', '400/s', {
          classes: [classOf('look', { weight: 3 }), classOf('buy', { to: { namespace: 'default', name: 'pay' } })],
          timeoutUs: 100_000,
          retries: { max: 1, backoffUs: 1000, jitter: 0 },
        }),
      ],
    });
    rig.engine.run(60e6);
    rig.traffic.check();
    const { look, buy } = begun(rig);
    // 24,000 requests ± 155; a share of 1/4 ± 0.0028.
    expect(Math.abs(buy / (look + buy) - 0.25)).toBeLessThan(0.012);
    expect(look + buy).toBe(rig.traffic.meters.total(0, Tally.Begun));
    const { classes, meters, services } = rig.traffic;
    // 100 a second for a pod that can do 20: only buying fails.
    expect(meters.total(classes?.meter[0] ?? -1, Outcome.Timeout)).toBe(0);
    expect(meters.total(classes?.meter[1] ?? -1, Outcome.Timeout)).toBeGreaterThan(1000);
    expect(meters.total(services.meterOf('default', 'pay'), Tally.Begun)).toBe(buy);
  });

  it('are more work for whoever serves them first, and only they make some calls', () => {
    const rig = new TrafficRig({
      services: { web: 1, stock: 1, bank: 1 },
      behaviors: [
        behavior('web', { service: constant(10_000), concurrency: 100 }, [
          call('stock'),
          call('bank', { classes: ['buy'] }),
        ]),
        behavior('stock', { service: constant(1000), concurrency: 100 }),
        behavior('bank', { service: constant(7000), concurrency: 100 }),
      ],
      traffic: [
        source('people', 'web', '50/s', { classes: [classOf('look'), classOf('buy', { work: 3 })], stopUs: 60e6 }),
        source('robots', 'web', '20/s', { name: 'robots', stopUs: 60e6 }),
      ],
    });
    rig.engine.run(70e6);
    rig.traffic.check();
    const { classes, meters, services } = rig.traffic;
    const meanUs = (meter: number) => meters.interval(meter).sum / meters.interval(meter).count;
    expect(meanUs(classes?.meter[0] ?? -1)).toBe(11_000);
    expect(meanUs(classes?.meter[1] ?? -1)).toBe(38_000);
    expect(meanUs(1)).toBe(11_000);
    expect(meters.total(services.meterOf('default', 'bank'), Tally.Begun)).toBe(begun(rig)['buy']);
    expect(meters.total(services.meterOf('default', 'stock'), Tally.Begun)).toBe(
      meters.total(0, Tally.Begun) + meters.total(1, Tally.Begun),
    );
  });
});

describe('sessions', () => {
  const pages = (session: readonly SessionPage[]) => {
    const rig = new TrafficRig({
      services: { web: 1 },
      behaviors: [behavior('web', { service: constant(1000), concurrency: 1000 })],
      traffic: [
        source('people', 'web', '1/s', {
          arrivals: { name: 'poisson', args: { rate: '50/s' } },
          users: {
            count: undefined,
            think: constant(100_000),
            leave: 0,
            leaveAfterFailure: 0,
            away: constant(1),
            session,
          },
          classes: [classOf('home'), classOf('item'), classOf('buy')],
          stopUs: 200e6,
        }),
      ],
    });
    rig.engine.run(190e6);
    rig.traffic.check();
    return { ...begun(rig), came: rig.traffic.users?.populations[0]?.came ?? 0 } as Record<
      'home' | 'item' | 'buy' | 'came',
      number
    >;
  };

  it('follow a list, and end with it', () => {
    const next = (page: number) => [{ page, weight: 1 }];
    const { home, item, buy, came } = pages([
      { requestClass: 0, next: next(1), leave: 0 },
      { requestClass: 1, next: next(2), leave: 0 },
      { requestClass: 1, next: next(3), leave: 0 },
      { requestClass: 2, next: [], leave: 1 },
    ]);
    expect(home).toBe(came);
    expect(Math.abs(item / home - 2)).toBeLessThan(0.02);
    expect(Math.abs(buy / home - 1)).toBeLessThan(0.02);
  });

  it('follow a Markov chain: visits as its equations say', () => {
    // v(home) = 1, v(item) = 0.8 v(home) + 0.5 v(item) = 1.6, v(buy) = 0.2 v(item) = 0.32.
    const { home, item, buy, came } = pages([
      { requestClass: 0, next: [{ page: 1, weight: 8 }], leave: 2 },
      {
        requestClass: 1,
        next: [
          { page: 1, weight: 5 },
          { page: 2, weight: 2 },
        ],
        leave: 3,
      },
      { requestClass: 2, next: [], leave: 1 },
    ]);
    expect(home).toBe(came);
    // 9,500 visits; deviations of a visit's numbers are about 1.7 and 0.5.
    expect(Math.abs(item / home - 1.6)).toBeLessThan(0.07);
    expect(Math.abs(buy / home - 0.32)).toBeLessThan(0.02);
  });
});

describe('keys', () => {
  it.each([
    ['one source', undefined],
    ['its classes', [classOf('look'), classOf('buy')]],
  ])('of %s lead a hashing balancer: one key, one pod', (_what, classes) => {
    const rig = new TrafficRig({
      services: { web: 4 },
      behaviors: [behavior('web', { service: constant(1000), concurrency: 1000 })],
      traffic: [source('people', 'web', '300/s', { classes, keys: { count: 1000, zipf: 1, hot: [] } })],
      network: { balancer: { name: 'NginxHash', args: { key: 'key', consistent: true } } },
    });
    const pods = new Map<number, Set<number>>();
    rig.engine.observe((_time, kind, row) => {
      if (kind !== 'traffic.reach') return;
      const { keys } = rig.traffic.calls as unknown as { keys: Int32Array };
      const pod = rig.traffic.calls.ints[20 * row + 11];
      const set = pods.get(keys[row]) ?? new Set();
      pods.set(keys[row], set.add(pod));
    });
    rig.engine.run(30e6);
    expect(pods.size).toBeGreaterThan(300);
    expect([...pods.values()].every((set) => set.size === 1)).toBe(true);
    expect(new Set([...pods.values()].flatMap((set) => [...set])).size).toBe(4);
  });
});
