// Failures at random against their theory: renewals by Weibull and bathtub lifetimes, availability, shocks that strike many at once.
import { describe, expect, it } from 'vitest';
import { Samplers } from '../../src/engine/distributions.ts';
import { Engine } from '../../src/engine/engine.ts';
import { FaultInjector } from '../../src/faults/fault-injector.ts';
import type { DistributionSpec } from '../../src/lib/distribution.ts';
import type { NodeRow } from '../../src/model/rows.ts';
import { ClusterState, ZONE_LABEL } from '../../src/model/state.ts';

const HOUR = 3600e6;
const nothing = (): (() => void) => () => undefined;

/** A fleet that only counts: how long each machine is down, and who is struck at once. */
function fleet(count: number, seed = 1) {
  const state = new ClusterState(String(seed));
  const resources = { cpu: 1, memory: 1, pods: 1 };
  for (let i = 0; i < count; i += 1) {
    const spec = {
      name: `n${i}`,
      labels: { [ZONE_LABEL]: `z${i % 4}` },
      taints: [],
      unschedulable: false,
      hourlyCost: 0,
    };
    const node = state.addNode({ ...spec, capacity: resources, allocatable: resources }, 0);
    state.machines.nodeUp[node] = 1;
  }
  const engine = new Engine({ seed });
  const down = new Map<NodeRow, number>();
  const seen = { downUs: 0, failures: 0, byNode: new Int32Array(count) };
  const machinery = {
    crashNode: (node: NodeRow) => {
      state.machines.nodeUp[node] = 0;
      seen.failures += 1;
      seen.byNode[node] += 1;
      down.set(node, engine.now);
    },
    recoverNode: (node: NodeRow) => {
      state.machines.nodeUp[node] = 1;
      seen.downUs += engine.now - (down.get(node) ?? 0);
      down.delete(node);
    },
    scrapNode: nothing,
    shutDownNode: nothing,
    stopKubelet: nothing,
    startKubelet: nothing,
    cutOff: nothing,
    reconnect: nothing,
    crashContainer: nothing,
  };
  const network = { disturb: nothing, fillConntrack: nothing, slowNames: nothing };
  return { engine, state, seen, faults: new FaultInjector(engine, state, { machinery, network }, () => false) };
}

const weibull = (shape: number, hours: number): DistributionSpec => ({ type: 'weibull', shape, scale: hours * HOUR });
const bathtub: DistributionSpec = {
  type: 'bathtub',
  infant: { shape: 0.5, scale: 4000 * HOUR },
  steady: 1000 * HOUR,
  wearOut: { shape: 4, scale: 900 * HOUR },
};

describe('the distribution bathtub', () => {
  const samplers = new Samplers();
  const random = new Engine({ seed: 7 }).stream('test');

  it('has the mean of its draws', () => {
    const id = samplers.add(bathtub);
    const draws = Array.from({ length: 200_000 }, () => samplers.draw(id, random));
    const mean = draws.reduce((sum, one) => sum + one, 0) / draws.length;
    const sd = Math.sqrt(draws.reduce((sum, one) => sum + (one - mean) ** 2, 0) / draws.length);
    expect(Math.abs(mean - samplers.mean(id))).toBeLessThan((4 * sd) / Math.sqrt(draws.length));
  });

  it('survives by the product of three survival functions, and its rate falls and rises again', () => {
    const id = samplers.add(bathtub);
    const n = 200_000;
    const draws = Array.from({ length: n }, () => samplers.draw(id, random) / HOUR);
    const alive = (t: number) => draws.filter((one) => one > t).length / n;
    for (const t of [1, 30, 300, 700]) {
      const p = Math.exp(-Math.sqrt(t / 4000) - t / 1000 - (t / 900) ** 4);
      expect(Math.abs(alive(t) - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / n));
    }
    const rate = (from: number, to: number) => Math.log(alive(from) / alive(to)) / (to - from);
    expect(rate(0, 10)).toBeGreaterThan(2 * rate(200, 300));
    expect(rate(800, 900)).toBeGreaterThan(2 * rate(200, 300));
  });

  it('in the limit is one of its parts', () => {
    const never = 1e9 * HOUR;
    const id = samplers.add({
      ...bathtub,
      infant: { shape: 0.5, scale: never * 1e6 },
      wearOut: { shape: 2, scale: never },
    });
    expect(samplers.mean(id) / HOUR).toBeCloseTo(1000, 0);
  });
});

