// Who is served next in a pod, by examples that can be worked out by hand.
import { describe, expect, it } from 'vitest';
import { CALL, Field } from '../../src/traffic/calls.ts';
import type { BehaviorSpec } from '../../src/model/settings/traffic.ts';
import { behavior, call, source, TrafficRig } from '../support/traffic-rig.ts';
import type { PodRow } from '../../src/model/rows.ts';

const TEN_MS = { type: 'constant', value: 10_000 } as const;

/** One request at each of these milliseconds, with these priorities. */
function arrivals(atMs: readonly number[], priorities: readonly number[] = []) {
  return atMs.map((at, i) =>
    source(`request ${i}`, 'web', '', {
      arrivals: { name: 'constant', args: { rate: '1000/s' } },
      startUs: (at - 1) * 1000,
      stopUs: at * 1000 + 500,
      priority: priorities[i] ?? 0,
    }),
  );
}

/** When each request is answered, in ms. */
function answeredMs(requests: Partial<BehaviorSpec['requests']>, sources: ReturnType<typeof arrivals>): number[] {
  const rig = new TrafficRig({
    services: { web: 1 },
    behaviors: [behavior('web', { service: TEN_MS, ...requests })],
    traffic: sources,
  });
  for (let ms = 1; ms <= 1000; ms += 1) {
    rig.engine.run(ms * 1000);
    rig.traffic.check();
  }
  const { meters } = rig.traffic;
  return sources.map(({ startUs }, i) => (startUs + 1000 + meters.interval(i).max) / 1000);
}

describe('four requests of 10 ms at 100, 101, 102 and 103 ms, of which the third is the most important, then the last', () => {
  it.each([
    ['first come, first served', {}, [110, 120, 130, 140]],
    // The last that came is next.
    ['last come, first served', { order: 'lastComeFirstServed' }, [110, 140, 130, 120]],
    ['priority', { order: 'priority' }, [110, 140, 120, 130]],
    // The third takes the slot at 102; the first has 8 ms left, and goes on before the second, which came later.
    ['preemptive', { order: 'preemptivePriority' }, [130, 140, 112, 122]],
    // With two slots the third interrupts the second (the later of two equals), the fourth the first,
    // which has 7 ms left at 112; the second has 9 ms left at 113.
    ['preemptive, two slots', { order: 'preemptivePriority', concurrency: 2 }, [119, 122, 112, 113]],
    // 1, 2, 3 and then 4 share: at 103 they have had 11/6, 5/6, 1/3 and 0 ms; the first needs 49/6 more, at a quarter.
    ['shared', { compute: 'podShared', concurrency: 9 }, [135.667, 138.667, 139.667, 140]],
    ['two processors', { compute: 'podShared', concurrency: 9, processors: 2 }, [117.667, 119.167, 120.167, 120.833]],
    // At 103 they have had 11/12, 5/12, 1/6 and 0 ms; the first needs 109/12 more, at an eighth.
    ['half a processor', { compute: 'podShared', concurrency: 9, processors: 0.5 }, [175.667, 178.667, 179.667, 180]],
    // Two at a time, the others wait.
    ['shared by two', { compute: 'podShared', concurrency: 2 }, [119, 121, 139, 140]],
  ] as const)('%s', (_name, requests, expected) => {
    const actual = answeredMs(requests, arrivals([100, 101, 102, 103], [0, 0, 2, 1]));
    for (const [i, ms] of expected.entries()) expect(Math.abs(actual[i] - ms), actual.join()).toBeLessThan(0.003);
  });
});

it('turns away whoever finds the queue full, however important', () => {
  const sources = arrivals([100, 101, 102], [0, 0, 5]);
  for (const order of ['lastComeFirstServed', 'priority', 'preemptivePriority'] as const) {
    // The third is turned away at once and not timed.
    expect(answeredMs({ order, queue: 1 }, sources)[2]).toBe(Number.NEGATIVE_INFINITY);
  }
});

it('does not take the slot of a request that waits for its own calls', () => {
  const rig = new TrafficRig({
    services: { web: 1, back: 1 },
    behaviors: [
      behavior('web', { service: TEN_MS, order: 'preemptivePriority' }, [call('back')]),
      behavior('back', { service: { type: 'constant', value: 50_000 } }),
    ],
    traffic: arrivals([100, 120], [0, 1]),
  });
  rig.engine.run(1e6);
  rig.traffic.check();
  // 10 + 50 ms; then the second's own 60 ms after a wait of 40 ms.
  expect(rig.traffic.meters.interval(0).max).toBe(60_000);
  expect(rig.traffic.meters.interval(1).max).toBe(100_000);
});

it('loses what it shares when its process dies, and starts over', () => {
  const rig = new TrafficRig({
    services: { web: 1 },
    behaviors: [behavior('web', { service: TEN_MS, concurrency: 9, compute: 'podShared' })],
    traffic: arrivals([100, 101, 200]),
  });
  rig.engine.run(105_000);
  const [pod] = rig.pods.get('web') ?? [];
  rig.kill(pod as PodRow);
  rig.traffic.check();
  rig.start(pod as PodRow);
  rig.engine.run(1e6);
  rig.traffic.check();
  const { meters } = rig.traffic;
  expect([0, 1, 2].map((source) => meters.interval(source).count)).toEqual([0, 0, 1]);
  expect(meters.interval(2).max).toBe(10_000);
});

it('gives a preempted request the same work in the end', () => {
  // It needs 10 ms of its own and waits for 20 × 10 ms of the others, the first of which comes after 5 ms.
  const sources = arrivals(
    Array.from({ length: 21 }, (_, i) => 100 + 5 * i),
    [0, ...Array.from({ length: 20 }, () => 1)],
  );
  const rig = new TrafficRig({
    services: { web: 1 },
    behaviors: [behavior('web', { service: TEN_MS, order: 'preemptivePriority' })],
    traffic: sources,
  });
  rig.engine.run(1e6);
  rig.traffic.check();
  expect(rig.traffic.meters.interval(0).max).toBe(210_000);
  expect(rig.compute.podUs(0 as PodRow, rig.state.pods.epoch[0])).toBe(21 * 10_000);
  const { ints } = rig.traffic.calls;
  for (let row = 0; row < rig.traffic.calls.used; row += 1) expect(ints[CALL * row + Field.Server]).toBe(0);
});
