// What policies do in a running system of callers and servers, each against what can be worked out by hand.
import { describe, expect, it } from 'vitest';
import { Outcome } from '../../src/traffic/calls.ts';
import { Tally } from '../../src/traffic/meters.ts';
import type { FamilyUse } from '../../src/model/settings/family-use.ts';
import { behavior, call, source, TrafficRig } from '../support/traffic-rig.ts';

const use = (name: string, args: unknown = {}): FamilyUse => ({ name, args });
const constant = (us: number) => ({ type: 'constant', value: us }) as const;
const clock = (rate: string) => ({ arrivals: { name: 'constant', args: { rate } } });

/** Users call `web` directly. */
function direct(
  policies: readonly FamilyUse[],
  options: {
    readonly server?: readonly FamilyUse[];
    readonly rate?: string;
    readonly seconds?: number;
    readonly pods?: number;
    readonly requests?: Parameters<typeof behavior>[1];
    readonly source?: Parameters<typeof source>[3];
  } = {},
) {
  const rig = new TrafficRig({
    services: { web: options.pods ?? 1 },
    behaviors: [
      { ...behavior('web', { service: constant(10_000), ...options.requests }), policies: options.server ?? [] },
    ],
    traffic: [source('users', 'web', '1/s', { ...clock(options.rate ?? '100/s'), policies, ...options.source })],
  });
  rig.engine.run((options.seconds ?? 10) * 1e6);
  rig.traffic.check();
  const { meters, policing } = rig.traffic;
  const of = (outcome: number): number => meters.total(0, outcome);
  const places = policing?.places.all ?? [];
  const web = rig.traffic.services.meterOf('default', 'web');
  const attempts = meters.total(web, Tally.Attempts);
  return { rig, meters, of, places, attempts, begun: meters.total(0, Tally.Begun) };
}

describe('rate limits', () => {
  it('let through what the bucket has', () => {
    const { of, places } = direct([use('TokenBucket', { limit: '20/s', burst: 5 })]);
    // Five at once, and 20 in each of ten seconds.
    expect(of(Outcome.Ok)).toBeGreaterThanOrEqual(203);
    expect(of(Outcome.Ok)).toBeLessThanOrEqual(205);
    expect(places[0].rejected).toBe(of(Outcome.Overload));
  });

  it('let wait what comes soon', () => {
    const { of, places, meters } = direct([use('LeakyBucket', { rate: '50/s', burst: 10 })], {
      rate: '60/s',
      seconds: 2,
    });
    expect(of(Outcome.Overload)).toBeGreaterThan(0);
    expect(places[0].waited).toBeGreaterThan(80);
    expect(meters.interval(0).quantile(0.99)).toBeGreaterThan(180_000);
  });

  it('are those of all callers together where they are global', () => {
    const run = (scope: string) => {
      const rig = new TrafficRig({
        services: { front: 4, back: 1 },
        behaviors: [
          behavior('front', { service: constant(0), concurrency: 100 }, [
            call('back', {
              policies: [
                use('RateLimiter', { limitForPeriod: 10, limitRefreshPeriod: '1s', timeoutDuration: '0', scope }),
              ],
            }),
          ]),
          behavior('back', { service: constant(0), concurrency: 100 }),
        ],
        traffic: [source('users', 'front', '200/s')],
      });
      rig.engine.run(9.5e6);
      rig.traffic.check();
      return rig.traffic.meters.total(0, Outcome.Ok);
    };
    expect(run('local')).toBe(400);
    expect(run('global')).toBe(100);
  });
});

describe('bulkheads', () => {
  it('never let more through than they have', () => {
    const { of, rig } = direct([use('Bulkhead', { maxConcurrentCalls: 3 })], {
      requests: { service: constant(100_000), concurrency: 50 },
    });
    expect(rig.traffic.servers.held(0 as never)).toBeLessThanOrEqual(3);
    // Three at a time for 0.1 s each: 30 a second.
    expect(of(Outcome.Ok)).toBeGreaterThan(260);
    expect(of(Outcome.Ok)).toBeLessThanOrEqual(300);
  });

  it('let calls wait, and refuse them then', () => {
    const { of, meters, places } = direct([use('Bulkhead', { maxConcurrentCalls: 3, maxWaitDuration: '500ms' })], {
      requests: { service: constant(100_000), concurrency: 50 },
    });
    expect(places[0].waited).toBeGreaterThan(500);
    expect(of(Outcome.Overload)).toBeGreaterThan(500);
    expect(meters.interval(0).quantile(0.5)).toBeGreaterThan(450_000);
    expect(meters.interval(0).quantile(1)).toBeLessThan(620_000);
  });

  it('of backpressure refuse nothing', () => {
    const { of, begun, meters } = direct([use('Backpressure', { maxConcurrentCalls: 3 })], {
      rate: '25/s',
      requests: { service: constant(100_000), concurrency: 50 },
    });
    expect(of(Outcome.Ok) + meters.inFlight(0)).toBe(begun);
  });
});

