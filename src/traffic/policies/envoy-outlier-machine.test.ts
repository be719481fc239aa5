// The two arguments of Envoy's outlier detection of which there are no records: always_eject_one_host and max_ejection_time_jitter.
import { expect, it } from 'vitest';
import { EnvoyOutlierMachine } from './envoy-outlier-machine.ts';

const S = 1e6;

function machineOf(hosts: number, more: { alwaysEjectOneHost?: boolean; maxEjectionTimeJitterUs?: number }) {
  const log: string[] = [];
  const machine = new EnvoyOutlierMachine(
    {
      consecutive5xx: 2,
      consecutiveGatewayFailure: 0,
      baseEjectionTimeUs: 30 * S,
      maxEjectionTimeUs: 300 * S,
      maxEjectionPercent: 10,
      enforcingConsecutive5xx: 100,
      enforcingConsecutiveGatewayFailure: 0,
      enforcingSuccessRate: 0,
      successRateMinimumHosts: 5,
      successRateRequestVolume: 100,
      successRateStdevFactor: 1900,
      failurePercentageThreshold: 85,
      enforcingFailurePercentage: 0,
      failurePercentageMinimumHosts: 5,
      failurePercentageRequestVolume: 50,
      alwaysEjectOneHost: false,
      maxEjectionTimeJitterUs: 0,
      ...more,
    },
    { ejected: (host) => log.push(`ejected ${host}`), returned: (host) => log.push(`returned ${host}`) },
    // The largest number that may be drawn; 0 of the hundred for enforcing.
    (n) => (n === 100 ? 0 : n - 1),
  );
  for (let host = 0; host < hosts; host += 1) machine.add(host);
  const fail = (host: number, atS: number): void => {
    for (let i = 0; i < 2; i += 1) machine.answered(host, 500, atS * S);
  };
  return { machine, log, fail };
}

it('one of fewer than ten hosts may be ejected, and a second one may not', () => {
  const usual = machineOf(4, {});
  const one = machineOf(4, { alwaysEjectOneHost: true });
  for (const { fail } of [usual, one]) for (const host of [2, 3]) fail(host, 1);
  expect(usual.log).toEqual([]);
  expect(one.log).toEqual(['ejected 2']);
});

it('an ejection is longer by what is drawn', () => {
  for (const [jitterS, backS] of [
    [0, 40],
    [15, 50],
  ]) {
    const { machine, log, fail } = machineOf(10, { maxEjectionTimeJitterUs: jitterS * S });
    fail(0, 1);
    // 1 s + 30 s is over at 40 s, 1 s + 45 s at 50 s.
    let returned = 0;
    for (let s = 10; s <= 60; s += 10) {
      machine.intervalEnds(s * S);
      if (returned === 0 && log.includes('returned 0')) returned = s;
    }
    expect([jitterS, returned]).toEqual([jitterS, backS]);
  }
});
