// Validation of ReplicationControllers (pkg/apis/core/validation).
import type { PodTemplate } from '../types.ts';
import type { Errors } from './errors.ts';
import { nonNegative } from './meta.ts';
import { validatePodTemplate, validateRunsForever } from './pod-template.ts';
import type { PodRules } from './security.ts';
import { validatingWorkload, type Workload } from './workloads.ts';

interface Spec {
  minReadySeconds?: number;
  replicas?: number;
  selector?: Readonly<Record<string, string>>;
  template?: PodTemplate;
}

export type ReplicationController = Workload<Spec>;

export const validateReplicationController = validatingWorkload(validateReplicationControllerSpec);

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