describe('retries', () => {
  const failing = { errorRate: 1, concurrency: 100 };

  it('keep to a budget', () => {
    const retries = { max: 3, backoffUs: 1000, jitter: 0 };
    const all = direct([], { requests: failing, source: { retries } });
    expect(all.attempts / all.begun).toBeCloseTo(4, 1);
    const finagle = direct([use('FinagleRetryBudget', { minRetriesPerSec: 0, percentCanRetry: 0.2 })], {
      requests: failing,
      source: { retries },
    });
    expect(finagle.attempts / finagle.begun).toBeCloseTo(1.2, 1);
    const grpc = direct([use('GrpcRetryThrottling', { maxTokens: 10, tokenRatio: 0.1 })], {
      requests: failing,
      source: { retries },
    });
    // Four retries take the tokens to 5, which is half; then none.
    expect(grpc.attempts - grpc.begun).toBeLessThanOrEqual(5);
    expect(grpc.places[0].retriesRefused).toBeGreaterThan(900);
  });

  it("keep to Envoy's", () => {
    const retries = { max: 1, backoffUs: 2e6, jitter: 0 };
    const { places, begun } = direct([use('EnvoyCircuitBreakers', { maxRetries: 3 })], {
      requests: failing,
      source: { retries },
    });
    // Three at a time, each for 2 s and a bit.
    expect(places[0].retries).toBeGreaterThanOrEqual(12);
    expect(places[0].retries).toBeLessThanOrEqual(15);
    expect(places[0].retriesRefused + places[0].retries).toBeGreaterThan(begun - 10);
  });

  it('come when their policy says', () => {
    const grpc = use('GrpcRetryPolicy', {
      maxAttempts: 9,
      initialBackoff: '10ms',
      maxBackoff: '20ms',
      backoffMultiplier: 2,
      retryableStatusCodes: ['INTERNAL'],
    });
    const five = direct([grpc], { requests: failing });
    expect(five.attempts / five.begun).toBeCloseTo(5, 1);
    const envoy = direct([use('EnvoyRetryPolicy', { numRetries: 2 })], { requests: failing });
    expect(envoy.attempts / envoy.begun).toBeCloseTo(3, 1);
    const java = direct([use('Retry', { maxAttempts: 2, waitDuration: '10ms' })], { requests: failing });
    expect(java.attempts / java.begun).toBeCloseTo(2, 1);
  });
});

describe("gRPC's throttling of retries", () => {
  const grpc = (code: string) => [
    use('GrpcRetryThrottling', { maxTokens: 10, tokenRatio: 0.1 }),
    use('GrpcRetryPolicy', {
      maxAttempts: 2,
      initialBackoff: '1ms',
      maxBackoff: '1ms',
      backoffMultiplier: 1,
      retryableStatusCodes: [code],
    }),
  ];
  // All calls fail: 1 token each for a failure that is tried again, none for another one.
  it.each([
    ['UNKNOWN', true],
    ['UNAVAILABLE', false],
  ])('counts failures that are tried again: %s %s', (code, counts) => {
    const { places, attempts, begun, of } = direct(grpc(code), { rate: '10/s', requests: { errorRate: 1 } });
    // Two calls with a retry each leave six tokens of ten; the first failure of the third leaves half, and no retries from there on.
    expect(attempts - begun).toBe(counts ? 2 : 0);
    expect(places[0].retriesRefused).toBe(counts ? of(Outcome.Error) - 2 : 0);
  });
});

describe("Envoy's circuit breakers", () => {
  // Two connections to each of three pods, 10 ms of work: six requests at a time, the others wait; without a bound they are at the pods.
  it.each([
    [{ perHostThresholds: { maxConnections: 2 } }, true],
    [{}, false],
  ])('with %j let six requests run: %s', (args, bounded) => {
    const { rig } = direct([use('EnvoyCircuitBreakers', args)], {
      pods: 3,
      rate: '2000/s',
      seconds: 0.1,
      requests: { concurrency: 4 },
    });
    const held = (rig.pods.get('web') ?? []).map((pod) => rig.traffic.containers.heldIn(pod as never));
    if (bounded) expect(held).toEqual([2, 2, 2]);
    else expect(Math.min(...held)).toBeGreaterThan(2);
  });
});

