// Validation of Jobs (pkg/apis/batch/validation).
import type { JobSpec } from 'kubernetes-types/batch/v1.js';
import type { LabelSelector, ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { compileLabelSelector } from '../../parse/label-selector.ts';
import { generatedLabels } from '../job-selector.ts';
import type { PodTemplate } from '../types.ts';
import { validateDomainPath } from './domain-path.ts';
import type { Errors } from './errors.ts';
import { validateIndexedMode } from './job-indexed.ts';
import { validatePodFailurePolicy, validateReplacementPolicy, type PodFailurePolicy } from './job-policies.ts';
import { validateSuccessPolicy, type SuccessPolicy } from './job-success.ts';
import { nonNegative, validateMeta, validateSelector } from './meta.ts';
import { byteLength, dnsLabelProblems, dnsSubdomainProblems } from './names.ts';
import { validatePodTemplate } from './pod-template.ts';
import type { PodRules } from './security.ts';

const MODES = ['NonIndexed', 'Indexed'];
const RESTART_POLICIES = ['OnFailure', 'Never'];
const LONGEST_MANAGER = 63;

/** Fields that are newer than the package of types are added. */
export interface JobSpecification extends Omit<JobSpec, 'template' | 'podFailurePolicy' | 'successPolicy'> {
  backoffLimitPerIndex?: number;
  managedBy?: string;
  maxFailedIndexes?: number;
  podFailurePolicy?: PodFailurePolicy;
  podReplacementPolicy?: string;
  successPolicy?: SuccessPolicy;
  template: PodTemplate;
}

export interface Job {
  metadata: ObjectMeta;
  spec: JobSpecification;
  status?: JobStatus;
}

export interface JobStatus {
  active?: number;
  ready?: number;
  terminating?: number;
  succeeded?: number;
  failed?: number;
  startTime?: string;
  completionTime?: string;
  completedIndexes?: string;
  failedIndexes?: string;
  uncountedTerminatedPods?: { succeeded?: readonly string[]; failed?: readonly string[] };
  conditions?: readonly { type: string; status: string }[];
}

/** `prefixed`: whether its pods must have the labels with a prefix too, which Jobs of old clusters have not. */
export function validateJob(job: Job, errors: Errors, rules: PodRules, prefixed = true): void {
  const { metadata, spec } = job;
  validateMeta(metadata, true, dnsSubdomainProblems, errors);
  validateGeneratedSelector(job, prefixed, errors);
  validateJobSpec(spec, errors, rules);
  const { completions = 0 } = spec;
  if (spec.completionMode !== 'Indexed' || completions <= 0) return;
  const last = `${metadata.name ?? ''}-${completions - 1}`;
  if (dnsLabelProblems(last).length > 0) {
    const message = `will not able to create pod with invalid DNS label: ${last}`;
    errors.invalid('metadata.name', metadata.name ?? '', message);
  }
}

/** What the server has generated is as it generates it, unless the Job selects by hand. */
function validateGeneratedSelector({ metadata, spec }: Job, prefixed: boolean, errors: Errors): void {
  const { selector } = spec;
  if (spec.manualSelector === true || selector === undefined) return;
  if (metadata.uid === undefined) errors.required('metadata.uid');
  const labels = spec.template.metadata.labels ?? {};
  const generated = Object.entries(generatedLabels(metadata)).filter(([key]) => prefixed || !key.includes('/'));
  for (const [key, value] of generated) {
    const path = `spec.template.metadata.labels[${key}]`;
    if (labels[key] === undefined) errors.required(path, `must be '${value}'`);
    else if (labels[key] !== value) errors.invalid(path, labels, `must be '${value}'`);
  }
  if (isReadable(selector) && !compileLabelSelector(selector).matches(Object.fromEntries(generated))) {
    errors.invalid('spec.selector', selector, '`selector` not auto-generated');
  }
}

/** The spec with its selector, as a Job has it. */
export function validateJobSpec(spec: JobSpecification, errors: Errors, rules: PodRules): void {
  validateJobBody(spec, 'spec', errors, rules);
  const { selector } = spec;
  if (selector === undefined) errors.required('spec.selector');
  else validateSelector(selector, 'spec.selector', errors);
  const { labels } = spec.template.metadata;
  // No selector at all matches nothing.
  const matches =
    selector !== undefined && isReadable(selector) && compileLabelSelector(selector).matches(labels ?? {});
  if (!matches && (selector === undefined || isReadable(selector))) {
    errors.invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
  }
}

function isReadable(selector: LabelSelector): boolean {
  try {
    compileLabelSelector(selector);
    return true;
  } catch {
    return false;
  }
}

/** What Jobs and the templates of CronJobs have in common. */
export function validateJobBody(spec: JobSpecification, path: string, errors: Errors, rules: PodRules): void {
  for (const field of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ] as const) {
    nonNegative(spec[field], `${path}.${field}`, errors);
  }
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified');
  }
  const { completionMode: mode, managedBy, podFailurePolicy, successPolicy, template } = spec;
  if (managedBy !== undefined) {
    validateDomainPath(managedBy, `${path}.managedBy`, errors);
    if (byteLength(managedBy) > LONGEST_MANAGER) errors.tooLong(`${path}.managedBy`, LONGEST_MANAGER);
  }
  if (mode !== undefined && !MODES.includes(mode)) errors.notSupported(`${path}.completionMode`, mode, MODES);
  if (mode === 'Indexed') validateIndexedMode(spec, path, errors);
  if (mode === undefined || mode === 'NonIndexed') {
    for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
      if (spec[field] !== undefined) {
        errors.invalid(`${path}.${field}`, spec[field], 'requires indexed completion mode');
      }
    }
  }
  if (podFailurePolicy !== undefined) validatePodFailurePolicy(spec, `${path}.podFailurePolicy`, errors);
  if (successPolicy !== undefined) {
    const at = `${path}.successPolicy`;
    if (mode === 'Indexed') validateSuccessPolicy(successPolicy, spec.completions ?? 0, at, errors);
    else errors.invalid(at, successPolicy, 'requires indexed completion mode');
  }
  validateReplacementPolicy(spec, `${path}.podReplacementPolicy`, errors);
  validatePodTemplate(template, `${path}.template`, rules, errors);
  validateRestartPolicy(spec, `${path}.template.spec.restartPolicy`, errors);
}

function validateRestartPolicy({ podFailurePolicy, template }: JobSpecification, path: string, errors: Errors): void {
  const { restartPolicy = 'Always' } = template.spec;
  if (restartPolicy === 'Always') errors.required(path, 'valid values: "OnFailure", "Never"');
  else if (!RESTART_POLICIES.includes(restartPolicy)) errors.notSupported(path, restartPolicy, RESTART_POLICIES);
  else if (podFailurePolicy !== undefined && restartPolicy !== 'Never') {
    errors.invalid(path, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified');
  }
}
