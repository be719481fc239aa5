// Makes and deletes pods until as many of a Job are active as it wants (job_controller.go, manageJob).
import type { JobPod } from '../../model/job-pod.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { Indexes } from './completed-indexes.ts';
import { failureCounts, firstPendingIndexes, indexRemainingUs, withoutRepeated } from './indexed-jobs.ts';
import { remainingUs } from './job-backoff.ts';
import { type JobContext, noteDeleted } from './job-context.ts';
import { hasBackoffLimitPerIndex, isIndexed, isSuspended, replacesFailedOnly } from '../kit/job-objects.ts';
import { compareActive, type PodOfJob } from './job-pods.ts';
import type { JobPort } from './job-port.ts';

/** Most pods made or deleted in one sync. */
const MOST_IN_A_SYNC = 500;

/** Gives why not all could be done. */
export function* manageJob(port: JobPort, context: JobContext): Steps<SyncFailed | undefined> {
  const { job, active } = context;
  const wanted = isSuspended(job) ? 0 : wantedActive(context);
  const surplus = forRemoval(context, Math.max(0, active - wanted));
  const doomed = isSuspended(job) ? surplus : surplus.slice(0, MOST_IN_A_SYNC);
  if (doomed.length > 0) {
    const dropped = yield* port.dropPods(doomed);
    noteDeleted(context, dropped);
    return dropped.length === doomed.length ? undefined : new SyncFailed('pods could not be deleted');
  }
  const missing = wanted - active - (replacesFailedOnly(job) ? context.terminating : 0);
  if (isSuspended(job) || missing <= 0) return undefined;
  return yield* createPods(port, context, Math.min(missing, MOST_IN_A_SYNC));
}

function wantedActive({ job: { spec }, succeeded, active }: JobContext): number {
  const { completions, parallelism = 1 } = spec;
  // A work queue: once one pod has succeeded, no more are made.
  if (completions === undefined) return succeeded > 0 ? active : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

function forRemoval({ job, activePods }: JobContext, atLeast: number): PodOfJob[] {
  const { completions = 0 } = job.spec;
  const { repeated, rest } = isIndexed(job)
    ? withoutRepeated(activePods, completions)
    : { repeated: [], rest: activePods };
  const more = atLeast - repeated.length;
  return more <= 0 ? repeated : [...repeated, ...rest.toSorted(compareActive).slice(0, more)];
}

function* createPods(port: JobPort, context: JobContext, count: number): Steps<SyncFailed | undefined> {
  const { job } = context;
  if (!hasBackoffLimitPerIndex(job)) {
    const waitUs = remainingUs(context.backoff, port.nowUs);
    if (waitUs > 0) {
      port.syncAfter(waitUs);
      return undefined;
    }
  }
  const pods = isIndexed(job) ? indexedPods(port, context, count) : Array.from({ length: count }, () => NO_INDEX);
  const made = yield* port.createPods(job, pods);
  context.active += made;
  return made === pods.length ? undefined : new SyncFailed(`${pods.length - made} pods could not be made`);
}

const NO_INDEX: JobPod = { index: -1 };

function indexedPods(port: JobPort, context: JobContext, count: number): JobPod[] {
  const { job, delayed } = context;
  const failed = context.failedIndexes ?? Indexes.none;
  const indexes = firstPendingIndexes(job, context.pods, count, context.succeededIndexes, failed);
  if (!hasBackoffLimitPerIndex(job)) return indexes.map((index) => ({ index }));
  const waits = indexes.map((index) => indexRemainingUs(delayed.get(index), port.nowUs));
  const now = indexes.filter((_, at) => waits[at] === 0);
  if (now.length === 0 && indexes.length > 0) port.syncAfter(Math.min(...waits));
  return now.map((index) => ({ index, ...failureCounts(job, delayed.get(index)) }));
}
