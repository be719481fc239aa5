// What may change in a HorizontalPodAutoscaler: all of it (pkg/apis/autoscaling/validation).
import type { Errors } from '../validate/errors.ts';
import { type AutoscalerRules, validatePodAutoscalerSpec, type PodAutoscaler } from '../validate/pod-autoscaler.ts';
import { validateMetaUpdate } from './meta.ts';

export function validatePodAutoscalerUpdate(
  object: PodAutoscaler,
  old: PodAutoscaler,
  errors: Errors,
  rules: AutoscalerRules,
): void {
  validateMetaUpdate(object.metadata, old.metadata, errors);
  validatePodAutoscalerSpec(object.spec, old.spec, errors, rules);
}
