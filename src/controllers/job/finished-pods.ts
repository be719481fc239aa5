// Which pods of a Job have ended and are not counted yet, and which of them count as failures.
import { isIndexed, type Job, replacesFailedOnly } from '../kit/job-objects.ts';
import { isIndex, type PodOfJob } from './job-pods.ts';
import { matchPodFailurePolicy } from './pod-failure-policy.ts';

/** A pod that is being deleted has failed already, unless only those are replaced that have ended. */
export function hasFailed(pod: PodOfJob, job: Job): boolean {
  if (pod.failed) return true;
  return !replacesFailedOnly(job) && pod.deleting && !pod.succeeded;
}

export interface FinishedPods {
  readonly succeeded: readonly PodOfJob[];
  readonly failed: readonly PodOfJob[];
}

/** `valid` are the Job's pods that have its finalizer still and, if it is Indexed, an index of its. */
export function newFinishedPods(
  job: Job,
  valid: readonly PodOfJob[],
  uncounted: { readonly succeeded: ReadonlySet<string>; readonly failed: ReadonlySet<string> },
): FinishedPods {
  return {
    succeeded: valid.filter((pod) => pod.succeeded && !has(uncounted.succeeded, pod)),
    failed: valid.filter((pod) => hasFailed(pod, job) && !has(uncounted.failed, pod)),
  };
}

export function validPods(job: Job, pods: readonly PodOfJob[], untracked: (pod: PodOfJob) => boolean): PodOfJob[] {
  const { completions = 0 } = job.spec;
  const indexed = isIndexed(job);
  return pods.filter((pod) => pod.tracked && !untracked(pod) && (!indexed || isIndex(pod, completions)));
}

/** Failures that the policy does not ignore. */
export function countedFailures({ spec }: Job, failed: readonly PodOfJob[]): number {
  if (spec.podFailurePolicy === undefined) return failed.length;
  return failed.filter((pod) => matchPodFailurePolicy(spec.podFailurePolicy, pod).counts).length;
}

/** Why the policy fails the whole Job, if it does. */
export function failJobMessage(job: Job, pods: readonly PodOfJob[]): string | undefined {
  const { podFailurePolicy } = job.spec;
  if (podFailurePolicy === undefined) return undefined;
  for (const pod of pods) {
    const message = hasFailed(pod, job) ? matchPodFailurePolicy(podFailurePolicy, pod).failJob : undefined;
    if (message !== undefined) return message;
  }
  return undefined;
}

/** Containers that are started again in their pods count too. */
export function isPastBackoffLimit({ spec }: Job, pods: readonly PodOfJob[]): boolean {
  if (spec.template.spec?.restartPolicy !== 'OnFailure') return false;
  const restarts = pods.filter((pod) => !pod.failed && !pod.succeeded).reduce((sum, pod) => sum + pod.restarts, 0);
  const { backoffLimit = 0 } = spec;
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}

/** UIDs are made up when somebody asks: mostly nobody need. */
function has(uids: ReadonlySet<string>, pod: PodOfJob): boolean {
  return uids.size > 0 && uids.has(pod.uid);
}
