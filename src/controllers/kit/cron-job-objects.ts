// The fields of CronJobs that their controller reads and writes.
import type { CronJobSpec, CronJobStatus as PublishedStatus } from 'kubernetes-types/batch/v1.js';
import type { ObjectReference } from 'kubernetes-types/core/v1.js';
import type { KubeObject } from '../../model/object-store.ts';

export type JobReference = Readonly<ObjectReference>;

export type CronJobStatus = Readonly<Omit<PublishedStatus, 'active'>> & { readonly active?: readonly JobReference[] };

export interface CronJob extends KubeObject {
  readonly kind: 'CronJob';
  readonly spec: Readonly<CronJobSpec>;
  readonly status?: CronJobStatus;
}

/** Of a Job: when it was due. */
export const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
