// Validation of CronJobs (pkg/apis/batch/validation).
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { tryParseCronSchedule } from '../../parse/cron-schedule.ts';
import { isTimeZone, isTimeZoneName } from '../../parse/time-zone.ts';
import type { Errors } from './errors.ts';
import { validateJobBody, type JobSpecification } from './job.ts';
import { nonNegative, validateMeta } from './meta.ts';
import { byteLength, dnsSubdomainProblems } from './names.ts';
import type { PodRules } from './security.ts';

const CONCURRENCY = ['Allow', 'Forbid', 'Replace'];
/** A Job's name is that of its CronJob, a hyphen and ten digits, in 63 characters. */
const LONGEST_NAME = 52;

interface CronJobSpec {
  concurrencyPolicy?: string;
  failedJobsHistoryLimit?: number;
  jobTemplate: { metadata: ObjectMeta; spec: JobSpecification };
  schedule: string;
  startingDeadlineSeconds?: number;
  successfulJobsHistoryLimit?: number;
  timeZone?: string;
}

export interface CronJob {
  metadata: ObjectMeta;
  spec: CronJobSpec;
}

export function validateCronJob({ metadata, spec }: CronJob, errors: Errors, rules: PodRules): void {
  validateMeta(metadata, true, dnsSubdomainProblems, errors);
  validateCronJobSpec(spec, undefined, errors, rules);
  if (byteLength(metadata.name ?? '') > LONGEST_NAME) {
    errors.invalid('metadata.name', metadata.name, `must be no more than ${LONGEST_NAME} characters`);
  }
}

/** `old` is the spec that it replaces: what was allowed once may stay. */
export function validateCronJobSpec(
  spec: CronJobSpec,
  old: CronJobSpec | undefined,
  errors: Errors,
  rules: PodRules,
): void {
  const { schedule, timeZone, concurrencyPolicy = '', jobTemplate } = spec;
  if (schedule === '') errors.required('spec.schedule');
  else validateSchedule(schedule, timeZone, old?.schedule.includes('TZ') ?? false, errors);
  nonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds', errors);
  if (timeZone !== undefined && timeZone !== old?.timeZone) validateTimeZone(timeZone, errors);
  if (!CONCURRENCY.includes(concurrencyPolicy)) {
    errors.notSupported('spec.concurrencyPolicy', concurrencyPolicy, CONCURRENCY);
  }
  const path = 'spec.jobTemplate.spec';
  validateJobBody(jobTemplate.spec, path, errors, rules);
  if (jobTemplate.spec.selector !== undefined) {
    errors.invalid(`${path}.selector`, jobTemplate.spec.selector, '`selector` will be auto-generated');
  }
  if (jobTemplate.spec.manualSelector === true) {
    errors.notSupported(`${path}.manualSelector`, true, ['nil', 'false']);
  }
  nonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit', errors);
  nonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit', errors);
}

function validateSchedule(schedule: string, timeZone: string | undefined, mayHaveZone: boolean, errors: Errors): void {
  const parsed = tryParseCronSchedule(schedule);
  if ('error' in parsed) errors.invalid('spec.schedule', schedule, parsed.error);
  if (!schedule.includes('TZ')) return;
  if (!mayHaveZone) {
    errors.invalid('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
  } else if (timeZone !== undefined) {
    errors.invalid('spec.schedule', schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule');
  }
}

function validateTimeZone(timeZone: string, errors: Errors): void {
  const path = 'spec.timeZone';
  const unknown = `unknown time zone ${timeZone}`;
  if (timeZone === '') errors.invalid(path, timeZone, 'timeZone must be nil or non-empty string');
  else if (!isTimeZoneName(timeZone)) errors.invalid(path, timeZone, unknown);
  else {
    if (timeZone.toLowerCase() === 'local') {
      const message = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
      errors.invalid(path, timeZone, message);
    }
    if (timeZone !== 'Local' && !isTimeZone(timeZone)) errors.invalid(path, timeZone, unknown);
  }
}
