// Calls that a request makes while it is served: how long they take together, and what becomes of it when one fails.
import { describe, expect, it } from 'vitest';
import { Outcome } from '../../src/traffic/calls.ts';
import { Tally } from '../../src/traffic/meters.ts';
import type { CallSpec } from '../../src/model/settings/traffic.ts';
import { behavior, call, source, TrafficRig } from '../support/traffic-rig.ts';

const constant = (value: number) => ({ type: 'constant', value }) as const;
const steady = { arrivals: { name: 'constant', args: { rate: '10/s' } }, stopUs: 10_050_000 };

/** 100 requests to `front`, whose own work is 10 ms; a, b and c take 5, 3 and 7 ms, d always fails after 2 ms. */
function rig(calls: readonly CallSpec[], more: Partial<CallSpec> = {}): TrafficRig {
  const plenty = { concurrency: 100 };
  const made = new TrafficRig({
    services: { front: 1, a: 1, b: 1, c: 1, d: 1 },
    behaviors: [
      behavior(
        'front',
        { service: constant(10_000), ...plenty },
        calls.map((one) => ({ ...one, ...more })),
      ),
      behavior('a', { service: constant(5000), ...plenty }),
      behavior('b', { service: constant(3000), ...plenty }),
      behavior('c', { service: constant(7000), ...plenty }),
      behavior('d', { service: constant(2000), errorRate: 1, ...plenty }),
    ],
    traffic: [source('users', 'front', '', steady)],
  });
  made.engine.run(11e6);
  made.traffic.check();
  return made;
}

function callsTo({ traffic }: TrafficRig, name: string): number {
  return traffic.meters.total(traffic.serviceMeter(traffic.services.add('default', name)), Tally.Begun);
}

const parallel = { parallel: true };

describe('a request takes', () => {
  it.each<[string, readonly CallSpec[], number]>([
    ['its work alone', [], 10],
    ['sequential calls one after the other', [call('a'), call('b')], 10 + 5 + 3],
    ['each as often as it says', [call('a', { count: 3 }), call('b', { count: 2 })], 10 + 3 * 5 + 2 * 3],
    [
      'parallel calls at once',
      [call('a', parallel), call('b', { ...parallel, count: 5 }), call('c', parallel)],
      10 + 7,
    ],
    [
      'groups one after the other',
      [call('a', parallel), call('b', parallel), call('b'), call('c', parallel), call('a', parallel)],
      10 + 5 + 3 + 7,
    ],
    [
      'nothing for a call that is never made',
      [call('a', { probability: 0 }), call('b', { count: 0 }), call('c')],
      10 + 7,
    ],
  ])('%s', (_what, calls, expectedMs) => {
    const { traffic } = rig(calls);
    expect(traffic.meters.total(0, Outcome.Ok)).toBe(100);
    expect([traffic.meters.interval(0).min, traffic.meters.interval(0).max]).toEqual([
      expectedMs * 1000,
      expectedMs * 1000,
    ]);
  });
});

it('makes a call with its probability, all its counts or none', () => {
  const made = rig([call('a', { probability: 0.3, count: 4 }), call('b', { probability: 0.3 })]);
  const a = callsTo(made, 'a');
  // 100 requests: 30 ± 4.6.
  expect(a % 4).toBe(0);
  expect(Math.abs(a / 4 - 30)).toBeLessThan(19);
  expect(Math.abs(callsTo(made, 'b') - 30)).toBeLessThan(19);
  expect(callsTo(made, 'b')).not.toBe(a / 4);
});

it('fails when a call fails, does not make those after it, and waits for those beside it', () => {
  const sequential = rig([call('d', { count: 3 }), call('a')]);
  expect(sequential.traffic.meters.total(0, Outcome.Error)).toBe(100);
  expect([callsTo(sequential, 'd'), callsTo(sequential, 'a')]).toEqual([100, 0]);
  const beside = rig([call('d', parallel), call('c', parallel), call('a')]);
  expect(beside.traffic.meters.total(0, Outcome.Error)).toBe(100);
  expect([callsTo(beside, 'c'), callsTo(beside, 'a')]).toEqual([100, 0]);
  // 100 requests of 10 + 7 ms.
  expect(beside.traffic.meters.areaUs(0, beside.engine.now)).toBe(100 * 17_000);
});

it('fails for a Service that does not exist, at once', () => {
  const made = rig([call('nobody')]);
  expect(made.traffic.meters.total(0, Outcome.Error)).toBe(100);
  expect(made.traffic.meters.areaUs(0, made.engine.now)).toBe(100 * 10_000);
});

it('holds its slot while its calls are under way', () => {
  // One slot; every 100 ms a request of 10 + 200 ms: the second one waits for the first.
  const made = new TrafficRig({
    services: { front: 1, slow: 1 },
    behaviors: [
      behavior('front', { service: constant(10_000) }, [call('slow')]),
      behavior('slow', { service: constant(200_000), concurrency: 100 }),
    ],
    traffic: [source('users', 'front', '', { ...steady, stopUs: 250_000 })],
  });
  made.engine.run(5e6);
  expect(made.traffic.meters.interval(0).min).toBe(210_000);
  expect(made.traffic.meters.interval(0).max).toBe(210_000 + 110_000);
});

it('retries a call that fails without telling its own caller', () => {
  // d fails always: 3 attempts, waiting 1 and 2 ms between them: 10 + 2 + 1 + 2 + 2 + 2 ms.
  const made = rig([call('d')], { retries: { max: 2, backoffUs: 1000, jitter: 0 } });
  const { traffic } = made;
  const meter = traffic.serviceMeter(traffic.services.add('default', 'd'));
  expect(traffic.meters.total(meter, Tally.Begun)).toBe(100);
  expect(traffic.meters.total(meter, Tally.Attempts)).toBe(300);
  expect(traffic.meters.total(meter, Tally.Attempt + Outcome.Error)).toBe(300);
  expect(traffic.meters.areaUs(0, made.engine.now)).toBe(100 * 19_000);
});
