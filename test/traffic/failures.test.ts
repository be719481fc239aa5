// What callers see when a destination is slow, full, gone or dead.
import { describe, expect, it } from 'vitest';
import { Outcome, outcomeNames } from '../../src/traffic/calls.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { behavior, call, type RigOptions, source, TrafficRig } from '../support/traffic-rig.ts';
import type { NodeRow, PodRow } from '../../src/model/rows.ts';

const constant = (value: number) => ({ type: 'constant', value }) as const;
const WAY_US = 1000;
const links = {
  sameNode: constant(WAY_US),
  sameZone: constant(WAY_US),
  otherZone: constant(WAY_US),
  otherRegion: constant(WAY_US),
  client: constant(WAY_US),
};

/** One request at 100 ms to a pod on node 0 whose work is 50 ms. */
function rig(more: Partial<RigOptions> & { readonly timeoutUs?: number; readonly requests?: object } = {}): TrafficRig {
  return new TrafficRig({
    nodes: 2,
    services: { web: 1 },
    behaviors: [behavior('web', { service: constant(50_000), ...more.requests })],
    traffic: [
      source('users', 'web', '', {
        arrivals: { name: 'constant', args: { rate: '10/s' } },
        stopUs: 150_000,
        timeoutUs: more.timeoutUs ?? 0,
      }),
    ],
    ...more,
    network: { links },
  });
}

/** Outcomes of the first source by name, and when the last of its requests ended. */
function outcomes({ engine, traffic }: TrafficRig): Record<string, number> {
  engine.run(200e6);
  traffic.check();
  const found: Record<string, number> = {};
  for (const [outcome, name] of outcomeNames.entries()) {
    const count = traffic.meters.total(0, outcome);
    if (count > 0) found[name] = count;
  }
  // One request in flight from 100 ms on: the area is its time.
  found.timeMs = traffic.meters.areaUs(0, engine.now) / 1000;
  return found;
}

describe('one request', () => {
  it('is answered after way, work and way back', () => {
    expect(outcomes(rig())).toEqual({ ok: 1, timeMs: 52 });
  });

  it('is refused after one round trip when the pod is gone and its machine runs', () => {
    const one = rig();
    one.engine.run(99_000);
    one.kill(0 as PodRow);
    expect(outcomes(one)).toEqual({ refused: 1, timeMs: 2 });
  });

  it('is refused after a round trip to the edge when the proxy knows no endpoint', () => {
    const one = rig();
    one.publish('web', []);
    expect(outcomes(one)).toEqual({ refused: 1, timeMs: 2 });
  });

  it('gets a reset when the pod is killed while it serves', () => {
    const one = rig();
    one.engine.run(121_000);
    one.kill(0 as PodRow);
    expect(outcomes(one)).toEqual({ reset: 1, timeMs: 22 });
  });

  it('gets nothing from a machine that is dead, until its timeout', () => {
    const one = rig({ timeoutUs: 1e6 });
    one.engine.run(99_000);
    one.crashNode(0 as NodeRow);
    expect(outcomes(one)).toEqual({ timeout: 1, timeMs: 1000 });
  });

  it('gets nothing from a machine that dies while it serves, until its timeout', () => {
    const one = rig({ timeoutUs: 1e6 });
    one.engine.run(121_000);
    one.crashNode(0 as NodeRow);
    expect(outcomes(one)).toEqual({ timeout: 1, timeMs: 1000 });
  });

  it('waits for as long as TCP tries when it has no timeout', () => {
    const one = rig();
    one.engine.run(99_000);
    one.crashNode(0 as NodeRow);
    // One way, then 127 s.
    expect(outcomes(one)).toEqual({ timeout: 1, timeMs: 127_001 });
  });

  it('is lost in a partition', () => {
    const one = rig({
      timeoutUs: 1e6,
      services: { web: 1, back: 2 },
      zones: 2,
      behaviors: [
        behavior('web', { service: constant(0) }, [call('back', { timeoutUs: 300_000 })]),
        behavior('back', { service: constant(0) }),
      ],
    });
    const { zone } = one.state.nodes;
    one.publish('back', [one.pods.get('back')?.[1] ?? -1]);
    const side = (of: number) => ({ includes: (node: number) => zone[node] === of, outside: false });
    one.network.links.troubles.disturb({ from: side(zone[0]), to: side(zone[1]), loss: 1, delay: undefined });
    expect(outcomes(one)).toEqual({ error: 1, timeMs: 302 });
  });

  it('gives up, but the pod works on for nobody', () => {
    const one = rig({ timeoutUs: 10_000 });
    one.engine.run(115_000);
    expect(one.traffic.meters.total(0, Outcome.Timeout)).toBe(1);
    expect(one.traffic.servers.held(0 as PodRow)).toBe(1);
    one.engine.run(151_000);
    expect(one.traffic.servers.held(0 as PodRow)).toBe(0);
    expect(one.compute.podUs(0 as PodRow, one.state.pods.epoch[0])).toBe(50_000);
    expect(outcomes(one)).toEqual({ timeout: 1, timeMs: 10 });
  });
});

it('turns away at once what does not fit into the queue', () => {
  // Ten at once, one slot and a queue of three: four served after 50, 100, 150, 200 ms, six turned away.
  const ten = Array.from({ length: 10 }, (_, i) =>
    source(`user ${i}`, 'web', '', { arrivals: { name: 'constant', args: { rate: '10/s' } }, stopUs: 150_000 }),
  );
  const { engine, traffic } = rig({ traffic: ten, requests: { queue: 3 } });
  engine.run(1e6);
  traffic.check();
  const ended = ten.map((_, i) => [
    traffic.meters.total(i, Outcome.Ok) === 1 ? 'ok' : traffic.meters.total(i, Outcome.Overload) === 1 ? '503' : '',
    traffic.meters.areaUs(i, engine.now) / 1000,
  ]);
  expect(ended).toEqual([
    ['ok', 52],
    ['ok', 102],
    ['ok', 152],
    ['ok', 202],
    ...Array.from({ length: 6 }, () => ['503', 2]),
  ]);
});

