// Envoy's circuit breakers of a cluster: bounds of connections, of requests that wait for one, of requests, and of retries.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { Admission, EnvoyCircuit } from './envoy-circuit.ts';
import { envoyRetryLimit } from './envoy-retry-limit.ts';
import { type Policy, type PolicyContext, REJECTED, WAITS } from './policy.ts';

const bound = z.int().min(0);

export const envoyCircuitBreakers = member({
  name: 'EnvoyCircuitBreakers',
  summary:
    "Envoy's circuit_breakers: bounds of connections, pending requests, requests and retries of a cluster, over HTTP/1.1.",
  args: z.strictObject({
    maxConnections: bound.default(1024).describe('connections; a host has one in any case'),
    maxPendingRequests: bound.default(1024).describe('requests that wait for a connection'),
    maxRequests: bound.default(1024).describe('requests at a time'),
    maxRetries: bound.default(3).describe('calls at a time that are retried'),
    retryBudget: z
      .strictObject({
        budgetPercent: z.number().min(0).max(100).default(20).describe('percent of the requests'),
        minRetryConcurrency: bound.default(3).describe('in any case'),
      })
      .optional()
      .describe('instead of maxRetries: how many'),
    perHostThresholds: z
      .strictObject({ maxConnections: bound.describe('connections; one in any case') })
      .optional()
      .describe('bounds of each pod'),
  }),
  create(
    { maxConnections, maxPendingRequests, maxRequests, maxRetries, retryBudget, perHostThresholds },
    context: PolicyContext,
  ): Policy {
    const maxConnectionsPerHost = perHostThresholds?.maxConnections;
    const circuit = new EnvoyCircuit({ maxConnections, maxPendingRequests, maxRequests, maxConnectionsPerHost });
    let retries = 0;
    /** By ticket of those that wait for a connection. */
    const hosts = new Map<number, number>();
    const leave = (ticket: number, admission: number): void => {
      hosts.delete(ticket);
      if (admission === Admission.Running) context.resume(ticket);
      else context.refuse(ticket);
    };
    return {
      used() {
        return circuit.requests;
      },
      bound: () => maxRequests,
      connects({ ticket, endpoint }) {
        const admission = circuit.start(ticket, endpoint);
        if (admission === Admission.Queued) hosts.set(ticket, endpoint);
        return admission === Admission.Running ? 0 : admission === Admission.Queued ? WAITS : REJECTED;
      },
      gaveUp({ ticket }) {
        circuit.forget(ticket, hosts.get(ticket) ?? -1);
        hosts.delete(ticket);
      },
      ended: ({ endpoint }) => {
        if (endpoint >= 0) circuit.end(endpoint, true, leave);
      },
      mayRetry(attempt, left) {
        if (attempt.memory === 1) retries -= 1;
        attempt.memory = 0;
        const limit =
          retryBudget === undefined ? maxRetries : envoyRetryLimit(retryBudget, circuit.requests, circuit.pending);
        if (!left || retries >= limit) return false;
        retries += 1;
        attempt.memory = 1;
        return true;
      },
      concluded(attempt) {
        if (attempt.memory === 1) retries -= 1;
        attempt.memory = 0;
      },
    };
  },
});
