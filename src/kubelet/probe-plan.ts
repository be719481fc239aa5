// A probe of a container, compiled: its period, thresholds, and what it asks.
import type { Probe } from 'kubernetes-types/core/v1.js';

/** Period 0 is none. Times in µs. */
export interface ProbePlan {
  readonly periodUs: number;
  readonly initialDelayUs: number;
  readonly timeoutUs: number;
  /** Failures, or successes, in a row that change its result. */
  readonly failures: number;
  readonly successes: number;
  /** Of a container that it has killed; undefined: the pod's. */
  readonly graceUs: number | undefined;
  /** The command of an exec probe. */
  readonly command: readonly string[] | undefined;
}

export function planProbe(probe: Probe | undefined): ProbePlan {
  const grace = probe?.terminationGracePeriodSeconds;
  return {
    periodUs: probe === undefined ? 0 : (probe.periodSeconds ?? 10) * 1e6,
    initialDelayUs: (probe?.initialDelaySeconds ?? 0) * 1e6,
    timeoutUs: (probe?.timeoutSeconds ?? 1) * 1e6,
    failures: probe?.failureThreshold ?? 3,
    successes: probe?.successThreshold ?? 1,
    graceUs: grace === undefined ? undefined : grace * 1e6,
    command: probe?.exec?.command,
  };
}
