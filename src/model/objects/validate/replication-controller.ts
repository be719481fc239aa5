// Validation of ReplicationControllers (pkg/apis/core/validation).
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { PodTemplate } from '../types.ts';
import type { Errors } from './errors.ts';
import { nonNegative, validateMeta } from './meta.ts';
import { dnsSubdomainProblems } from './names.ts';
import { validatePodTemplate, validateRunsForever } from './pod-template.ts';
import type { PodRules } from './security.ts';

interface Spec {
  minReadySeconds?: number;
  replicas?: number;
  selector?: Readonly<Record<string, string>>;
  template?: PodTemplate;
}

export interface ReplicationController {
  metadata: ObjectMeta;
  spec: Spec;
}

export function validateReplicationController(
  { metadata, spec }: ReplicationController,
  errors: Errors,
  rules: PodRules,
): void {
  validateMeta(metadata, true, dnsSubdomainProblems, errors);
  validateReplicationControllerSpec(spec, errors, rules);
}

export function validateReplicationControllerSpec(spec: Spec, errors: Errors, rules: PodRules): void {
  const { minReadySeconds, replicas, selector = {}, template } = spec;
  nonNegative(minReadySeconds, 'spec.minReadySeconds', errors);
  if (Object.keys(selector).length === 0) errors.required('spec.selector');
  nonNegative(replicas, 'spec.replicas', errors);
  if (template === undefined) {
    errors.required('spec.template');
    return;
  }
  const labels = template.metadata.labels ?? {};
  if (!Object.entries(selector).every(([key, value]) => labels[key] === value)) {
    errors.invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
  }
  validatePodTemplate(template, 'spec.template', rules, errors);
  validateRunsForever(template, 'ReplicationController', errors);
}
