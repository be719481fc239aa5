// What a pod made by a Job has beyond its class: which index it works on, how often that has failed before, and how it ended.

/** The finalizer of pods that their Job's controller has not counted yet. */
export const JOB_TRACKING = 'batch.kubernetes.io/job-tracking';
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';
const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count';
const INDEX_IGNORED_FAILURES = 'batch.kubernetes.io/job-index-ignored-failure-count';

export interface ContainerEnd {
  readonly name: string;
  readonly exitCode: number;
}

/** The last status of a pod that has Succeeded or Failed. */
export interface PodEnd {
  /** Containers that have terminated: regular ones, then init containers. */
  readonly containers: readonly ContainerEnd[];
  /** When the last of the regular ones ended; undefined unless all of them have. */
  readonly finishedUs: number | undefined;
}

export interface JobPod {
  /** Of an Indexed Job, else -1. */
  readonly index: number;
  /** Failures of its index before it that count, and those that were ignored; undefined without `backoffLimitPerIndex`. */
  readonly failures?: number;
  readonly ignoredFailures?: number;
  /** As committed with its terminal phase. */
  end?: PodEnd;
}

/** Annotations as the Job controller writes them. */
export function jobPodAnnotations({ index, failures, ignoredFailures }: JobPod): Record<string, string> {
  if (index < 0) return {};
  return {
    [COMPLETION_INDEX]: String(index),
    ...(failures === undefined ? {} : { [INDEX_FAILURES]: String(failures) }),
    ...(ignoredFailures === undefined || ignoredFailures === 0
      ? {}
      : { [INDEX_IGNORED_FAILURES]: String(ignoredFailures) }),
  };
}

/** The labels by which the API server connects a Job with its pods. */
export function jobLabels(name: string, uid: string): Record<string, string> {
  return {
    'job-name': name,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'batch.kubernetes.io/controller-uid': uid,
  };
}
