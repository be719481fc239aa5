// The conditions by which a Job says how it ends: the interim ones, which stand before its last pods are counted, and the final ones.
import { timestamp } from '../../lib/timestamp.ts';
import type { JobCondition } from '../kit/job-objects.ts';

type Type = 'SuccessCriteriaMet' | 'FailureTarget' | 'Complete' | 'Failed' | 'Suspended';

export function condition(
  type: Type,
  { reason, message }: Pick<JobCondition, 'reason' | 'message'>,
  nowUs: number,
  status: 'True' | 'False' = 'True',
): JobCondition {
  const now = timestamp(nowUs);
  return {
    type,
    status,
    lastProbeTime: now,
    lastTransitionTime: now,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}

const REASONS = {
  BackoffLimitExceeded: 'Job has reached the specified backoff limit',
  DeadlineExceeded: 'Job was active longer than specified deadline',
  MaxFailedIndexesExceeded: 'Job has exceeded the specified maximal number of failed indexes',
  FailedIndexes: 'Job has failed indexes',
} as const;

/** Why it fails: its pods go first. */
export function failureTarget(reason: keyof typeof REASONS, nowUs: number): JobCondition {
  return condition('FailureTarget', { reason, message: REASONS[reason] }, nowUs);
}

export function completed(nowUs: number): JobCondition {
  const message = 'Reached expected number of succeeded pods';
  return condition('SuccessCriteriaMet', { reason: 'CompletionsReached', message }, nowUs);
}

/** What an interim condition ends as. */
export function finalOf(interim: JobCondition, nowUs: number): JobCondition {
  return condition(interim.type === 'SuccessCriteriaMet' ? 'Complete' : 'Failed', interim, nowUs);
}

/**
 * The list with the condition as it is now; undefined when it is so already. One that would be False and has never been True is not
 * written at all.
 */
export function ensured(list: readonly JobCondition[], wanted: JobCondition): JobCondition[] | undefined {
  const index = list.findIndex(({ type }) => type === wanted.type);
  if (index < 0) return wanted.status === 'False' ? undefined : [...list, wanted];
  const { status, reason, message } = list[index];
  if (status === wanted.status && reason === wanted.reason && message === wanted.message) return undefined;
  return list.with(index, wanted);
}
