// gRPC's retry throttling (retryThrottling of a service config).
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { Outcome } from '../calls.ts';
import { GrpcRetryThrottleMachine } from './grpc-retry-throttle-machine.ts';
import type { Policy } from './policy.ts';

export const grpcRetryThrottling = member({
  name: 'GrpcRetryThrottling',
  summary:
    "gRPC's retryThrottling: failures take a token, successes give back a part of one; below half of them nothing is tried again.",
  args: z.strictObject({
    maxTokens: z.int().min(1).max(1000).default(10).describe('tokens at first, and at most'),
    tokenRatio: z.number().gt(0).default(0.1).describe('that a success gives back'),
  }),
  create({ maxTokens, tokenRatio }): Policy {
    const machine = new GrpcRetryThrottleMachine(maxTokens, tokenRatio);
    return {
      // A failure that nobody would try again says nothing about the server.
      mayRetry: (_attempt, left, retryable) => (retryable ? !machine.failed() && left : left),
      ended({ outcome }) {
        if (outcome === Outcome.Ok) machine.succeeded();
      },
    };
  },
});
