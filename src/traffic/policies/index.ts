// The family of policies: what callers and servers do about failures and overload.
import { family } from '../../lib/family.ts';
import { aimd } from './aimd.ts';
import { backpressure } from './backpressure.ts';
import { bulkhead } from './bulkhead.ts';
import { circuitBreaker } from './circuit-breaker.ts';
import { codel } from './codel.ts';
import { policyContract } from './contract.ts';
import { deadline } from './deadline.ts';
import { envoyCircuitBreakers } from './envoy-circuit-breakers.ts';
import { envoyOutlierDetection } from './envoy-outlier-detection.ts';
import { envoyRetryPolicy } from './envoy-retry-policy.ts';
import { fallback } from './fallback.ts';
import { finagleRetryBudget } from './finagle-retry-budget.ts';
import { gobreaker } from './gobreaker.ts';
import { gradient2 } from './gradient2.ts';
import { grpcOutlierDetection } from './grpc-outlier-detection.ts';
import { grpcRetryPolicy } from './grpc-retry-policy.ts';
import { grpcRetryThrottling } from './grpc-retry-throttling.ts';
import { hedging } from './hedging.ts';
import { leakyBucket } from './leaky-bucket.ts';
import type { Policy, PolicyContext } from './policy.ts';
import { priorityShedding } from './priority-shedding.ts';
import { queueLimit } from './queue-limit.ts';
import { rateLimiter } from './rate-limiter.ts';
import { retry } from './retry.ts';
import { tokenBucket } from './token-bucket.ts';
import { vegas } from './vegas.ts';

export const policies = family<PolicyContext, Policy>(
  'policies',
  'What callers and servers do about failures and overload.',
  [
    deadline,
    retry,
    envoyRetryPolicy,
    grpcRetryPolicy,
    finagleRetryBudget,
    grpcRetryThrottling,
    envoyCircuitBreakers,
    hedging,
    circuitBreaker,
    gobreaker,
    envoyOutlierDetection,
    grpcOutlierDetection,
    bulkhead,
    backpressure,
    rateLimiter,
    tokenBucket,
    leakyBucket,
    aimd,
    vegas,
    gradient2,
    queueLimit,
    codel,
    priorityShedding,
    fallback,
  ],
  policyContract,
);
