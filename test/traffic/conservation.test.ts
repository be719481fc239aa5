// Requests are conserved whatever happens to pods and machines, equal seeds give equal runs, and equal requests bring equal work.
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../src/engine/counter.ts';
import { computeNames, orderNames } from '../../src/model/settings/traffic.ts';
import { CALL, Field } from '../../src/traffic/calls.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { behavior, call, realLinks, source, TrafficRig } from '../support/traffic-rig.ts';
import type { NodeRow, PodRow } from '../../src/model/rows.ts';

const NODES = 5;
const balancers = [
  { name: 'Random', args: {} },
  { name: 'RoundRobin', args: {} },
  { name: 'PowerOfTwo', args: {} },
  { name: 'JoinShortestQueue', args: { choices: 3 } },
  { name: 'JoinIdleQueue', args: {} },
  { name: 'LoadBoard', args: { refresh: '70ms', addOwn: true } },
];

/** Work that needs no cgroups of a node: these are the fuzzer's, with whole clusters. */
const ownCompute = computeNames.filter((name) => name !== 'nodeShared');

/** A small shop whose pods and machines die and come back, with everything that a call can do. */
function shop(seed: number): TrafficRig {
  const random = new CounterRandom(seed, 'shop');
  const retries = { max: random.int(4), backoffUs: 1 + random.int(20_000), jitter: random.uniform() };
  const timeoutUs = [0, 5000, 50_000, 1e6][random.int(4)];
  const balancer = balancers[random.int(balancers.length)];
  const some = () => ({
    concurrency: 1 + random.int(4),
    queue: random.int(5),
    order: orderNames[random.int(orderNames.length)],
    compute: ownCompute[random.int(ownCompute.length)],
    processors: 0.5 + random.int(3),
    errorRate: 0.1 * random.uniform(),
    service: { type: 'exponential', mean: 1 + random.int(20_000) } as const,
  });
  return new TrafficRig({
    seed,
    nodes: NODES,
    zones: 2,
    services: { front: 6, cart: 4, stock: 4 },
    behaviors: [
      behavior('front', some(), [
        call('cart', { count: 1 + random.int(3), timeoutUs, retries }),
        call('stock', { count: random.int(4), timeoutUs: 3000, parallel: true, priority: random.int(3) - 1 }),
        call('cart', { probability: random.uniform(), parallel: true, retries }),
        call('gone', { probability: 0.05 }),
      ]),
      behavior('cart', some(), [call('stock', { timeoutUs, retries })]),
      behavior('stock', some()),
    ],
    traffic: [
      source('users', 'front', '300/s', { timeoutUs, retries, stopUs: 20e6 }),
      source('partner', 'cart', '50/s', { timeoutUs: 30_000, stopUs: 20e6, priority: random.int(3) - 1 }),
    ],
    network: {
      balancer,
      kubeProxy: { minSyncPeriodUs: 1e6, syncFixedUs: 20_000, syncPerEndpointUs: 5, syncPerServiceUs: 0 },
      watchDelivery: { type: 'lognormal', median: 1500, sigma: 0.6 },
      links: realLinks,
    },
  });
}

/** Kills, ends, starts, crashes and cuts at random, checking after each; then lets everything end. */
function torment(rig: TrafficRig, seed: number): void {
  const { engine, state, traffic, network } = rig;
  const random = new CounterRandom(seed, 'torment');
  const pods = [...rig.pods.values()].flat();
  const cuts: (() => void)[] = [];
  const side = (zone: number) => ({
    includes: (node: number) => state.nodes.zone[node] === state.nodes.zone[zone],
    outside: false,
  });
  while (engine.now < 20e6) {
    engine.run(engine.now + 1 + random.int(200_000));
    traffic.check();
    const pod = pods[random.int(pods.length)] as PodRow;
    const node = random.int(NODES) as NodeRow;
    switch (random.int(7)) {
      case 0:
        rig.kill(pod);
        break;
      case 1:
        rig.terminate(pod);
        break;
      case 2:
        rig.crashNode(node);
        break;
      case 3:
        cuts.push(network.links.troubles.disturb({ from: side(0), to: side(1), loss: 1, delay: undefined }));
        break;
      case 4:
        cuts.pop()?.();
        break;
      case 5:
        for (const [service, those] of rig.pods)
          rig.publish(
            service,
            those.filter(() => random.uniform() < 0.7),
          );
        break;
      default:
        for (const one of pods) {
          state.machines.nodeUp[state.pods.node[one]] = 1;
          if (state.machines.listening[one] === 0) rig.start(one as PodRow);
        }
    }
    traffic.check();
  }
  // Without a timeout, some wait 127 s for each of up to 4 attempts of up to 3 calls in turn, at two levels, 4 times over.
  engine.run(engine.now + 50_000e6);
  traffic.check();
}

describe('whatever happens', () => {
  it.each(Array.from({ length: 30 }, (_, seed) => seed))('requests are conserved, seed %i', (seed) => {
    const rig = shop(seed);
    torment(rig, seed);
    const { meters } = rig.traffic;
    for (let meter = 0; meter < meters.length; meter += 1) {
      // All arrivals have stopped: everything has ended.
      expect([meters.names[meter], meters.inFlight(meter)]).toEqual([meters.names[meter], 0]);
    }
    expect(meters.total(0, Tally.Begun)).toBeGreaterThan(5500);
    expect(rig.network.connections.total()).toBe(0);
    for (const [, pods] of rig.pods) for (const pod of pods) expect(rig.traffic.servers.held(pod as PodRow)).toBe(0);
  });
});

it('is the same for the same seed and another for another', () => {
  const digests = [1, 1, 2].map((seed) => {
    const rig = shop(seed);
    torment(rig, seed);
    return rig.engine.digest();
  });
  expect(digests[0]).toBe(digests[1]);
  expect(digests[0]).not.toBe(digests[2]);
});

it('gives the same requests the same work under any balancer', () => {
  const work = ['Random', 'RoundRobin', 'PowerOfTwo'].map((name) => {
    const rig = new TrafficRig({
      services: { front: 5, back: 7 },
      behaviors: [
        behavior('front', { concurrency: 50, errorRate: 0.1 }, [
          call('back', { count: 2, probability: 0.5, retries: { max: 2, backoffUs: 1000, jitter: 1 } }),
        ]),
        behavior('back', { service: { type: 'lognormal', median: 5000, sigma: 1 }, concurrency: 50, errorRate: 0.1 }),
      ],
      traffic: [source('users', 'front', '500/s', { stopUs: 20e6 })],
      network: { balancer: { name, args: {} } },
    });
    rig.engine.run(60e6);
    const sum = (service: string): number =>
      (rig.pods.get(service) ?? []).reduce(
        (total, pod) => total + rig.compute.podUs(pod as PodRow, rig.state.pods.epoch[pod]),
        0,
      );
    return [Math.round(sum('front')), Math.round(sum('back')), rig.traffic.meters.total(0, Tally.Begun)];
  });
  expect(work[1]).toEqual(work[0]);
  expect(work[2]).toEqual(work[0]);
});

it('finds a request that was lost', () => {
  const rig = shop(1);
  rig.engine.run(1e6);
  rig.traffic.check();
  const { ints } = rig.traffic.calls;
  const row = Array.from({ length: rig.traffic.calls.used }, (_, i) => i).find(
    (i) => ints[CALL * i + Field.Caller] !== 0,
  );
  ints[CALL * (row ?? 0) + Field.Caller] = 0;
  expect(() => rig.traffic.check()).toThrow(/begun.*ended.*in flight/);
});
