// Published arithmetic and outcomes of retries and fan-out, simulated: The Tail at Scale (CACM 2013), Metastable failures in the wild (OSDI 2022).
import { describe, expect, it } from 'vitest';
import { Outcome } from '../../src/traffic/calls.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { behavior, call, source, TrafficRig } from '../support/traffic-rig.ts';

const constant = (us: number) => ({ type: 'constant', value: us }) as const;

it.each([
  [10, 0.0956],
  [50, 0.395],
  [100, 0.634],
])('of requests to %i leaves of which 1 %% are bad, 1 - 0.99^n are', (leaves, share) => {
  const rig = new TrafficRig({
    services: { page: 1, leaf: 1 },
    behaviors: [
      behavior('page', { service: constant(0), concurrency: 1000 }, [call('leaf', { count: leaves, parallel: true })]),
      behavior('leaf', { service: constant(1000), concurrency: 100_000, errorRate: 0.01 }),
    ],
    traffic: [source('users', 'page', '100/s')],
  });
  rig.engine.run(50e6);
  const { meters } = rig.traffic;
  const ratio = meters.total(0, Outcome.Error) / (meters.total(0, Outcome.Error) + meters.total(0, Outcome.Ok));
  // 5,000 requests: four standard errors are at most 2.8 points.
  expect(Math.abs(ratio - share)).toBeLessThan(0.028);
});

it.each([
  [0.5, 3, 1.875],
  [0.2, 2, 1.24],
])('a failure probability of %d and %i retries make (1 - f^(r+1)) / (1 - f) attempts', (errorRate, max, attempts) => {
  const rig = new TrafficRig({
    services: { web: 1 },
    behaviors: [behavior('web', { service: constant(1000), concurrency: 1000, errorRate })],
    traffic: [source('users', 'web', '200/s', { retries: { max, backoffUs: 1000, jitter: 0 } })],
  });
  rig.engine.run(50e6);
  const { meters, services } = rig.traffic;
  const web = services.meterOf('default', 'web');
  expect(meters.total(web, Tally.Attempts) / meters.total(web, Tally.Begun)).toBeCloseTo(attempts, 1);
});

/** The primary is busy for 38 % of the time: its own capacity is not published, and of what was tried 37 to 39 % show the four outcomes. */
const SERVICE_US = 2850;

describe('a retry storm: an open loop, 3 s of patience, four resends at once; CPU is cut at 60 s and given back (a hundredth of the published load)', () => {
  /** Whether answers come in time a minute after the CPU is back. */
  function recovers(cutS: number, cpu: number, gapUs: number): boolean {
    const rig = new TrafficRig({
      services: { primary: 1 },
      behaviors: [behavior('primary', { service: constant(SERVICE_US), concurrency: 1 })],
      traffic: [
        source('inserts', 'primary', '1/s', {
          arrivals: { name: 'constant', args: { rate: `${1e6 / gapUs}/s` } },
          timeoutUs: 3e6,
          retries: { max: 4, backoffUs: 0, jitter: 0 },
        }),
      ],
    });
    rig.engine.run(60e6);
    const heal = rig.compute.slowness.slowNode(0 as never, 2 / cpu);
    rig.engine.run((60 + cutS) * 1e6);
    heal();
    rig.engine.run(130e6);
    const { meters } = rig.traffic;
    const before = meters.total(0, Outcome.Ok);
    rig.engine.run(140e6);
    return meters.total(0, Outcome.Ok) - before > (10e6 / gapUs) * 0.9;
  }

  it.each([
    [10, 0.45, 7500, true],
    [10, 0.4, 7500, false],
    [9, 0.4, 7500, true],
    [10, 0.4, 10_000, true],
  ])('%i s with %d of 2 CPUs, one insert each %i us: recovers %s', (cutS, cpu, gapUs, expected) => {
    expect(recovers(cutS, cpu, gapUs)).toBe(expected);
  });
});