describe('circuit breakers', () => {
  it.each([
    [
      'CircuitBreaker',
      {
        slidingWindowSize: 10,
        minimumNumberOfCalls: 10,
        waitDurationInOpenState: '1s',
        permittedNumberOfCallsInHalfOpenState: 2,
      },
    ],
    ['Gobreaker', { timeout: '1s' }],
  ])('%s opens, tries and opens again', (name, args) => {
    const { attempts, places } = direct([use(name, args)], { requests: { errorRate: 1 } });
    expect(places[0].openings).toBeGreaterThanOrEqual(9);
    expect(places[0].openings).toBeLessThanOrEqual(10);
    // Ten or six to open, and two or one each second.
    expect(attempts).toBeLessThan(40);
  });

  it('open on slow calls', () => {
    const { places } = direct(
      [
        use('CircuitBreaker', {
          slidingWindowSize: 10,
          minimumNumberOfCalls: 10,
          slowCallDurationThreshold: '20ms',
          slowCallRateThreshold: 80,
          waitDurationInOpenState: '5s',
        }),
      ],
      { requests: { service: constant(30_000), concurrency: 50 } },
    );
    expect(places[0].openings).toBe(2);
  });
});

describe('deadlines', () => {
  it('end the call, and what was called for it', () => {
    const rig = new TrafficRig({
      services: { front: 1, back: 1 },
      behaviors: [
        behavior('front', { service: constant(0), concurrency: 1000 }, [
          call('back', { retries: { max: 9, backoffUs: 1000, jitter: 0 } }),
        ]),
        // The latest first: of those who waited long nobody is served in time.
        behavior('back', { service: constant(40_000), concurrency: 1, order: 'lastComeFirstServed' }),
      ],
      traffic: [
        source('users', 'front', '1/s', { ...clock('100/s'), policies: [use('Deadline', { timeout: '200ms' })] }),
      ],
    });
    rig.engine.run(10e6);
    rig.traffic.check();
    const { meters } = rig.traffic;
    const served = meters.total(0, Outcome.Ok);
    // 25 a second are served; nobody is served whose time is over, so nearly all of them are of use.
    expect(served).toBeGreaterThan(225);
    expect(meters.total(0, Outcome.Timeout)).toBeGreaterThan(700);
    expect(meters.interval(0).quantile(1)).toBeLessThanOrEqual(201_000);
  });
});

describe('hedging', () => {
  it('answers with the first of two', () => {
    const slow = { service: { type: 'exponential', mean: 10_000 } as const, concurrency: 100 };
    const one = direct([], { requests: slow, rate: '50/s', seconds: 60, pods: 3 });
    const two = direct([use('Hedging', { hedgingDelay: '20ms' })], {
      requests: slow,
      rate: '50/s',
      seconds: 60,
      pods: 3,
    });
    // P(> t) = e^-t/10, and beyond 20 ms e^-2 e^-2(t - 20)/10: its 99.9 % is at 20 + 5 (6.9 - 2) = 44.5 ms, without at 69.
    expect(one.meters.interval(0).quantile(0.999)).toBeGreaterThan(58_000);
    expect(two.meters.interval(0).quantile(0.999)).toBeLessThan(52_000);
    // e^-2 of them have a second attempt.
    expect(two.places[0].hedges / two.begun).toBeGreaterThan(0.11);
    expect(two.places[0].hedges / two.begun).toBeLessThan(0.16);
  });

  it('goes on at once after a failure, and fails with the last', () => {
    const { places, of, attempts, begun } = direct(
      [use('Hedging', { maxAttempts: 3, hedgingDelay: '1s', nonFatalStatusCodes: ['INTERNAL'] })],
      { requests: { errorRate: 1, concurrency: 100 } },
    );
    expect(attempts / begun).toBeCloseTo(3, 1);
    expect(of(Outcome.Error)).toBeGreaterThan(980);
    expect(places[0].hedges).toBeGreaterThan(1980);
  });
});

