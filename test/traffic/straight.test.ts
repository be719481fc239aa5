// The straight way of a request through network and pod.
import { expect, it } from 'vitest';
import { Outcome } from '../../src/traffic/calls.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { behavior, source, TrafficRig } from '../support/traffic-rig.ts';
import type { PodRow } from '../../src/model/rows.ts';

it('takes way, queue, work and way back', () => {
  // One request each 100 ms, work 10 ms, 1 ms to the pod and back: 12 ms.
  const rig = new TrafficRig({
    services: { web: 1 },
    behaviors: [behavior('web', { service: { type: 'constant', value: 10_000 } })],
    traffic: [source('users', 'web', '10/s', { arrivals: { name: 'constant', args: { rate: '10/s' } }, stopUs: 10e6 })],
    network: {
      links: {
        sameNode: { type: 'constant', value: 0 },
        sameZone: { type: 'constant', value: 0 },
        otherZone: { type: 'constant', value: 0 },
        otherRegion: { type: 'constant', value: 0 },
        client: { type: 'constant', value: 1000 },
      },
    },
  });
  rig.engine.run(11e6);
  rig.traffic.check();
  const { meters } = rig.traffic;
  expect(meters.total(0, Tally.Begun)).toBe(99);
  expect(meters.total(0, Outcome.Ok)).toBe(99);
  expect([meters.interval(0).min, meters.interval(0).max]).toEqual([12_000, 12_000]);
  // 99 × 12 ms of requests in flight.
  expect(meters.areaUs(0, rig.engine.now)).toBe(99 * 12_000);
  expect(rig.compute.podUs(0 as PodRow, rig.state.pods.epoch[0])).toBe(99 * 10_000);
});
