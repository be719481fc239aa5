// Counts a Job's ended pods exactly once: first their UIDs are written into its status, then they lose their finalizers, then the counts rise.
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { hasFailed } from './finished-pods.ts';
import { ensured, finalOf } from './job-conditions.ts';
import type { JobContext } from './job-context.ts';
import {
  hasBackoffLimitPerIndex,
  isIndexed,
  type Job,
  type JobCondition,
  trueCondition,
  withStatus,
} from '../kit/job-objects.ts';
import { isIndex, type PodOfJob } from './job-pods.ts';
import type { JobPort } from './job-port.ts';
import { matchPodFailurePolicy } from './pod-failure-policy.ts';

/** So many pods are counted in one sync at most. */
const MOST_UNCOUNTED = 500;

/** `changed`: the status must be written in any case. `counted` is called once the ended pods stand in it. */
export function* trackJob(port: JobPort, context: JobContext, changed: boolean, counted: () => void): Steps {
  const tracked = new Set(context.pods.filter((pod) => pod.tracked && !context.untracked(pod)).map(({ uid }) => uid));
  let job = cleaned(context.job, tracked);
  let flush = changed || job !== context.job;
  const ended = endedPods({ ...context, job });
  flush ||= ended.news;
  job = withStatus(job, { uncountedTerminatedPods: ended.uncounted });
  if (isIndexed(job)) {
    const { completedIndexes, failedIndexes } = job.status ?? {};
    job = withIndexes(job, context, ended.indexes);
    flush ||= job.status?.completedIndexes !== completedIndexes || job.status?.failedIndexes !== failedIndexes;
  }
  let final = context.ending;
  if (final !== undefined && (final.type === 'FailureTarget' || final.type === 'SuccessCriteriaMet')) {
    if (trueCondition(job, final.type) === undefined) {
      job = withStatus(job, { conditions: [...(job.status?.conditions ?? []), final] });
      flush = true;
    }
    final = finalOf(final, port.nowUs);
  }
  if (flush) {
    job = yield* port.updateStatus(job);
    counted();
  }
  const released = yield* port.untrack(ended.pods);
  for (const { uid } of released) tracked.delete(uid);
  let last = cleaned(job, tracked);
  const failed = released.length < ended.pods.length;
  const finished = failed || ended.full ? undefined : finishedWith(last, final, context.terminating);
  last = finished ?? last;
  if (last !== job) yield* port.updateStatus(last);
  if (failed) throw new SyncFailed('finalizers could not be removed');
  if (finished !== undefined && final !== undefined) announce(port, finished, final);
}

interface EndedPods {
  /** Those that lose their finalizers. */
  readonly pods: readonly PodOfJob[];
  readonly uncounted: { succeeded: string[]; failed: string[] };
  /** Indexes that succeed with them. */
  readonly indexes: number[];
  /** There is something to be written. */
  readonly news: boolean;
  /** There may be more of them. */
  readonly full: boolean;
}

function endedPods(context: JobContext): EndedPods {
  const { job, succeededBefore } = context;
  const { completions = 0 } = job.spec;
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
  const uncounted = { succeeded: [...succeeded], failed: [...failed] };
  const indexed = isIndexed(job);
  const pods: PodOfJob[] = [];
  const indexes: number[] = [];
  let news = false;
  for (const pod of indexed ? context.pods.toSorted(byIndex) : context.pods) {
    if (!pod.tracked || context.untracked(pod) || !mayRelease(context, pod)) continue;
    pods.push(pod);
    const valid = !indexed || isIndex(pod, completions);
    if (pod.succeeded && !context.uncounted.failed.has(pod.uid)) {
      if (indexed ? valid && !succeededBefore.has(pod.ofJob.index) : !context.uncounted.succeeded.has(pod.uid)) {
        if (indexed) indexes.push(pod.ofJob.index);
        else uncounted.succeeded.push(pod.uid);
        news = true;
      }
    } else if (hasFailed(pod, job) || fails(context.ending)) {
      const counts = valid && matchPodFailurePolicy(job.spec.podFailurePolicy, pod).counts;
      if (counts && !context.uncounted.failed.has(pod.uid)) {
        uncounted.failed.push(pod.uid);
        news = true;
      }
    }
    if (indexes.length + uncounted.succeeded.length + uncounted.failed.length >= MOST_UNCOUNTED) {
      return { pods, uncounted, indexes, news, full: true };
    }
  }
  return { pods, uncounted, indexes, news, full: false };
}

/** When the Job fails, every pod that has not ended has failed. */
function fails(ending: JobCondition | undefined): boolean {
  return ending !== undefined && ending.type !== 'SuccessCriteriaMet';
}

function mayRelease({ job, ending, delayed }: JobContext, pod: PodOfJob): boolean {
  if (job.metadata.deletionTimestamp !== undefined || ending !== undefined || pod.succeeded) return true;
  if (!hasFailed(pod, job)) return false;
  return !(hasBackoffLimitPerIndex(job) && delayed.get(pod.ofJob.index) === pod);
}

/** UIDs of pods without finalizer are counted: they leave the list, and the counts rise. */
function cleaned(job: Job, tracked: ReadonlySet<string>): Job {
  const { uncountedTerminatedPods = {}, succeeded: succeeds = 0, failed: fails = 0 } = job.status ?? {};
  const { succeeded = [], failed = [] } = uncountedTerminatedPods;
  const left = {
    succeeded: succeeded.filter((uid) => tracked.has(uid)),
    failed: failed.filter((uid) => tracked.has(uid)),
  };
  const counted = { succeeded: succeeded.length - left.succeeded.length, failed: failed.length - left.failed.length };
  if (counted.succeeded === 0 && counted.failed === 0) return job;
  return withStatus(job, {
    succeeded: succeeds + counted.succeeded,
    failed: fails + counted.failed,
    uncountedTerminatedPods: left,
  });
}

function withIndexes(job: Job, { succeededBefore, failedIndexes }: JobContext, more: readonly number[]): Job {
  const succeeded = succeededBefore.with(more);
  return withStatus(job, {
    succeeded: succeeded.size,
    completedIndexes: succeeded.toString(),
    ...(failedIndexes === undefined ? {} : { failedIndexes: failedIndexes.toString() }),
  });
}

/** The Job with its final condition, once all its pods are counted and none is terminating. */
function finishedWith(job: Job, final: JobCondition | undefined, terminating: number): Job | undefined {
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
  if (final === undefined || succeeded.length + failed.length > 0 || terminating > 0) return undefined;
  const conditions = ensured(job.status?.conditions ?? [], final) ?? [];
  const { lastTransitionTime = '' } = final;
  return withStatus(job, {
    conditions,
    ...(final.type === 'Complete' ? { completionTime: lastTransitionTime } : {}),
  });
}

function announce(port: JobPort, { spec, status }: Job, { type, reason = '', message = '' }: JobCondition): void {
  if (type !== 'Complete') {
    port.event('Warning', reason, message);
    return;
  }
  if (spec.completions !== undefined && (status?.succeeded ?? 0) > spec.completions) {
    port.event('Warning', 'TooManySucceededPods', 'Too many succeeded pods running after completion count reached');
  }
  port.event('Normal', 'Completed', 'Job completed');
}

function byIndex(a: PodOfJob, b: PodOfJob): number {
  return a.ofJob.index - b.ofJob.index;
}
