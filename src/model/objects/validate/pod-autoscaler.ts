// Validation of HorizontalPodAutoscalers (pkg/apis/autoscaling/validation).
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { parseQuantity } from '../../parse/quantity.ts';
import type { FeatureGates } from '../feature-gates.ts';
import type { Errors } from './errors.ts';
import { validateMeta } from './meta.ts';
import { dnsSubdomainProblems } from './names.ts';
import { validateMetrics, type Metric } from './pod-autoscaler-metrics.ts';
import { validateReference, type ObjectReference } from './pod-autoscaler-reference.ts';

const SELECT_POLICIES = ['Disabled', 'Max', 'Min'];
const POLICIES = ['Percent', 'Pods'];
const LONGEST_WINDOW_SECONDS = 3600;
const LONGEST_PERIOD_SECONDS = 1800;

interface ScalingRules {
  policies?: readonly { type: string; value: number; periodSeconds: number }[];
  selectPolicy?: string;
  stabilizationWindowSeconds?: number;
  tolerance?: string;
}

interface Spec {
  behavior?: { scaleDown?: ScalingRules; scaleUp?: ScalingRules };
  maxReplicas: number;
  metrics?: readonly Metric[];
  minReplicas?: number;
  scaleTargetRef: ObjectReference;
}

export interface PodAutoscaler {
  metadata: ObjectMeta;
  spec: Spec;
}

export function validatePodAutoscaler({ metadata, spec }: PodAutoscaler, errors: Errors, rules: AutoscalerRules): void {
  validateMeta(metadata, true, dnsSubdomainProblems, errors);
  validatePodAutoscalerSpec(spec, undefined, errors, rules);
}

/** What of the API server's settings counts. */
export interface AutoscalerRules {
  readonly gates?: FeatureGates | undefined;
}

/** `old` is the spec that it replaces: what was allowed once may stay. */
export function validatePodAutoscalerSpec(
  spec: Spec,
  old: Spec | undefined,
  errors: Errors,
  { gates }: AutoscalerRules,
): void {
  const { behavior, maxReplicas, metrics = [], minReplicas, scaleTargetRef } = spec;
  const least = old?.minReplicas === 0 || gates?.HPAScaleToZero === true ? 0 : 1;
  if (minReplicas !== undefined && minReplicas < least) {
    errors.invalid('spec.minReplicas', minReplicas, `must be greater than or equal to ${least}`);
  }
  if (maxReplicas === 0) errors.required('spec.maxReplicas', 'must be set and greater than 0');
  else if (maxReplicas < 1) errors.invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to 1');
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`');
  }
  validateReference(scaleTargetRef, old?.scaleTargetRef, false, 'spec.scaleTargetRef', errors);
  validateMetrics(metrics, old?.metrics ?? [], minReplicas, errors);
  for (const direction of ['scaleUp', 'scaleDown'] as const) {
    const rules = behavior?.[direction];
    if (rules !== undefined) validateRules(rules, `spec.behavior.${direction}`, errors);
  }
}

function validateRules(rules: ScalingRules, path: string, errors: Errors): void {
  const { policies = [], selectPolicy, stabilizationWindowSeconds: window, tolerance } = rules;
  if (window !== undefined && window < 0) {
    errors.invalid(`${path}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero');
  }
  if (window !== undefined && window > LONGEST_WINDOW_SECONDS) {
    const message = `must be less than or equal to ${LONGEST_WINDOW_SECONDS}`;
    errors.invalid(`${path}.stabilizationWindowSeconds`, window, message);
  }
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy)) {
    errors.notSupported(`${path}.selectPolicy`, selectPolicy, SELECT_POLICIES);
  }
  if (policies.length === 0) errors.required(`${path}.policies`, 'must specify at least one Policy');
  for (const [index, { type, value, periodSeconds }] of policies.entries()) {
    const at = `${path}.policies[${index}]`;
    if (!POLICIES.includes(type)) errors.notSupported(`${at}.type`, type, POLICIES);
    if (value <= 0) errors.invalid(`${at}.value`, value, 'must be greater than zero');
    if (periodSeconds <= 0) errors.invalid(`${at}.periodSeconds`, periodSeconds, 'must be greater than zero');
    if (periodSeconds > LONGEST_PERIOD_SECONDS) {
      errors.invalid(`${at}.periodSeconds`, periodSeconds, `must be less than or equal to ${LONGEST_PERIOD_SECONDS}`);
    }
  }
  if (tolerance !== undefined && parseQuantity(tolerance).sign() < 0) {
    errors.invalid(`${path}.tolerance`, tolerance, 'must be greater than or equal to 0');
  }
}
