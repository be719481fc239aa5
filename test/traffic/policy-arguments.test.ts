// The arguments of policies beside those that their libraries document: the same names, the same defaults, and what is left out.
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { policies } from '../../src/traffic/policies/index.ts';

const MS = 1e3;
const S = 1e6;
const REQUIRED = Symbol('required');

interface Documented {
  readonly of: string;
  /** Defaults as documented, times in µs. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Documented arguments that are not there, and why. */
  readonly leftOut?: Readonly<Record<string, string>>;
  /** Arguments that the library has not, or by another name. */
  readonly own?: Readonly<Record<string, string>>;
}

const EXCEPTIONS = 'requests have outcomes, and not exceptions';

const documented: Readonly<Record<string, Documented>> = {
  CircuitBreaker: {
    of: 'resilience4j 2 CircuitBreakerConfig',
    defaults: {
      failureRateThreshold: 50,
      slowCallRateThreshold: 100,
      slowCallDurationThreshold: 60_000 * MS,
      permittedNumberOfCallsInHalfOpenState: 10,
      maxWaitDurationInHalfOpenState: 0,
      slidingWindowType: 'COUNT_BASED',
      slidingWindowSize: 100,
      minimumNumberOfCalls: 100,
      waitDurationInOpenState: 60_000 * MS,
      automaticTransitionFromOpenToHalfOpenEnabled: false,
    },
    leftOut: { recordExceptions: EXCEPTIONS, ignoreExceptions: EXCEPTIONS, recordFailurePredicate: EXCEPTIONS },
    own: {
      exponentialBackoffMultiplier: 'of the Spring starter, where enableExponentialBackoff turns it on: 1 is off',
      exponentialMaxWaitDurationInOpenState: 'of the Spring starter',
      randomizedWaitFactor: 'of the Spring starter, where enableRandomizedWait turns it on: 0 is off',
    },
  },
  Retry: {
    of: 'resilience4j 2 RetryConfig, and its Spring starter',
    defaults: {
      maxAttempts: 3,
      waitDuration: 500 * MS,
      // IntervalFunction's own are 1.5 and 0.5 where enableExponentialBackoff and enableRandomizedWait turn these on.
      exponentialBackoffMultiplier: 1,
      randomizedWaitFactor: 0,
      exponentialMaxWaitDuration: undefined,
    },
    leftOut: {
      retryOnResultPredicate: EXCEPTIONS,
      retryExceptionPredicate: EXCEPTIONS,
      retryExceptions: EXCEPTIONS,
      ignoreExceptions: EXCEPTIONS,
      failAfterMaxAttempts: 'which exception it is',
      intervalFunction: 'code: those of the starter are arguments',
    },
  },
  Bulkhead: { of: 'resilience4j 2 BulkheadConfig', defaults: { maxConcurrentCalls: 25, maxWaitDuration: 0 } },
  RateLimiter: {
    of: 'resilience4j 2 RateLimiterConfig',
    // The library's 500 ns are below the resolution of a run.
    defaults: { timeoutDuration: 5 * S, limitRefreshPeriod: REQUIRED, limitForPeriod: 50 },
    leftOut: { drainPermissionsOnResult: EXCEPTIONS },
    own: { scope: 'whose calls are counted together' },
  },
  Gobreaker: {
    of: 'sony/gobreaker 2 Settings',
    defaults: { maxRequests: 1, interval: 0, bucketPeriod: 0, timeout: 60 * S },
    leftOut: { isSuccessful: EXCEPTIONS, isExcluded: EXCEPTIONS },
    own: {
      consecutiveFailures: 'ReadyToTrip: more than 5',
      failureRatio: 'ReadyToTrip of its README',
      minimumRequests: 'likewise',
    },
  },
  AIMDLimit: {
    of: 'Netflix concurrency-limits AIMDLimit',
    defaults: { initialLimit: 20, minLimit: 20, maxLimit: 200, backoffRatio: 0.9, timeout: 5 * S },
  },
  VegasLimit: {
    of: 'Netflix concurrency-limits VegasLimit',
    defaults: { initialLimit: 20, maxConcurrency: 1000, smoothing: 1, probeMultiplier: 30 },
    // Without a number the functions 3 log10 and 6 log10 of the limit.
    own: { alpha: 'alpha(int)', beta: 'beta(int)' },
    leftOut: { threshold: 'a function: log10 of the limit', increase: 'likewise', decrease: 'likewise' },
  },
  Gradient2Limit: {
    of: 'Netflix concurrency-limits Gradient2Limit',
    defaults: {
      initialLimit: 20,
      minLimit: 20,
      maxConcurrency: 200,
      queueSize: 4,
      smoothing: 0.2,
      longWindow: 600,
      rttTolerance: 1.5,
    },
  },
  FinagleRetryBudget: {
    of: 'Finagle RetryBudget',
    defaults: { ttl: 10 * S, minRetriesPerSec: 10, percentCanRetry: 0.2 },
  },
  GrpcRetryPolicy: {
    of: 'gRPC service config, gRFC A6',
    defaults: {
      maxAttempts: REQUIRED,
      initialBackoff: REQUIRED,
      maxBackoff: REQUIRED,
      backoffMultiplier: REQUIRED,
      // gRPC has no default: most configurations have this one.
      retryableStatusCodes: ['UNAVAILABLE'],
    },
  },
  GrpcRetryThrottling: {
    of: 'gRPC service config, gRFC A6',
    // gRPC has none: those of its example.
    defaults: { maxTokens: 10, tokenRatio: 0.1 },
  },
  Hedging: {
    of: 'gRPC service config, gRFC A6',
    // gRPC asks for the attempts and sends all at once without a delay; here it is the other way round.
    defaults: { maxAttempts: 2, hedgingDelay: REQUIRED, nonFatalStatusCodes: ['UNAVAILABLE'] },
  },
  GrpcOutlierDetection: {
    of: 'gRPC outlier_detection_experimental, gRFC A50',
    defaults: {
      interval: 10 * S,
      baseEjectionTime: 30 * S,
      maxEjectionTime: 300 * S,
      maxEjectionPercent: 10,
      successRateEjection: undefined,
      failurePercentageEjection: undefined,
    },
    leftOut: { childPolicy: 'the balancer of the Service' },
  },
  EnvoyOutlierDetection: {
    of: 'Envoy 1.40 config.cluster.v3.OutlierDetection',
    defaults: {
      consecutive5xx: 5,
      interval: 10 * S,
      baseEjectionTime: 30 * S,
      maxEjectionPercent: 10,
      enforcingConsecutive5xx: 100,
      enforcingSuccessRate: 100,
      successRateMinimumHosts: 5,
      successRateRequestVolume: 100,
      successRateStdevFactor: 1900,
      consecutiveGatewayFailure: 5,
      enforcingConsecutiveGatewayFailure: 0,
      failurePercentageThreshold: 85,
      enforcingFailurePercentage: 0,
      failurePercentageMinimumHosts: 5,
      failurePercentageRequestVolume: 50,
      maxEjectionTime: 300 * S,
      maxEjectionTimeJitter: 0,
      alwaysEjectOneHost: false,
      splitExternalLocalOriginErrors: false,
      consecutiveLocalOriginFailure: 5,
      enforcingConsecutiveLocalOriginFailure: 100,
      enforcingLocalOriginSuccessRate: 100,
      enforcingFailurePercentageLocalOrigin: 0,
    },
    leftOut: {
      monitors: 'extensions',
      successfulActiveHealthCheckUnejectHost: 'Envoy asks no pods how they are here',
    },
    own: { healthyPanicThreshold: 'of common_lb_config: 50 %' },
  },
  EnvoyCircuitBreakers: {
    of: 'Envoy 1.40 config.cluster.v3.CircuitBreakers',
    defaults: {
      maxConnections: 1024,
      maxPendingRequests: 1024,
      maxRequests: 1024,
      maxRetries: 3,
      retryBudget: undefined,
      // Of its fields Envoy heeds maxConnections only.
      perHostThresholds: undefined,
    },
    leftOut: {
      maxConnectionPools: 'a cluster has one pool for each host',
      trackRemaining: 'a metric',
    },
  },
  EnvoyRetryPolicy: {
    of: 'Envoy 1.40 config.route.v3.RetryPolicy',
    // Without retry_on Envoy retries nothing.
    defaults: {
      retryOn: ['5xx'],
      retriableStatusCodes: [],
      numRetries: 1,
      baseInterval: 25 * MS,
      maxInterval: undefined,
    },
    leftOut: {
      perTryTimeout: 'the `timeout` of a call is that of an attempt',
      perTryIdleTimeout: 'answers do not come in pieces',
      retryHostPredicate: 'a balancer of Envoy here passes the hosts over that it has tried',
      rateLimitedRetryBackOff: 'answers have no headers',
      retryPriority: 'priorities are of the balancer',
      retryOptionsPredicates: 'extensions',
      hostSelectionRetryMaxAttempts: 'likewise',
      retriableHeaders: 'answers have no headers',
      retriableRequestHeaders: 'whose requests are retried is a matter of where the policy stands',
    },
  },
  TokenBucket: {
    of: 'golang.org/x/time/rate NewLimiter',
    defaults: { limit: REQUIRED, burst: 1 },
    own: { wait: 'Wait with a deadline instead of Allow', scope: 'whose calls are counted together' },
  },
  LeakyBucket: {
    of: 'nginx limit_req',
    defaults: { rate: REQUIRED, burst: 0, delay: 0, nodelay: false },
    own: { scope: 'the zone' },
  },
  CoDel: {
    of: 'Folly Codel, RFC 8289',
    defaults: { interval: 100 * MS, target: 5 * MS },
    own: { variant: 'which of the two' },
  },
  PriorityShedding: {
    of: 'DAGOR, SoCC 2018',
    defaults: { target: 20 * MS, window: 1 * S, windowRequests: 2000, alpha: 0.05, beta: 0.01 },
  },
};

