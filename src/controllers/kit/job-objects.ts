// The fields of Jobs that the controllers read and write.
import type {
  JobCondition as PublishedCondition,
  JobSpec,
  JobStatus as PublishedStatus,
} from 'kubernetes-types/batch/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { KubeObject } from '../../model/object-store.ts';

export type JobCondition = Readonly<PublishedCondition>;

export interface UncountedPods {
  /** UIDs. */
  readonly succeeded?: readonly string[];
  readonly failed?: readonly string[];
}

export type JobStatus = Readonly<Omit<PublishedStatus, 'conditions' | 'uncountedTerminatedPods'>> & {
  readonly conditions?: readonly JobCondition[];
  readonly uncountedTerminatedPods?: UncountedPods;
};

export interface Job extends KubeObject {
  readonly kind: 'Job';
  readonly spec: Readonly<JobSpec>;
  readonly status?: JobStatus;
}

type SelectingByHand = Job & { readonly spec: { readonly selector: LabelSelector } };

/** Its selector is the user's, so that it may find pods that others made. */
export function selectsByHand(job: Job): job is SelectingByHand {
  return job.spec.manualSelector === true && job.spec.selector !== undefined;
}

export function isSuspended({ spec }: Job): boolean {
  return spec.suspend === true;
}

export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === 'Indexed';
}

export function hasBackoffLimitPerIndex({ spec }: Job): boolean {
  return spec.completionMode === 'Indexed' && spec.backoffLimitPerIndex !== undefined;
}

/** Another controller looks after it (KEP-4368). */
export function isManagedElsewhere({ spec }: Job): boolean {
  return spec.managedBy !== undefined && spec.managedBy !== 'kubernetes.io/job-controller';
}

/** Pods that are terminating are replaced when they have failed, not before. */
export function replacesFailedOnly({ spec }: Job): boolean {
  return spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;
}

/** The condition of a type, if it is true. */
export function trueCondition({ status }: Job, type: string): JobCondition | undefined {
  return status?.conditions?.find((one) => one.type === type && one.status === 'True');
}

/** Complete or Failed. */
export function finishedCondition(job: Job): JobCondition | undefined {
  return trueCondition(job, 'Complete') ?? trueCondition(job, 'Failed');
}

export function isFinished(job: Job): boolean {
  return finishedCondition(job) !== undefined;
}

export function withStatus(job: Job, status: Job['status']): Job {
  return { ...job, status: { ...job.status, ...status } };
}
