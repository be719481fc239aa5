// Hot dialect: when probes of a process succeed or fail for good, as arithmetic: it fails until it listens, then succeeds (behaviour C.6).
import type { Probe } from 'kubernetes-types/core/v1.js';

/** A probe of a container; period 0 is none. Times in µs. */
export interface ProbePlan {
  readonly periodUs: number;
  readonly initialDelayUs: number;
  /** Failures, or successes, in a row that change its result. */
  readonly failures: number;
  readonly successes: number;
}

export function planProbe(probe: Probe | undefined): ProbePlan {
  return {
    periodUs: probe === undefined ? 0 : (probe.periodSeconds ?? 10) * 1e6,
    initialDelayUs: (probe?.initialDelaySeconds ?? 0) * 1e6,
    failures: probe?.failureThreshold ?? 3,
    successes: probe?.successThreshold ?? 1,
  };
}

/** The first probe at or after `fromUs`: they come every period, counted from when the kubelet saw the pod. */
export function probeFrom(probe: ProbePlan, gridUs: number, fromUs: number): number {
  return gridUs + Math.ceil((fromUs - gridUs) / probe.periodUs) * probe.periodUs;
}

/** When the container is killed because its process does not listen in time: `failures` probes in a row; Infinity: never. */
export function failsUs(probe: ProbePlan, gridUs: number, fromUs: number, listensUs: number): number {
  if (probe.periodUs === 0) return Infinity;
  const last = probeFrom(probe, gridUs, fromUs) + (probe.failures - 1) * probe.periodUs;
  return last < listensUs ? last : Infinity;
}
