// Users in closed loops and on visits: nobody sends a second request before the end of the first, and whoever comes leaves or stays.
import { describe, expect, it } from 'vitest';
import type { UsersSpec } from '../../src/model/settings/users.ts';
import { stepsOf } from '../../src/traffic/users/population-curve.ts';
import { Tally } from '../../src/traffic/meters.ts';
import type { DistributionSpec } from '../../src/lib/distribution.ts';
import { behavior, source, TrafficRig } from '../support/traffic-rig.ts';
import type { PodRow } from '../../src/model/rows.ts';

const exponential = (mean: number) => ({ type: 'exponential', mean }) as const;
const constant = (value: number) => ({ type: 'constant', value }) as const;

function users(more: Partial<UsersSpec>): UsersSpec {
  const think = more.think ?? exponential(1e6);
  return { count: [{ atUs: 0, users: 20 }], think, leave: 0, leaveAfterFailure: 0, away: think, ...more };
}

function rigOf(
  spec: UsersSpec,
  more: Partial<Parameters<typeof source>[3]> = {},
  work: DistributionSpec = exponential(10_000),
): TrafficRig {
  return new TrafficRig({
    services: { web: 2 },
    behaviors: [behavior('web', { service: work, concurrency: 1, queue: 1000 })],
    traffic: [source('people', 'web', '1/s', { arrivals: undefined, users: spec, ...more })],
  });
}

const population = (rig: TrafficRig) => rig.traffic.users?.populations[0];

describe('the number of users', () => {
  it.each([
    // A jump, a line that rises by four in 8 s, one that falls by two in 4 s: its first user goes as it begins to fall.
    [
      [
        [0, 1],
        [0, 3],
        [8, 7],
        [12, 5],
      ],
      [
        [0, 1],
        [0, 3],
        [2, 4],
        [4, 5],
        [6, 6],
        [8, 7],
        [8, 6],
        [10, 5],
      ],
    ],
    [[[5, 2]], [[5, 2]]],
    [
      [
        [0, 2],
        [9, 2],
        [9, 0],
      ],
      [
        [0, 2],
        [9, 0],
      ],
    ],
    [
      [
        [1, 0],
        [2, 1],
      ],
      [
        [1, 0],
        [2, 1],
      ],
    ],
  ])('%j changes as %j', (points, steps) => {
    const found = [...stepsOf(points.map(([at, there]) => ({ atUs: at * 1e6, users: there })))];
    expect(found.map(({ atUs, users: there }) => [atUs / 1e6, there])).toEqual(steps);
  });

  it('rises and falls with its points; those who wait go after their answer', () => {
    const count = [0, 40, 40, 10, 0].map((there, i) => ({ atUs: i * 10e6, users: there }));
    const rig = rigOf(users({ count, think: constant(50_000) }), {}, constant(400_000));
    const there = () => (population(rig)?.thinking ?? 0) + (population(rig)?.waiting ?? 0);
    const seen: number[] = [];
    for (let second = 5; second <= 45; second += 10) {
      rig.engine.run(second * 1e6);
      rig.traffic.check();
      seen.push(there());
    }
    // Halfway between the points; two pods of 0.4 s serve five a second, so that 40 need eight seconds to get their answers.
    expect(seen[0]).toBe(20);
    expect(seen[1]).toBe(40);
    expect(seen[2]).toBeGreaterThanOrEqual(25);
    expect(seen[2]).toBeLessThan(40);
    expect(seen[4]).toBe(0);
    expect(population(rig)?.came).toBe(population(rig)?.left);
  });
});

