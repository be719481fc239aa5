// The statuses of objects in the words of the recordings' observer: `desired=20 current=20 …`.
import type { DaemonSetStatus } from 'kubernetes-types/apps/v1.js';
import type { JobStatus } from 'kubernetes-types/batch/v1.js';
import type { PodDisruptionBudgetStatus } from 'kubernetes-types/policy/v1.js';
import type { KubeObject } from '../../../src/model/object-store.ts';

type Words<Status> = Readonly<Record<string, keyof Status & string>>;

const DAEMON_SET: Words<DaemonSetStatus> = {
  desired: 'desiredNumberScheduled',
  current: 'currentNumberScheduled',
  ready: 'numberReady',
  available: 'numberAvailable',
  unavailable: 'numberUnavailable',
  updated: 'updatedNumberScheduled',
  misscheduled: 'numberMisscheduled',
};
const JOB: Words<JobStatus & { readonly terminating: number }> = {
  active: 'active',
  ready: 'ready',
  succeeded: 'succeeded',
  failed: 'failed',
  terminating: 'terminating',
};
const BUDGET: Words<PodDisruptionBudgetStatus> = {
  expected: 'expectedPods',
  currentHealthy: 'currentHealthy',
  desiredHealthy: 'desiredHealthy',
  disruptionsAllowed: 'disruptionsAllowed',
  disruptedPods: 'disruptedPods',
};
const WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  DaemonSet: DAEMON_SET,
  Job: JOB,
  PodDisruptionBudget: BUDGET,
};

/** Undefined for an object of a kind that has none, or without a status. */
export function statusText({ kind, status }: KubeObject): string | undefined {
  const words = status === undefined ? undefined : WORDS[kind];
  if (words === undefined) return undefined;
  const values = new Map<string, unknown>(Object.entries(status ?? {}));
  return Object.entries(words)
    .map(([name, field]) => `${name}=${countOf(values.get(field))}`)
    .join(' ');
}

/** Of a mapping, how many it has. */
function countOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

/** A number of such a text. */
export function numberOf(detail: string, name: string): number | undefined {
  const found = new RegExp(`(?:^| )${name}=(\\d+)`).exec(detail)?.[1];
  return found === undefined ? undefined : Number(found);
}
