// What one sync of a Job knows: its pods, which of them are new to be counted, and the counts that change as pods are made and deleted.
import { Indexes } from './completed-indexes.ts';
import { countedFailures, newFinishedPods, validPods } from './finished-pods.ts';
import { delayedDeletions, failedIndexes, succeededIndexes } from './indexed-jobs.ts';
import { type BackoffRecord, backoffAfter } from './job-backoff.ts';
import { isIndexed, type Job, type JobCondition } from '../kit/job-objects.ts';
import type { PodOfJob } from './job-pods.ts';

export interface JobContext {
  readonly job: Job;
  readonly pods: readonly PodOfJob[];
  readonly activePods: readonly PodOfJob[];
  /** Pods whose finalizer was taken away, which the view does not show yet. */
  readonly untracked: (pod: PodOfJob) => boolean;
  readonly uncounted: { readonly succeeded: ReadonlySet<string>; readonly failed: ReadonlySet<string> };
  readonly backoff: BackoffRecord;
  readonly succeeded: number;
  readonly failed: number;
  readonly succeededBefore: Indexes;
  readonly succeededIndexes: Indexes;
  readonly failedIndexes: Indexes | undefined;
  readonly delayed: ReadonlyMap<number, PodOfJob>;
  /** Why the Job ends, if it does. */
  ending: JobCondition | undefined;
  active: number;
  ready: number;
  terminating: number;
}

/** What the controller remembers of a Job from one sync to the next. */
export interface JobMemory {
  readonly backoff: BackoffRecord;
  /** What it has created and deleted has been seen. */
  readonly satisfied: boolean;
  readonly untracked: (pod: PodOfJob) => boolean;
}

export function contextOf(job: Job, pods: readonly PodOfJob[], { untracked, backoff }: JobMemory): JobContext {
  const { succeeded: known = 0, failed: failures = 0, uncountedTerminatedPods = {} } = job.status ?? {};
  const uncounted = {
    succeeded: new Set(uncountedTerminatedPods.succeeded),
    failed: new Set(uncountedTerminatedPods.failed),
  };
  const activePods = pods.filter(({ active }) => active);
  const valid = validPods(job, pods, untracked);
  const fresh = newFinishedPods(job, valid, uncounted);
  const indexes = isIndexed(job) ? succeededIndexes(job, pods) : { before: Indexes.none, now: Indexes.none };
  const failed = failedIndexes(job, pods);
  const finishes = (ended: readonly PodOfJob[]): number[] => ended.map(({ finishedUs }) => finishedUs);
  return {
    job,
    pods,
    activePods,
    untracked,
    uncounted,
    backoff: backoffAfter(backoff, finishes(fresh.succeeded), finishes(fresh.failed)),
    succeeded: isIndexed(job) ? indexes.now.size : known + fresh.succeeded.length + uncounted.succeeded.size,
    failed: failures + countedFailures(job, fresh.failed) + uncounted.failed.size,
    succeededBefore: indexes.before,
    succeededIndexes: indexes.now,
    failedIndexes: failed,
    delayed: failed === undefined ? new Map() : delayedDeletions(valid, job, indexes.now, failed),
    ending: undefined,
    active: activePods.length,
    ready: activePods.filter(({ ready }) => ready).length,
    terminating: pods.filter(({ terminating }) => terminating).length,
  };
}

export function noteDeleted(context: JobContext, deleted: readonly PodOfJob[]): void {
  context.active -= deleted.length;
  context.terminating += deleted.length;
  context.ready -= deleted.filter(({ ready }) => ready).length;
}
