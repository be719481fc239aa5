// One sync of a Job: counts its pods, decides whether it ends, makes and deletes pods, and writes its status (job_controller.go, syncJob).
import { timestamp, timestampUs } from '../../lib/timestamp.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { failJobMessage, isPastBackoffLimit } from './finished-pods.ts';
import { manageJob } from './job-active-pods.ts';
import type { BackoffRecord } from './job-backoff.ts';
import { completed, condition, ensured, failureTarget, finalOf } from './job-conditions.ts';
import { contextOf, type JobContext, type JobMemory, noteDeleted } from './job-context.ts';
import { isIndexed, isSuspended, type Job, type JobCondition, trueCondition, withStatus } from '../kit/job-objects.ts';
import type { PodOfJob } from './job-pods.ts';
import type { JobPort } from './job-port.ts';
import { trackJob } from './job-tracking.ts';
import { matchSuccessPolicy } from './success-policy.ts';

/** `counted` is called when the status with the pods that have ended is written: their back-off stands. */
export function* syncJob(
  port: JobPort,
  stored: Job,
  pods: readonly PodOfJob[],
  memory: JobMemory,
  counted: (backoff: BackoffRecord) => void,
): Steps {
  const starts = stored.status?.startTime === undefined && !isSuspended(stored);
  const job = starts ? withStatus(stored, { startTime: timestamp(port.nowUs) }) : stored;
  const startUs = starts ? port.nowUs : timestampUs(job.status?.startTime ?? '');
  const context = contextOf(job, pods, memory);
  context.ending = endingOf(port, context, startUs);
  const { activePods } = context;
  let next = job;
  let problem: SyncFailed | undefined;
  let changed = false;
  if (context.ending !== undefined) {
    const deleted = yield* port.deletePods(activePods);
    // Finalizers may be left, or pods that the view does not show yet.
    if (deleted.length !== activePods.length || !memory.satisfied) context.ending = undefined;
    if (deleted.length !== activePods.length) problem = new SyncFailed('pods could not be deleted');
    noteDeleted(context, deleted);
  } else {
    const manages = memory.satisfied && job.metadata.deletionTimestamp === undefined;
    if (manages) problem = yield* manageJob(port, context);
    const { completions } = job.spec;
    const enough = completions === undefined ? context.succeeded > 0 : context.succeeded >= completions;
    if (enough && context.active === 0) context.ending = completed(port.nowUs);
    else if (manages) {
      const suspension = suspended(port, job);
      changed = suspension !== undefined;
      next = suspension ?? job;
    }
  }
  const { active, ready, terminating } = job.status ?? {};
  changed ||= context.active !== active || context.ready !== ready || context.terminating !== terminating;
  next = withStatus(next, { active: context.active, ready: context.ready, terminating: context.terminating });
  yield* trackJob(port, { ...context, job: next }, changed, () => counted(context.backoff));
  if (problem !== undefined) throw problem;
}

function endingOf(port: JobPort, context: JobContext, startUs: number): JobCondition | undefined {
  const { job, pods, failed } = context;
  const { nowUs } = port;
  const known = trueCondition(job, 'SuccessCriteriaMet') ?? trueCondition(job, 'FailureTarget');
  if (known !== undefined) return known.type === 'FailureTarget' ? finalOf(known, nowUs) : known;
  const message = failJobMessage(job, pods);
  if (message !== undefined) return condition('FailureTarget', { reason: 'PodFailurePolicy', message }, nowUs);
  if (failed > (job.spec.backoffLimit ?? 0) || isPastBackoffLimit(job, pods)) {
    return failureTarget('BackoffLimitExceeded', nowUs);
  }
  const { activeDeadlineSeconds } = job.spec;
  if (activeDeadlineSeconds !== undefined && !isSuspended(job)) {
    const leftUs = startUs + activeDeadlineSeconds * 1e6 - nowUs;
    if (leftUs <= 0) return failureTarget('DeadlineExceeded', nowUs);
    port.syncAfter(leftUs);
  }
  return indexedEnding(context, nowUs);
}

function indexedEnding({ job, failedIndexes, succeededIndexes }: JobContext, nowUs: number): JobCondition | undefined {
  if (!isIndexed(job)) return undefined;
  const { completions = 0, maxFailedIndexes, successPolicy } = job.spec;
  const failed = failedIndexes?.size ?? 0;
  if (failedIndexes !== undefined && maxFailedIndexes !== undefined && failed > maxFailedIndexes) {
    return failureTarget('MaxFailedIndexesExceeded', nowUs);
  }
  if (failed > 0 && failed + succeededIndexes.size >= completions) return failureTarget('FailedIndexes', nowUs);
  const message = matchSuccessPolicy(successPolicy, completions, succeededIndexes);
  if (message === undefined) return undefined;
  return condition('SuccessCriteriaMet', { reason: 'SuccessPolicy', message }, nowUs);
}

/**
 * The Job with its condition Suspended as the spec has it; undefined when it is so already. The deadline does not run while it is
 * suspended: it loses its start, and starts over when it is resumed.
 */
function suspended(port: JobPort, job: Job): Job | undefined {
  const { nowUs } = port;
  const [reason, message] = isSuspended(job) ? ['JobSuspended', 'Job suspended'] : ['JobResumed', 'Job resumed'];
  const wanted = condition('Suspended', { reason, message }, nowUs, isSuspended(job) ? 'True' : 'False');
  const conditions = ensured(job.status?.conditions ?? [], wanted);
  if (conditions === undefined) return undefined;
  port.event('Normal', isSuspended(job) ? 'Suspended' : 'Resumed', message);
  if (!isSuspended(job)) return withStatus(job, { conditions, startTime: timestamp(nowUs) });
  const { startTime: _, ...status } = job.status ?? {};
  return { ...job, status: { ...status, conditions } };
}
