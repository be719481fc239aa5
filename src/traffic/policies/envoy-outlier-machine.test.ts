// What there are no records of in Envoy's outlier detection: always_eject_one_host, max_ejection_time_jitter, split_external_local_origin_errors.
import { describe, expect, it } from 'vitest';
import { EnvoyOutlierMachine, type EnvoyOutlierSettings } from './envoy-outlier-machine.ts';

const S = 1e6;

function machineOf(hosts: number, more: Partial<EnvoyOutlierSettings>) {
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
      consecutiveLocalOriginFailure: 3,
      enforcingConsecutiveLocalOriginFailure: 100,
      enforcingLocalOriginSuccessRate: 100,
      enforcingFailurePercentageLocalOrigin: 0,
      maxEjectionTimeJitterUs: 0,
      ...more,
    },
    {
      ejected: (host, type) => log.push(`ejected ${host}${type === 'CONSECUTIVE_5XX' ? '' : ` ${type}`}`),
      returned: (host) => log.push(`returned ${host}`),
    },
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

describe('failures of local origin, apart from answers', () => {
  it('eject after so many in a row, and answers do not count among them', () => {
    const { machine, log } = machineOf(10, {});
    machine.failedLocally(4, S);
    machine.failedLocally(4, S);
    // An error is an answer, over a connection that ends the row.
    expect(machine.connected(4)).toBe(2);
    machine.answered(4, 500, S);
    machine.failedLocally(4, S);
    machine.failedLocally(4, S);
    expect(log).toEqual([]);
    machine.failedLocally(4, S);
    expect(log).toEqual(['ejected 4 CONSECUTIVE_LOCAL_ORIGIN_FAILURE']);
  });

  it('of requests with a connection each never come in a row', () => {
    const { machine, log } = machineOf(10, {});
    for (let request = 0; request < 100; request += 1) {
      machine.connected(4);
      machine.failedLocally(4, S);
    }
    expect(log).toEqual([]);
  });

  it('go on from before where a connection was refused', () => {
    const { machine, log } = machineOf(10, {});
    for (let request = 0; request < 3; request += 1) {
      machine.notConnected(4, machine.connected(4));
      machine.failedLocally(4, S);
    }
    expect(log).toEqual(['ejected 4 CONSECUTIVE_LOCAL_ORIGIN_FAILURE']);
  });

  it.each([
    // 100 connections each and 100 failures of host 0: a rate of 50 % among nine of 100 %, whose threshold is 95 - 1.9 * 15 = 66.5.
    ['SUCCESS_RATE_LOCAL_ORIGIN', {}, 100],
    // 100 of 100, and a threshold by deviation that no rate is below: 90 - 9 * 30.
    [
      'FAILURE_PERCENTAGE_LOCAL_ORIGIN',
      { successRateStdevFactor: 9000, enforcingFailurePercentageLocalOrigin: 100 },
      0,
    ],
  ])('eject by %s', (type, settings, connections) => {
    const { machine, log } = machineOf(10, { ...settings, consecutiveLocalOriginFailure: 0 });
    for (let host = 0; host < 10; host += 1) {
      for (let i = 0; i < (host === 0 ? connections : 100); i += 1) machine.connected(host);
      for (let i = 0; i < 100; i += 1) machine.answered(host, 200, S);
    }
    for (let i = 0; i < 100; i += 1) machine.failedLocally(0, S);
    machine.intervalEnds(10 * S);
    expect(log).toEqual([`ejected 0 ${type}`]);
  });
});
