// Validation of PodDisruptionBudgets (pkg/apis/policy/validation).
import type { PodDisruptionBudgetSpec } from 'kubernetes-types/policy/v1.js';
import type { Errors } from './errors.ts';
import { validateMeta, validateSelector } from './meta.ts';
import { pathSegmentProblems } from './names.ts';
import { atMostAll, validateIntOrPercent, type Workload } from './workloads.ts';

const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

export function validatePodDisruptionBudget(
  { metadata, spec }: Workload<PodDisruptionBudgetSpec | undefined>,
  errors: Errors,
): void {
  validateBudgetSpec(spec, errors);
  // Nothing else is asked of its name than that a path can have it.
  if (errors.list.length === 0) validateMeta(metadata, true, pathSegmentProblems, errors);
}

export function validateBudgetSpec(spec: PodDisruptionBudgetSpec | undefined, errors: Errors): void {
  if (spec === undefined) return;
  const { minAvailable, maxUnavailable, selector } = spec;
  const { unhealthyPodEvictionPolicy } = spec as { readonly unhealthyPodEvictionPolicy?: string };
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const printed = {
      MinAvailable: minAvailable,
      Selector: selector ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: unhealthyPodEvictionPolicy ?? null,
    };
    errors.invalid('spec', printed, 'minAvailable and maxUnavailable cannot be both set');
  }
  validateAmount(minAvailable, 'spec.minAvailable', errors);
  validateAmount(maxUnavailable, 'spec.maxUnavailable', errors);
  validateSelector(selector, 'spec.selector', errors);
  if (unhealthyPodEvictionPolicy !== undefined && !EVICTION_POLICIES.includes(unhealthyPodEvictionPolicy)) {
    errors.notSupported('spec.unhealthyPodEvictionPolicy', unhealthyPodEvictionPolicy, EVICTION_POLICIES);
  }
}

function validateAmount(value: number | string | undefined, path: string, errors: Errors): void {
  if (value === undefined) return;
  validateIntOrPercent(value, path, errors);
  atMostAll(value, path, errors);
}
