// The statuses of objects in the words of the recordings' observer: `desired=20 current=20 …`.
import type { DaemonSetStatus } from 'kubernetes-types/apps/v1.js';
import type { JobStatus } from 'kubernetes-types/batch/v1.js';
import type { PodDisruptionBudgetStatus } from 'kubernetes-types/policy/v1.js';
import type { KubeObject } from '../../../src/model/object-store.ts';

/** By kind. */
const NUMBERS: Readonly<Record<string, (status: object) => Readonly<Record<string, number>>>> = {
  DaemonSet: (object) => {
    const status = object as Partial<DaemonSetStatus>;
    return {
      desired: status.desiredNumberScheduled ?? 0,
      current: status.currentNumberScheduled ?? 0,
      ready: status.numberReady ?? 0,
      available: status.numberAvailable ?? 0,
      unavailable: status.numberUnavailable ?? 0,
      updated: status.updatedNumberScheduled ?? 0,
      misscheduled: status.numberMisscheduled ?? 0,
    };
  },
  Job: (object) => {
    const status = object as Partial<JobStatus>;
    return {
      active: status.active ?? 0,
      ready: status.ready ?? 0,
      succeeded: status.succeeded ?? 0,
      failed: status.failed ?? 0,
      terminating: status.terminating ?? 0,
    };
  },
  PodDisruptionBudget: (object) => {
    const status = object as Partial<PodDisruptionBudgetStatus>;
    return {
      expected: status.expectedPods ?? 0,
      currentHealthy: status.currentHealthy ?? 0,
      desiredHealthy: status.desiredHealthy ?? 0,
      disruptionsAllowed: status.disruptionsAllowed ?? 0,
      disruptedPods: Object.keys(status.disruptedPods ?? {}).length,
    };
  },
};

/** Undefined for an object of a kind that has none, or without a status. */
export function statusText({ kind, status }: KubeObject): string | undefined {
  const numbers = status === undefined ? undefined : NUMBERS[kind]?.(status);
  return (
    numbers &&
    Object.entries(numbers)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')
  );
}

/** A number of such a text. */
export function numberOf(detail: string, name: string): number | undefined {
  const found = new RegExp(`(?:^| )${name}=(\\d+)`).exec(detail)?.[1];
  return found === undefined ? undefined : Number(found);
}
