// Every policy at every place where one may stand: it does something there, or is refused with the place where it belongs.
import { describe, expect, it } from 'vitest';
import type { FamilyUse } from '../../src/model/settings/family-use.ts';
import { Tally } from '../../src/traffic/meters.ts';
import { policies } from '../../src/traffic/policies/index.ts';
import { policyCheck } from '../../src/world/policy-check.ts';
import { behavior, call, source, TrafficRig } from '../support/traffic-rig.ts';

/** What the loader says of a policy. */
const check = policyCheck(policies);

const exponential = (mean: number) => ({ type: 'exponential', mean }) as const;

const places = ['source', 'call', 'route', 'server'] as const;
type At = (typeof places)[number];

/** 150 a second for two pods that can do 100, of which a fifth fails: everybody retries twice, and gives up after 0.2 s. */
function figures(at?: At, use?: FamilyUse): readonly number[] {
  const here = (place: At): readonly FamilyUse[] => (use !== undefined && at === place ? [use] : []);
  const retries = { max: 2, backoffUs: 10_000, jitter: 0 };
  const rig = new TrafficRig({
    services: { front: 2, back: 2 },
    behaviors: [
      behavior('front', { service: exponential(2000), concurrency: 100 }, [
        call('back', { timeoutUs: 200_000, retries, policies: here('call') }),
      ]),
      {
        ...behavior('back', { service: exponential(20_000), queue: 30, errorRate: 0.2 }),
        policies: here('server'),
      },
    ],
    traffic: [source('users', 'front', '150/s', { timeoutUs: 1e6, retries, policies: here('source') })],
    routePolicies: here('route').map((one) => ({ namespace: 'default', name: 'back', policies: [one] })),
  });
  rig.engine.run(2e6);
  rig.traffic.check();
  const { meters, services } = rig.traffic;
  return [0, services.meterOf('default', 'front'), services.meterOf('default', 'back')].flatMap((meter) => [
    ...Array.from({ length: Tally.Abandoned }, (_, tally) => meters.total(meter, tally)),
    meters.interval(meter).sum,
  ]);
}

const CALLERS = ['source', 'call', 'route'] as const;
const ANYWHERE = places;
const SERVER = ['server'] as const;

/** Where each belongs, with arguments by which it has something to do. */
const given: Readonly<Record<string, readonly [args: unknown, where: readonly At[]]>> = {
  Deadline: [{ timeout: '100ms' }, CALLERS],
  Retry: [{ maxAttempts: 2, waitDuration: '50ms' }, CALLERS],
  EnvoyRetryPolicy: [{ numRetries: 1 }, CALLERS],
  GrpcRetryPolicy: [{ maxAttempts: 2, initialBackoff: '50ms', maxBackoff: '1s', backoffMultiplier: 2 }, CALLERS],
  FinagleRetryBudget: [{ minRetriesPerSec: 1, percentCanRetry: 0.05 }, CALLERS],
  GrpcRetryThrottling: [{}, CALLERS],
  EnvoyCircuitBreakers: [{ maxRequests: 3, maxPendingRequests: 1 }, CALLERS],
  Hedging: [{ hedgingDelay: '50ms' }, CALLERS],
  CircuitBreaker: [
    { minimumNumberOfCalls: 10, slidingWindowSize: 10, failureRateThreshold: 20, waitDurationInOpenState: '1s' },
    ANYWHERE,
  ],
  Gobreaker: [{ consecutiveFailures: 2, timeout: '1s' }, ANYWHERE],
  EnvoyOutlierDetection: [{ consecutive5xx: 2, maxEjectionPercent: 100, healthyPanicThreshold: 0 }, CALLERS],
  GrpcOutlierDetection: [
    {
      interval: '200ms',
      maxEjectionPercent: 100,
      failurePercentageEjection: { threshold: 10, minimumHosts: 1, requestVolume: 5 },
    },
    CALLERS,
  ],
  Bulkhead: [{ maxConcurrentCalls: 4 }, CALLERS],
  Backpressure: [{ maxConcurrentCalls: 4 }, CALLERS],
  RateLimiter: [{ limitForPeriod: 5, limitRefreshPeriod: '100ms', timeoutDuration: 0 }, ANYWHERE],
  TokenBucket: [{ limit: '30/s' }, ANYWHERE],
  LeakyBucket: [{ rate: '30/s' }, ANYWHERE],
  AIMDLimit: [{ initialLimit: 4, minLimit: 2, maxLimit: 10 }, ANYWHERE],
  VegasLimit: [{ initialLimit: 4, maxConcurrency: 10 }, ANYWHERE],
  Gradient2Limit: [{ initialLimit: 4, minLimit: 2, maxConcurrency: 10 }, ANYWHERE],
  QueueLimit: [{ length: 3 }, SERVER],
  CoDel: [{ target: '5ms', interval: '20ms' }, SERVER],
  PriorityShedding: [{ window: '100ms', windowRequests: 10 }, SERVER],
  Fallback: [{}, CALLERS],
};

it('all of them are looked at', () => {
  expect(Object.keys(given).sort()).toEqual(policies.members.map((one) => one.name).sort());
});

describe.each(Object.entries(given))('%s', (name, [args, where]) => {
  const before = figures();

  it.each(places)('at a %s acts, or is refused with a way out', (at) => {
    const use = { name, args };
    if (where.includes(at)) {
      expect(figures(at, use)).not.toEqual(before);
      return;
    }
    const way =
      at === 'server'
        ? 'is one of callers: put it into `policies` of a call, a source or a route'
        : 'looks at requests that wait at a server: put it into `policies` of the behavior';
    expect(check(use, at === 'server' ? 'server' : 'caller')).toBe(`${name} ${way}`);
  });
});
