// What may change in Jobs and CronJobs (pkg/apis/batch/validation).
import type { Affinity } from 'kubernetes-types/core/v1.js';
import { equalValues } from '../equal.ts';
import { objectType } from '../tables.ts';
import type { PodSpec } from '../types.ts';
import { validateCronJobSpec, type CronJob } from '../validate/cron-job.ts';
import type { Errors } from '../validate/errors.ts';
import { validateJob, validateJobSpec, type Job, type JobSpecification } from '../validate/job.ts';
import type { PodRules } from '../validate/security.ts';
import { validateMetaUpdate } from './meta.ts';

export function validateCronJobUpdate(object: CronJob, old: CronJob, errors: Errors, rules: PodRules): void {
  validateMetaUpdate(object.metadata, old.metadata, errors);
  validateCronJobSpec(object.spec, old.spec, errors, rules);
}

/** The server checks it as a new one, and once more as one that replaces another. */
export function validateJobUpdate(object: Job, old: Job, errors: Errors, rules: PodRules): void {
  const { labels = {} } = old.spec.template.metadata;
  const prefixed = ['job-name', 'controller-uid'].every((name) => labels[`batch.kubernetes.io/${name}`] !== undefined);
  validateJob(object, errors, rules, prefixed);
  validateMetaUpdate(object.metadata, old.metadata, errors);
  validateJobSpec(object.spec, errors, rules);
  validateCompletions(object.spec, old.spec, errors);
  validateKept('selector', object.spec, old.spec, errors);
  validateTemplate(object, old, errors);
  for (const field of [
    'completionMode',
    'podFailurePolicy',
    'backoffLimitPerIndex',
    'managedBy',
    'successPolicy',
  ] as const) {
    validateKept(field, object.spec, old.spec, errors);
  }
}

function isSame(field: keyof JobSpecification, spec: JobSpecification, old: JobSpecification): boolean {
  const type = objectType('batch.v1.JobSpec').field(field)?.type;
  return type === undefined || equalValues(type, spec[field], old[field]);
}

function validateKept(
  field: keyof JobSpecification,
  spec: JobSpecification,
  old: JobSpecification,
  errors: Errors,
): void {
  if (!isSame(field, spec, old)) errors.immutable(`spec.${field}`, spec[field]);
}

/** A Job with indexes grows and shrinks by both numbers at once. */
function validateCompletions(spec: JobSpecification, old: JobSpecification, errors: Errors): void {
  if (spec.completionMode !== 'Indexed') validateKept('completions', spec, old, errors);
  else if (spec.completions !== undefined && spec.completions !== old.completions) {
    if (spec.completions === spec.parallelism) return;
    errors.invalid('spec.completions', spec.completions, 'can only be modified in tandem with spec.parallelism');
  }
}

function validateTemplate(object: Job, old: Job, errors: Errors): void {
  const { template } = object.spec;
  const before = old.spec.template;
  if (isAtRest(old)) {
    const type = { is: 'object', name: 'core.v1.PodSpec' } as const;
    const isSameSpec = equalValues(type, template.spec, withMutable(before.spec, template.spec));
    if (!isSameSpec) errors.immutable('spec.template.spec', template.spec);
  } else {
    const type = { is: 'object', name: 'core.v1.PodTemplateSpec' } as const;
    if (!equalValues(type, template, before)) errors.immutable('spec.template', template);
  }
}

/** A suspended Job that has no pods: it never started, or has been stopped. */
function isAtRest({ spec, status = {} }: Job): boolean {
  if (spec.suspend !== true || (status.active ?? 0) > 0) return false;
  const { startTime, conditions = [] } = status;
  return startTime === undefined || conditions.some(({ type, status: is }) => type === 'Suspended' && is === 'True');
}

/** Fields of a suspended Job's pods that say where they go; what their containers need may change too. */
const DIRECTIVES = ['nodeSelector', 'tolerations', 'schedulingGates'] as const;

/** The old spec, with what may change of a suspended Job as the new one has it. */
function withMutable(old: PodSpec, spec: PodSpec): PodSpec {
  const before = carried(old, spec, DIRECTIVES);
  for (const list of ['containers', 'initContainers'] as const) {
    if (old[list] === undefined) continue;
    before[list] = old[list].map((container, index) => carried(container, spec[list]?.[index] ?? {}, ['resources']));
  }
  const affinity = affinityBefore(old.affinity, spec.affinity);
  if (affinity === undefined) delete before.affinity;
  else before.affinity = affinity;
  return before;
}

/** A copy of the first, with some fields of the second. */
function carried<T extends object>(old: T, object: Partial<T>, fields: readonly (keyof T)[]): T {
  const copy = { ...old };
  for (const field of fields) {
    const value = object[field];
    if (value === undefined) delete copy[field];
    else copy[field] = value;
  }
  return copy;
}

function affinityBefore(old: Affinity | undefined, affinity: Affinity | undefined): Affinity | undefined {
  const rest: Affinity = { ...old };
  delete rest.nodeAffinity;
  if (affinity === undefined) return Object.keys(rest).length === 0 ? undefined : rest;
  return affinity.nodeAffinity === undefined ? rest : { ...rest, nodeAffinity: affinity.nodeAffinity };
}