describe('renewals', () => {
  // Elementary renewal theorem with the second term: E[N(t)] = t/m + (v/m² - 1)/2; the variance is about t·v/m³.
  it.each([
    ['Weibull, shape 0.7', weibull(0.7, 100)],
    ['Weibull, shape 2', weibull(2, 100)],
    ['bathtub', bathtub],
  ] as const)('%s: as many failures as its mean says, by node', (_name, every) => {
    const one = fleet(200);
    const hours = 20_000;
    const fault = { name: 'NodeCrash', args: { for: '1us' } };
    one.faults.atRandom({ fault, every, fromUs: 0, untilUs: hours * HOUR, per: 'node' });
    one.engine.run(hours * HOUR);
    const samplers = new Samplers();
    const id = samplers.add(every);
    const random = new Engine({ seed: 3 }).stream('moments');
    const draws = Array.from({ length: 100_000 }, () => samplers.draw(id, random) / HOUR);
    const mean = samplers.mean(id) / HOUR;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    const expected = 200 * (hours / mean + (variance / mean ** 2 - 1) / 2);
    const sd = Math.sqrt((200 * hours * variance) / mean ** 3);
    expect(Math.abs(one.seen.failures - expected)).toBeLessThan(4 * sd);
    expect(Math.min(...one.seen.byNode)).toBeGreaterThan(0);
  });

  it('by zone: each zone has a schedule of its own', () => {
    const one = fleet(40);
    const fault = { name: 'NodeCrash', args: { for: '1us' } };
    one.faults.atRandom({
      fault,
      every: { type: 'constant', value: HOUR },
      fromUs: 0,
      untilUs: 10.5 * HOUR,
      per: 'zone',
    });
    one.engine.run(12 * HOUR);
    const byZone = [0, 1, 2, 3].map((zone) =>
      one.seen.byNode.filter((_, node) => node % 4 === zone).reduce((a, b) => a + b, 0),
    );
    expect(byZone).toEqual([10, 10, 10, 10]);
  });
});

it('availability is mean time up by mean time up and down (alternating renewals)', () => {
  const one = fleet(300);
  const args = { up: { weibull: { shape: 0.7, scale: '100h' } }, repair: { lognormal: { median: '1h', sigma: 1.2 } } };
  one.faults.at(0, { name: 'NodeFailures', args });
  const hours = 20_000;
  one.engine.run(hours * HOUR);
  const up = 100 * 1.26582; // Γ(1 + 1/0.7)
  const down = Math.exp(1.2 ** 2 / 2);
  const unavailable = one.seen.downUs / (300 * hours * HOUR);
  const expected = down / (up + down);
  // Each machine alternates some 155 times: the relative error of 46,000 cycles, four times.
  expect(Math.abs(unavailable / expected - 1)).toBeLessThan(0.05);
});

it('a shock strikes as many as a binomial distribution says', () => {
  const one = fleet(40);
  const shocks = 2000;
  const fault = { name: 'CorrelatedOutage', args: { probability: 0.2, for: '1s' } };
  one.faults.atRandom({ fault, every: { type: 'constant', value: 60e6 }, fromUs: 0, untilUs: (shocks + 0.5) * 60e6 });
  const sizes: number[] = [];
  for (let i = 1; i <= shocks; i += 1) {
    const before = one.seen.failures;
    one.engine.run(i * 60e6 + 30e6);
    sizes.push(one.seen.failures - before);
  }
  const mean = sizes.reduce((a, b) => a + b, 0) / shocks;
  const variance = sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / shocks;
  // Mean 8, variance 6.4; the standard error of the variance is about v·sqrt(2/n).
  expect(Math.abs(mean - 8)).toBeLessThan(4 * Math.sqrt(6.4 / shocks));
  expect(Math.abs(variance - 6.4)).toBeLessThan(4 * 6.4 * Math.sqrt(2 / shocks));
});
