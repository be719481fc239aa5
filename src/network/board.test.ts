// What a board says, and how old it is.
import { expect, it } from 'vitest';
import { idealNetwork, behavior, source, TrafficRig } from '../../test/support/traffic-rig.ts';
import type { PodRow } from '../model/rows.ts';

/** Requests of 100 s at 1/s to two pods, which go by a board of 3.5 s; how many the fuller and the emptier pod have at 3, 4 and 6 s. */
function held(args: Readonly<Record<string, unknown>>): number[] {
  const rig = new TrafficRig({
    services: { web: 2 },
    behaviors: [behavior('web', { service: { type: 'constant', value: 100e6 }, concurrency: 100 })],
    traffic: [source('users', 'web', '', { arrivals: { name: 'constant', args: { rate: '1/s' } }, stopUs: 9.5e6 })],
    network: { ...idealNetwork, balancer: { name: 'LoadBoard', args: { refresh: '3500ms', ...args } } },
  });
  const seen: number[] = [];
  for (const seconds of [3, 4, 6]) {
    rig.engine.run(seconds * 1e6 + 1);
    const [a, b] = [0, 1].map((pod) => rig.traffic.servers.held(pod as PodRow));
    seen.push(Math.max(a, b), Math.min(a, b));
  }
  return seen;
}

it('sends everything where the load was lowest when it was written', () => {
  // Before the first writing both are at 0 and ties are broken at random: 3 requests somehow. Of the next 3 all to one.
  const [most, least, , , after, other] = held({});
  expect(most + least).toBe(3);
  expect([after, other]).toEqual([Math.max(least + 3, most), Math.min(least + 3, most)]);
});

it('spreads them when a proxy adds its own', () => {
  expect(held({ addOwn: true })).toEqual([2, 1, 2, 2, 3, 3]);
});