describe('servers', () => {
  const busy = {
    rate: '200/s',
    requests: { service: constant(10_000), concurrency: 1, queue: 1000 },
    source: { timeoutUs: 1e6 },
  };

  it('shed by the length of the queue, by CoDel, and by limits that adapt', () => {
    const none = direct([], busy);
    // Everybody waits longer than the timeout before long.
    expect(none.of(Outcome.Ok)).toBeLessThan(300);
    for (const policy of [
      use('QueueLimit', { length: 20 }),
      use('Gradient2Limit', { initialLimit: 10, minLimit: 2, queueSize: 2 }),
      use('VegasLimit', { initialLimit: 10 }),
      use('AIMDLimit', { initialLimit: 10, minLimit: 2, timeout: '200ms' }),
    ]) {
      const { of, places } = direct([], { ...busy, server: [policy] });
      expect(of(Outcome.Ok), policy.name).toBeGreaterThan(900);
      expect(places[0].rejected, policy.name).toBeGreaterThan(800);
    }
    const codel = direct([], { ...busy, server: [use('CoDel', { target: '50ms', interval: '200ms' })] });
    expect(codel.of(Outcome.Ok)).toBeGreaterThan(900);
    // Routers drop ever more, and so take longer to come to twice the capacity.
    const rfc = direct([], {
      ...busy,
      server: [use('CoDel', { target: '50ms', interval: '200ms', variant: 'rfc8289' })],
    });
    expect(rfc.places[0].rejected).toBeGreaterThan(100);
    expect(rfc.places[0].rejected).toBeLessThan(codel.places[0].rejected);
  });

  it('shed those of low priority first', () => {
    const rig = new TrafficRig({
      services: { web: 1 },
      behaviors: [
        {
          ...behavior('web', { service: constant(10_000), queue: 1000 }),
          policies: [use('PriorityShedding', { window: '100ms' })],
        },
      ],
      traffic: [
        source('batch', 'web', '1/s', { ...clock('150/s'), timeoutUs: 1e6 }),
        source('users', 'web', '1/s', { ...clock('50/s'), timeoutUs: 1e6, priority: 5 }),
      ],
    });
    rig.engine.run(60e6);
    rig.traffic.check();
    const { meters } = rig.traffic;
    const ratio = (meter: number): number => meters.total(meter, Outcome.Ok) / meters.total(meter, Tally.Begun);
    expect(ratio(1)).toBeGreaterThan(0.8);
    expect(ratio(0)).toBeLessThan(0.5);
  });
});

describe('fallbacks', () => {
  it('answer in place of what has failed', () => {
    const { of, meters, rig, places } = direct([use('Fallback', { takes: '5ms' })], {
      requests: { errorRate: 1, concurrency: 100 },
    });
    expect(of(Outcome.Error)).toBe(0);
    expect(of(Outcome.Ok)).toBeGreaterThan(990);
    const web = rig.traffic.services.meterOf('default', 'web');
    expect(meters.total(web, Outcome.Error)).toBe(places[0].fallbacks);
  });
});

describe('outlier detection', () => {
  // Five in a row: of refused connections; not of slow pods, whose connections each end the row; together with answers, of both.
  it.each([
    ['refused', true, true],
    ['slow', true, false],
    ['slow', false, true],
  ])('of a pod that is %s, with failures of local origin apart: %s', (what, splitExternalLocalOriginErrors, ejects) => {
    const detection = use('EnvoyOutlierDetection', {
      splitExternalLocalOriginErrors,
      maxEjectionPercent: 100,
      baseEjectionTime: '300s',
      healthyPanicThreshold: 0,
      enforcingLocalOriginSuccessRate: 0,
    });
    const rig = new TrafficRig({
      services: { web: 2 },
      behaviors: [behavior('web', { service: constant(what === 'slow' ? 900_000 : 1000), concurrency: 100 })],
      traffic: [source('users', 'web', '1/s', { ...clock('1/s'), policies: [detection], timeoutUs: 500_000 })],
    });
    const [first] = rig.pods.get('web') ?? [];
    if (what === 'refused') rig.traffic.killed(first as never, rig.state.pods.epoch[first], 0);
    rig.engine.run(60e6);
    expect((rig.traffic.policing?.places.all[0].ejectedEndpoints ?? 0) > 0).toBe(ejects);
    rig.traffic.check();
  });

  it.each([
    ['EnvoyOutlierDetection', { consecutive5xx: 3, maxEjectionPercent: 50, baseEjectionTime: '300s' }],
    [
      'GrpcOutlierDetection',
      { interval: '1s', failurePercentageEjection: { requestVolume: 5 }, baseEjectionTime: '300s' },
    ],
  ])('%s leaves out a pod that refuses', (name, args) => {
    const rig = new TrafficRig({
      services: { web: 6 },
      behaviors: [behavior('web', { service: constant(1000), concurrency: 100 })],
      traffic: [source('users', 'web', '100/s', { policies: [use(name, args)] })],
    });
    const [first] = rig.pods.get('web') ?? [];
    rig.traffic.killed(first as never, rig.state.pods.epoch[first], 0);
    rig.engine.run(5e6);
    const { meters, policing } = rig.traffic;
    const before = meters.total(0, Outcome.Refused);
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(60);
    rig.engine.run(60e6);
    expect(meters.total(0, Outcome.Refused)).toBe(before);
    expect(policing?.places.all[0].ejectedEndpoints).toBe(1);
    rig.traffic.check();
  });
});
