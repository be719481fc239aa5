// Validation of Deployments and ReplicaSets (pkg/apis/apps/validation).
import type { DeploymentSpec, DeploymentStrategy, ReplicaSetSpec } from 'kubernetes-types/apps/v1.js';
import type { LabelSelector, ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { compileLabelSelector } from '../../parse/label-selector.ts';
import type { PodTemplate } from '../types.ts';
import type { Errors } from './errors.ts';
import { nonNegative, validateMeta, validateSelector } from './meta.ts';
import { dnsSubdomainProblems, isPercent, percentProblems } from './names.ts';
import { validatePodTemplate, validateRunsForever } from './pod-template.ts';
import type { PodRules } from './security.ts';

export interface Workload<Spec> {
  metadata: ObjectMeta;
  spec: Spec;
}

/** How a workload that is created is validated, from how its spec is. */
export function validatingWorkload<Spec>(validateSpec: (spec: Spec, errors: Errors, rules: PodRules) => void) {
  return ({ metadata, spec }: Workload<Spec>, errors: Errors, rules: PodRules): void => {
    validateMeta(metadata, true, dnsSubdomainProblems, errors);
    validateSpec(spec, errors, rules);
  };
}

export const validateDeployment = validatingWorkload(validateDeploymentSpec);
export const validateReplicaSet = validatingWorkload(validateReplicaSetSpec);

export function validateDeploymentSpec(spec: DeploymentSpec, errors: Errors, rules: PodRules): void {
  nonNegative(spec.replicas, 'spec.replicas', errors);
  validateSelectorAndTemplate(spec, rules, errors);
  validateStrategy(spec.strategy ?? {}, errors);
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', errors);
  const deadline = spec.progressDeadlineSeconds;
  if (deadline === undefined) return;
  nonNegative(deadline, 'spec.progressDeadlineSeconds', errors);
  if (deadline <= (spec.minReadySeconds ?? 0)) {
    errors.invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds');
  }
}

export function validateReplicaSetSpec(spec: ReplicaSetSpec, errors: Errors, rules: PodRules): void {
  nonNegative(spec.replicas, 'spec.replicas', errors);
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  validateSelectorAndTemplate(spec, rules, errors);
}

export function validateSelectorAndTemplate(
  spec: DeploymentSpec | ReplicaSetSpec,
  rules: PodRules,
  errors: Errors,
): void {
  const selector = spec.selector as LabelSelector | undefined;
  const before = errors.list.length;
  if (selector === undefined) errors.required('spec.selector');
  else validateSelector(selector, 'spec.selector', errors);
  if (errors.list.length > before && selector !== undefined) {
    errors.invalid('spec.selector', selector, 'invalid label selector');
    return;
  }
  const isEmpty = selector?.matchLabels === undefined && selector?.matchExpressions === undefined;
  if (selector !== undefined && isEmpty) {
    errors.invalid('spec.selector', selector, 'empty selector is invalid for deployment');
  }
  const template = spec.template as PodTemplate;
  const labels = template.metadata.labels;
  // No selector at all matches nothing, an empty one is complained about above.
  if (selector === undefined || (!isEmpty && !compileLabelSelector(selector).matches(labels ?? {}))) {
    errors.invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
  }
  validatePodTemplate(template, 'spec.template', rules, errors);
  validateRunsForever(template, 'ReplicaSet', errors);
}

function validateStrategy({ type, rollingUpdate }: DeploymentStrategy, errors: Errors): void {
  const path = 'spec.strategy.rollingUpdate';
  if (type === 'Recreate') {
    if (rollingUpdate !== undefined) {
      errors.forbidden(path, "may not be specified when strategy `type` is 'Recreate'");
    }
  } else if (type === 'RollingUpdate') {
    const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
    validateIntOrPercent(maxUnavailable, `${path}.maxUnavailable`, errors);
    validateIntOrPercent(maxSurge, `${path}.maxSurge`, errors);
    if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0) {
      errors.invalid(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0');
    }
    atMostAll(maxUnavailable, `${path}.maxUnavailable`, errors);
  } else errors.notSupported('spec.strategy', { type, rollingUpdate }, ['Recreate', 'RollingUpdate']);
}

export function validateIntOrPercent(value: number | string, path: string, errors: Errors): void {
  if (typeof value === 'string') errors.invalidEach(path, value, percentProblems(value));
  else nonNegative(value, path, errors);
}

export function atMostAll(value: number | string, path: string, errors: Errors): void {
  if (typeof value === 'string' && isPercent(value) && amount(value) > 100) {
    errors.invalid(path, value, 'must not be greater than 100%');
  }
}

/** The number of either form; 0 for a text that is none. */
export function amount(value: number | string): number {
  if (typeof value === 'number') return value;
  return isPercent(value) || /^[-+]?\d+$/.test(value) ? Number.parseInt(value, 10) : 0;
}