/** Of nobody in particular. */
const GENERAL = ['Backpressure', 'Deadline', 'Fallback', 'QueueLimit'];

it('each policy that is named after something is compared with it', () => {
  expect([...Object.keys(documented), ...GENERAL].sort()).toEqual(policies.members.map(({ name }) => name).sort());
});

describe.each(Object.entries(documented))('%s', (name, { defaults, leftOut = {}, own = {} }) => {
  const args = policies.get(name).args as z.ZodObject;

  it('has the documented arguments, and no others', () => {
    expect(Object.keys(args.shape).sort()).toEqual([...Object.keys(defaults), ...Object.keys(own)].sort());
    expect(Object.keys(leftOut).filter((one) => one in args.shape)).toEqual([]);
  });

  it.each(Object.entries(defaults))('%s is by default %s', (argument, value) => {
    const parsed = (args.shape[argument] as z.ZodType).safeParse(undefined);
    expect(parsed.success ? parsed.data : REQUIRED).toEqual(value);
  });
});

it('parts of gRPC\u2019s outlier detection have the defaults of gRFC A50', () => {
  const { shape } = policies.get('GrpcOutlierDetection').args as z.ZodObject;
  expect((shape['successRateEjection'] as z.ZodType).parse({})).toEqual({
    stdevFactor: 1900,
    enforcementPercentage: 100,
    minimumHosts: 5,
    requestVolume: 100,
  });
  expect((shape['failurePercentageEjection'] as z.ZodType).parse({})).toEqual({
    threshold: 85,
    enforcementPercentage: 100,
    minimumHosts: 5,
    requestVolume: 50,
  });
});

it('Envoy\u2019s retry budget has its defaults', () => {
  const { shape } = policies.get('EnvoyCircuitBreakers').args as z.ZodObject;
  expect((shape['retryBudget'] as z.ZodType).parse({})).toEqual({ budgetPercent: 20, minRetryConcurrency: 3 });
});
