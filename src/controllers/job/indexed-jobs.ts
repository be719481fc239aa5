// Indexed Jobs: which indexes have succeeded or failed, which are to be tried next, and which pods work on one index twice.
import { Indexes } from './completed-indexes.ts';
import { remainingUs } from './job-backoff.ts';
import { hasBackoffLimitPerIndex, type Job, replacesFailedOnly } from '../kit/job-objects.ts';
import { compareActive, isIndex, type PodOfJob } from './job-pods.ts';
import { matchPodFailurePolicy } from './pod-failure-policy.ts';
import { hasFailed } from './finished-pods.ts';

export interface SucceededIndexes {
  /** As the status has them. */
  readonly before: Indexes;
  /** With those of pods that are not counted yet. */
  readonly now: Indexes;
}

export function succeededIndexes({ spec, status }: Job, pods: readonly PodOfJob[]): SucceededIndexes {
  const { completions = 0 } = spec;
  const before = Indexes.parse(status?.completedIndexes, completions);
  const more = pods.filter((pod) => pod.succeeded && pod.tracked && isIndex(pod, completions));
  return { before, now: before.with(more.map(({ ofJob }) => ofJob.index)) };
}

/** Undefined for a Job without a back-off limit for each index. */
export function failedIndexes(job: Job, pods: readonly PodOfJob[]): Indexes | undefined {
  if (!hasBackoffLimitPerIndex(job)) return undefined;
  const { completions = 0 } = job.spec;
  const failed = pods.filter((pod) => pod.tracked && isIndex(pod, completions) && failsIndex(job, pod));
  return Indexes.parse(job.status?.failedIndexes, completions).with(failed.map(({ ofJob }) => ofJob.index));
}

function failsIndex(job: Job, pod: PodOfJob): boolean {
  if (!hasFailed(pod, job)) return false;
  const { counts, action } = matchPodFailurePolicy(job.spec.podFailurePolicy, pod);
  if (action === 'FailIndex') return true;
  return counts && (pod.ofJob.failures ?? 0) >= (job.spec.backoffLimitPerIndex ?? 0);
}

/**
 * By index: the last of its failed pods that are not counted yet. It keeps its finalizer until it is replaced, for its replacement takes
 * over the number of failures.
 */
export function delayedDeletions(
  valid: readonly PodOfJob[],
  job: Job,
  succeeded: Indexes,
  failed: Indexes,
): Map<number, PodOfJob> {
  const busy = new Set(valid.filter(({ active }) => active).map(({ ofJob }) => ofJob.index));
  const delayed = new Map<number, PodOfJob>();
  for (const pod of valid) {
    const { index } = pod.ofJob;
    if (!hasFailed(pod, job) || busy.has(index) || succeeded.has(index) || failed.has(index)) continue;
    const known = delayed.get(index);
    if (known !== undefined && (allFailures(known) > allFailures(pod) || pod.finishedUs < known.finishedUs)) continue;
    delayed.set(index, pod);
  }
  return delayed;
}

/** Of its index before it, ignored ones included. */
function allFailures({ ofJob: { failures = 0, ignoredFailures = 0 } }: PodOfJob): number {
  return failures + ignoredFailures;
}

/** From `nowUs` until the index may be tried again; `last` is the pod that it has failed with. */
export function indexRemainingUs(last: PodOfJob | undefined, nowUs: number): number {
  if (last === undefined) return 0;
  return remainingUs({ failuresSinceSuccess: allFailures(last) + 1, lastFailureUs: last.finishedUs }, nowUs);
}

/** What the annotations of a new pod say, after the pod that it replaces. */
export function failureCounts(
  { spec }: Job,
  last: PodOfJob | undefined,
): { failures: number; ignoredFailures: number } {
  if (last === undefined) return { failures: 0, ignoredFailures: 0 };
  const { failures = 0, ignoredFailures = 0 } = last.ofJob;
  const { counts } = matchPodFailurePolicy(spec.podFailurePolicy, last);
  return { failures: failures + (counts ? 1 : 0), ignoredFailures: ignoredFailures + (counts ? 0 : 1) };
}

/** The lowest indexes on which nobody works and which have neither succeeded nor failed. */
export function firstPendingIndexes(
  job: Job,
  pods: readonly PodOfJob[],
  count: number,
  succeeded: Indexes,
  failed: Indexes,
): number[] {
  const busy = pods.filter((pod) => pod.active || (replacesFailedOnly(job) && pod.terminating));
  const indexes = busy.map(({ ofJob }) => ofJob.index).filter((index) => index >= 0);
  return succeeded
    .union(failed)
    .with(indexes)
    .missing(count, job.spec.completions ?? 0);
}

/** Active pods with no index of the Job, and all but one of those with the same; and the rest. */
export function withoutRepeated(
  active: readonly PodOfJob[],
  completions: number,
): { readonly repeated: PodOfJob[]; readonly rest: PodOfJob[] } {
  const repeated = active.filter((pod) => !isIndex(pod, completions));
  const byIndex = new Map<number, PodOfJob[]>();
  for (const pod of active) {
    if (!isIndex(pod, completions)) continue;
    const { index } = pod.ofJob;
    byIndex.set(index, [...(byIndex.get(index) ?? []), pod]);
  }
  const rest: PodOfJob[] = [];
  for (const same of byIndex.values()) {
    same.sort(compareActive);
    repeated.push(...same.slice(0, -1));
    rest.push(...same.slice(-1));
  }
  return { repeated, rest };
}