describe('a closed loop', () => {
  it('sends one request in each think time and answer', () => {
    // One user, a think time of 100 ms and 20 ms of work: a request every 120 ms, the first after 100 ms.
    const rig = rigOf(users({ count: [{ atUs: 0, users: 1 }], think: constant(100_000) }), {}, constant(20_000));
    rig.engine.run(12e6);
    rig.traffic.check();
    expect(rig.traffic.meters.total(0, Tally.Begun)).toBe(100);
    expect(rig.traffic.meters.latencies(0).count + rig.traffic.meters.interval(0).count).toBe(100);
  });

  it('never has more requests in flight than users, whatever dies', () => {
    const rig = rigOf(users({ think: exponential(30_000) }), {
      timeoutUs: 40_000,
      retries: { max: 2, backoffUs: 5000, jitter: 0.5 },
    });
    for (let i = 1; i <= 300; i += 1) {
      rig.engine.run(i * 50_000);
      rig.traffic.check();
      expect(rig.traffic.meters.inFlight(0)).toBeLessThanOrEqual(20);
      const pod = (rig.pods.get('web') ?? [])[i % 2] as PodRow;
      if (i % 10 === 0) rig.kill(pod);
      if (i % 10 === 5) rig.start((rig.pods.get('web') ?? [])[(i - 5) % 2] as PodRow);
    }
    expect(rig.traffic.meters.total(0, Tally.Begun)).toBeGreaterThan(1000);
  });

  it('stops with its source', () => {
    const rig = rigOf(users({}), { startUs: 5e6, stopUs: 20e6 });
    rig.engine.run(5e6 - 1);
    expect(population(rig)?.came).toBe(0);
    rig.engine.run(60e6);
    rig.traffic.check();
    expect(population(rig)).toMatchObject({ thinking: 0, waiting: 0, came: 20, left: 20 });
    expect(rig.engine.pending).toBe(0);
  });

  it('has an empty place for as long as one who left is away', () => {
    // Each answer takes 0.5 s and each user leaves with it; thinks 0.5 s at first, is away for 9.5 s.
    const spec = users({
      count: [{ atUs: 0, users: 10 }],
      think: constant(500_000),
      leave: 1,
      away: constant(9_500_000),
    });
    const rig = new TrafficRig({
      services: { web: 1 },
      behaviors: [behavior('web', { service: constant(500_000), concurrency: 100 })],
      traffic: [source('people', 'web', '1/s', { arrivals: undefined, users: spec })],
    });
    rig.engine.run(100e6);
    rig.traffic.check();
    expect(rig.traffic.meters.total(0, Tally.Begun)).toBe(100);
    expect(population(rig)).toMatchObject({ came: 100, left: 100, gaveUp: 0 });
  });
});

describe('users who come by arrivals', () => {
  it('send a geometric number of requests each, and leave', () => {
    const rig = rigOf(users({ count: undefined, leave: 0.25, leaveAfterFailure: 0.25 }), {
      arrivals: { name: 'poisson', args: { rate: '20/s' } },
      stopUs: 2000e6,
    });
    rig.engine.run(2000e6);
    rig.traffic.check();
    const came = population(rig)?.came ?? 0;
    const begun = rig.traffic.meters.total(0, Tally.Begun);
    // 40,000 expected ± 200; a mean of 1 / 0.25 requests each, of deviation √0.75 / 0.25 / √40,000 = 0.017.
    expect(Math.abs(came - 40_000)).toBeLessThan(800);
    expect(Math.abs(begun / came - 4)).toBeLessThan(0.07);
    expect(population(rig)?.gaveUp).toBe(0);
  });

  it('give up after failures', () => {
    const rig = rigOf(users({ count: undefined, leave: 0.01, leaveAfterFailure: 1 }), {
      arrivals: { name: 'poisson', args: { rate: '10/s' } },
      timeoutUs: 1,
    });
    rig.engine.run(50e6);
    rig.traffic.check();
    const { came, left, gaveUp } = population(rig) ?? { came: 0, left: 0, gaveUp: 0 };
    expect(came).toBeGreaterThan(300);
    expect(left).toBe(came);
    expect(gaveUp).toBe(came);
    expect(rig.traffic.meters.total(0, Tally.Begun)).toBe(came);
  });
});

it('is the same with the same seed, and does not change other sources', () => {
  const other = source('robots', 'web', '30/s', { name: 'robots' });
  const run = (traffic: Parameters<typeof source>[3][]): { digest: string; robots: number } => {
    const sources = traffic.map((more) => source('people', 'web', '1/s', more));
    const rig = new TrafficRig({
      seed: 7,
      services: { web: 2 },
      behaviors: [behavior('web', { service: constant(1), concurrency: 1000 })],
      traffic: [...sources, other],
    });
    rig.engine.run(50e6);
    return { digest: rig.engine.digest(), robots: rig.traffic.meters.total(sources.length, Tally.Begun) };
  };
  const some = { arrivals: undefined, users: users({}) };
  expect(run([some])).toEqual(run([some]));
  expect(run([some]).robots).toBe(run([]).robots);
});