describe('retries', () => {
  it('wait twice as long each time, and stop at the first that works', () => {
    const one = rig({
      traffic: [
        source('users', 'web', '', {
          arrivals: { name: 'constant', args: { rate: '10/s' } },
          stopUs: 150_000,
          retries: { max: 5, backoffUs: 10_000, jitter: 0 },
        }),
      ],
    });
    one.engine.run(99_000);
    one.kill(0 as PodRow);
    // Refused at 102, 114 (102 + 10 + 2), 136 (114 + 20 + 2); the pod is back at 150; next attempt at 136 + 40.
    one.engine.run(150_000);
    expect(one.traffic.meters.total(1, Tally.Attempts)).toBe(3);
    one.start(0 as PodRow);
    expect(outcomes(one)).toEqual({ ok: 1, timeMs: 76 + 52 });
    expect(one.traffic.meters.total(1, Tally.Attempts)).toBe(4);
  });

  it('go on beside an attempt that timed out and still occupies the pod', () => {
    const one = rig({
      requests: { concurrency: 2 },
      traffic: [
        source('users', 'web', '', {
          arrivals: { name: 'constant', args: { rate: '10/s' } },
          stopUs: 150_000,
          timeoutUs: 20_000,
          retries: { max: 1, backoffUs: 5000, jitter: 0 },
        }),
      ],
    });
    one.engine.run(130_000);
    expect(one.traffic.servers.held(0 as PodRow)).toBe(2);
    one.traffic.check();
    // 20 ms, 5 ms, 20 ms.
    expect(outcomes(one)).toEqual({ timeout: 1, timeMs: 45 });
    expect(one.compute.podUs(0 as PodRow, one.state.pods.epoch[0])).toBe(100_000);
  });

  it('are as many as theory says', () => {
    // p = 0.5, at most 3: (1 - p^4) / (1 - p) = 1.875 attempts, p^4 = 0.0625 fail.
    const many = 20_000;
    const { engine, traffic } = rig({
      requests: { errorRate: 0.5, concurrency: 1000 },
      traffic: [
        source('users', 'web', '100/s', {
          stopUs: (many / 100) * 1e6,
          retries: { max: 3, backoffUs: 1000, jitter: 0.5 },
        }),
      ],
    });
    engine.run((many / 100) * 1e6 + 10e6);
    const begun = traffic.meters.total(0, Tally.Begun);
    // Attempts of a call have variance 1.11; failures are binomial.
    expect(Math.abs(traffic.meters.total(1, Tally.Attempts) / begun - 1.875)).toBeLessThan(4 * Math.sqrt(1.11 / begun));
    const failed = traffic.meters.total(0, Outcome.Error) / begun;
    expect(Math.abs(failed - 0.0625)).toBeLessThan(4 * Math.sqrt((0.0625 * 0.9375) / begun));
  });
});

describe('a pod that terminates', () => {
  it('refuses what comes, finishes what it holds, then says so', () => {
    const one = rig({
      traffic: [
        source('users', 'web', '', { arrivals: { name: 'constant', args: { rate: '100/s' } }, stopUs: 45_000 }),
      ],
    });
    // Requests arrive at the pod at 11, 21, 31, 41 ms; SIGTERM at 25 ms: two are held, done at 61 and 111 ms.
    one.engine.run(25_000);
    one.terminate(0 as PodRow);
    one.engine.run(1e6);
    one.traffic.check();
    expect(one.drainedAt).toEqual(new Map([[0, 111_000]]));
    expect(one.traffic.meters.total(0, Outcome.Ok)).toBe(2);
    expect(one.traffic.meters.total(0, Outcome.Refused)).toBe(2);
  });

  it('says so at once when it holds nothing', () => {
    const one = rig();
    one.terminate(0 as PodRow);
    expect(one.drainedAt).toEqual(new Map([[0, 0]]));
  });

  it('loses what it still holds at SIGKILL, and says nothing any more', () => {
    const one = rig();
    one.engine.run(110_000);
    one.terminate(0 as PodRow);
    one.engine.run(120_000);
    one.kill(0 as PodRow);
    expect(outcomes(one)).toEqual({ reset: 1, timeMs: 21 });
    expect(one.drainedAt.size).toBe(0);
  });
});

it('ends the calls of a caller that died, for nobody', () => {
  const one = rig({
    nodes: 1,
    services: { web: 1, back: 1 },
    behaviors: [
      behavior('web', { service: constant(1000) }, [
        call('back', { count: 3, retries: { max: 5, backoffUs: 1, jitter: 0 } }),
      ]),
      behavior('back', { service: constant(50_000), errorRate: 1 }),
    ],
  });
  one.engine.run(130_000);
  one.kill((one.pods.get('web')?.[0] ?? -1) as PodRow);
  one.traffic.check();
  expect(outcomes(one)).toEqual({ reset: 1, timeMs: 31 });
  const meter = one.traffic.serviceMeter(one.traffic.services.add('default', 'back'));
  expect(one.traffic.meters.total(meter, Tally.Abandoned)).toBe(1);
  expect(one.traffic.meters.total(meter, Tally.Attempts)).toBe(1);
});
