// Requests that work and wait, event loops, processes that warm up and that collect garbage: answers at the microsecond, by hand.
import { describe, expect, it } from 'vitest';
import type { BehaviorSpec, SourceSpec } from '../../src/model/settings/traffic.ts';
import type { PodRow } from '../../src/model/rows.ts';
import { behavior, source, TrafficRig } from '../support/traffic-rig.ts';

const MS = 1000;
const constant = (ms: number) => ({ type: 'constant', value: ms * MS }) as const;

/** One request at each time, ms, from a source of its own. */
const arrivals = (timesMs: readonly number[]): SourceSpec[] =>
  timesMs.map((ms, index) =>
    source(`r${index}`, 'web', '1/s', {
      arrivals: { name: 'constant', args: { rate: '1000/s' } },
      startUs: (ms - 1) * MS,
      stopUs: ms * MS + 1,
    }),
  );

/** When each request was answered, ms. */
function answeredMs(
  requests: Partial<BehaviorSpec['requests']>,
  timesMs: readonly number[],
  more: Partial<BehaviorSpec> = {},
): { readonly at: number[]; readonly rig: TrafficRig } {
  const rig = new TrafficRig({
    services: { web: 1 },
    behaviors: [{ ...behavior('web', { concurrency: 100, ...requests }), ...more }],
    traffic: arrivals(timesMs),
  });
  rig.engine.run(10e6);
  rig.traffic.check();
  const at = timesMs.map((ms, index) => ms + rig.traffic.meters.interval(index).max / MS);
  return { at, rig };
}

describe('bursts and waits', () => {
  const waits = { service: constant(10), wait: { length: constant(30), turns: 2 } };
  it('holds a worker while it waits', () => {
    // 5 + 15 + 5 + 15 ms; with one worker the second request begins when the first is answered.
    expect(answeredMs(waits, [100, 101]).at).toEqual([140, 141]);
    expect(answeredMs({ ...waits, concurrency: 1 }, [100, 101]).at).toEqual([140, 180]);
  });

  it('uses no processor meanwhile', () => {
    // One processor: bursts of 5 ms at 100 and 101. From 101 to 109 two share; the first is done at 109, the second at 110.
    const { at, rig } = answeredMs({ ...waits, compute: 'podShared' }, [100, 101]);
    expect(at).toEqual([109 + 15 + 9 + 15, 110 + 15 + 9 + 15]);
    expect(rig.compute.podUs(0 as PodRow, rig.state.pods.epoch[0])).toBeCloseTo(20 * MS, 6);
  });
});

describe('an event loop', () => {
  const loop = { model: 'eventLoop' } as const;
  it('works on one burst at a time, in the order in which they came', () => {
    expect(answeredMs({ ...loop, service: constant(10) }, [100, 101, 102]).at).toEqual([110, 120, 130]);
  });

  it('takes up others while some wait, and a blocking burst holds everybody', () => {
    // Bursts of 10 ms, waits of 30: 100-110, 110-120, 120-130; answers when the waits end.
    const requests = { ...loop, service: constant(10), wait: { length: constant(30), turns: 1 } };
    expect(answeredMs(requests, [100, 101, 102]).at).toEqual([140, 150, 160]);
    // Two turns of 5 and 15 ms: 100-105, 105-110; the second bursts 120-125 and 125-130.
    expect(answeredMs({ ...requests, wait: { length: constant(30), turns: 2 } }, [100, 101]).at).toEqual([140, 145]);
  });

  it('leaves nothing behind when its process dies', () => {
    const rig = new TrafficRig({
      services: { web: 1 },
      behaviors: [
        behavior('web', { ...loop, concurrency: 100, service: constant(10), wait: { length: constant(30), turns: 1 } }),
      ],
      traffic: arrivals([100, 101, 102, 200]),
    });
    rig.engine.run(115 * MS);
    rig.kill(0 as PodRow);
    rig.start(0 as PodRow);
    rig.engine.run(1e6);
    rig.traffic.check();
    expect([0, 1, 2, 3].map((index) => rig.traffic.meters.interval(index).max > 0)).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(rig.traffic.meters.interval(3).max).toBe(40 * MS);
  });
});

it('takes longer at the start of a process, evenly less until it is warm', () => {
  // Three times as long at the start, for 200 ms: at 100 ms twice as long.
  const { at, rig } = answeredMs({ service: constant(10) }, [100, 150, 300], {
    warmup: { forUs: 200 * MS, factor: 3 },
  });
  expect(at).toEqual([120, 165, 310]);
  expect(rig.compute.podUs(0 as PodRow, rig.state.pods.epoch[0])).toBe(45 * MS);
});

describe('collections of garbage', () => {
  it('let all requests rest', () => {
    // Every 105 ms, 20 ms of work by 2 threads: from 105 to 115, if there was a request before; the next ones are at 220 and, as there is a request at 300, at 335.
    const gc = { every: constant(105), work: constant(20), threads: 2 };
    const { at, rig } = answeredMs({ service: constant(10) }, [100, 107, 300], { gc });
    expect(at).toEqual([120, 125, 310]);
    expect(rig.compute.podUs(0 as PodRow, rig.state.pods.epoch[0])).toBe((30 + 3 * 20) * MS);
  });

  it('are left out where there was nothing to collect', () => {
    const { rig } = answeredMs({ service: constant(10) }, [900], {
      gc: { every: constant(100), work: constant(20), threads: 1 },
    });
    // One at the next look after the request, or the one that it meets.
    expect(rig.compute.podUs(0 as PodRow, rig.state.pods.epoch[0])).toBe((10 + 20) * MS);
  });
});
