// Envoy's outlier detection of a cluster.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { duration, someDuration } from '../../lib/units.ts';
import { Outcome } from '../calls.ts';
import { EndpointEjections } from './endpoint-ejections.ts';
import { EnvoyOutlierMachine } from './envoy-outlier-machine.ts';
import type { Policy, PolicyContext } from './policy.ts';

const percent = z.number().min(0).max(100);
const count = z.int().min(0);

/** What Envoy makes of each end: its own errors have a status too. */
const STATUS: Readonly<Record<number, number>> = {
  [Outcome.Ok]: 200,
  [Outcome.Error]: 500,
  [Outcome.Timeout]: 504,
  [Outcome.Refused]: 503,
  [Outcome.Reset]: 503,
  [Outcome.Overload]: 503,
};

/** Those that the host has sent. */
const ANSWERS: ReadonlySet<number> = new Set([Outcome.Ok, Outcome.Error, Outcome.Overload]);

export const envoyOutlierDetection = member({
  name: 'EnvoyOutlierDetection',
  summary: "Envoy's outlier_detection: pods that fail in a row, or more than the others, are not used for a while.",
  args: z.strictObject({
    consecutive5xx: count.default(5).describe('failures in a row'),
    consecutiveGatewayFailure: count.default(5).describe('of these, 502, 503 and 504 in a row'),
    interval: someDuration.default(10_000_000).describe('after which rates are looked at, and pods return'),
    baseEjectionTime: someDuration.default(30_000_000).describe('times the number of ejections'),
    maxEjectionTime: someDuration.default(300_000_000).describe('at most'),
    maxEjectionPercent: percent
      .default(10)
      .describe('of the pods; with fewer than ten pods and 10 % nothing is ejected'),
    enforcingConsecutive5xx: percent.default(100).describe('chance that it is done'),
    enforcingConsecutiveGatewayFailure: percent.default(0).describe('likewise'),
    enforcingSuccessRate: percent.default(100).describe('likewise'),
    successRateMinimumHosts: count.default(5).describe('pods with enough requests without which no rate counts'),
    successRateRequestVolume: count.default(100).describe('requests of a pod in an interval that are enough'),
    successRateStdevFactor: count.default(1900).describe('thousandths of the standard deviation below the mean'),
    failurePercentageThreshold: percent.default(85).describe('percentage of failures'),
    enforcingFailurePercentage: percent.default(0).describe('chance that it is done'),
    failurePercentageMinimumHosts: count.default(5).describe('as for success rates'),
    failurePercentageRequestVolume: count.default(50).describe('as for success rates'),
    splitExternalLocalOriginErrors: z
      .boolean()
      .default(false)
      .describe('whether what has no answer is counted apart from answers'),
    consecutiveLocalOriginFailure: count
      .default(5)
      .describe('of what has no answer, failures in a row: a connection ends the row, whatever comes of it'),
    enforcingConsecutiveLocalOriginFailure: percent.default(100).describe('chance that it is done'),
    enforcingLocalOriginSuccessRate: percent.default(100).describe('likewise'),
    enforcingFailurePercentageLocalOrigin: percent.default(0).describe('likewise'),
    maxEjectionTimeJitter: duration.default(0).describe('at most, drawn, by which each ejection is longer'),
    alwaysEjectOneHost: z.boolean().default(false).describe('whether one may be ejected whatever the percentage is'),
    healthyPanicThreshold: percent.default(50).describe('percentage of pods in use below which all are used'),
  }),
  create(
    { interval, baseEjectionTime, maxEjectionTime, maxEjectionTimeJitter, healthyPanicThreshold, ...args },
    context: PolicyContext,
  ): Policy {
    const ejections = new EndpointEjections(context, interval, healthyPanicThreshold);
    const settings = {
      ...args,
      baseEjectionTimeUs: baseEjectionTime,
      maxEjectionTimeUs: maxEjectionTime,
      maxEjectionTimeJitterUs: maxEjectionTimeJitter,
    };
    const machine = new EnvoyOutlierMachine(settings, ejections, (n) => context.random.int(n));
    ejections.watch(machine);
    const ends = args.splitExternalLocalOriginErrors ? apart(machine, ejections) : together(machine, ejections);
    return {
      ...ends,
      ejectedEndpoints() {
        ejections.advance();
        return machine.ejected;
      },
      uses: (endpoints) => ejections.uses(endpoints),
    };
  },
});

type Ends = Pick<Policy, 'connects' | 'ended'>;

/** What has no answer is a 503 or 504 as well. */
function together(machine: EnvoyOutlierMachine, ejections: EndpointEjections): Ends {
  return {
    ended({ endpoint, outcome, nowUs }) {
      ejections.advance();
      if (endpoint >= 0) machine.answered(endpoint, STATUS[outcome], nowUs);
    },
  };
}

/** Answers count as answers, and the rest as failures of local origin. Source: Envoy's `putResultWithLocalExternalSplit`. */
function apart(machine: EnvoyOutlierMachine, ejections: EndpointEjections): Ends {
  return {
    // That it is refused is known a round trip later.
    connects(attempt) {
      ejections.advance();
      if (attempt.endpoint >= 0) attempt.memory = machine.connected(attempt.endpoint);
      return 0;
    },
    ended({ endpoint, outcome, nowUs, memory }) {
      ejections.advance();
      if (endpoint < 0) return;
      if (ANSWERS.has(outcome)) return machine.answered(endpoint, STATUS[outcome], nowUs);
      if (outcome === Outcome.Refused) machine.notConnected(endpoint, memory);
      machine.failedLocally(endpoint, nowUs);
    },
  };
}
