// What may change in a PriorityClass: its description and whether it is the default one (pkg/apis/scheduling/validation).
import type { Errors } from '../validate/errors.ts';
import type { PriorityClass } from '../validate/priority-class.ts';
import { validateMetaUpdate } from './meta.ts';

export function validatePriorityClassUpdate(object: PriorityClass, old: PriorityClass, errors: Errors): void {
  validateMetaUpdate(object.metadata, old.metadata, errors);
  if (object.value !== old.value) errors.forbidden('value', 'may not be changed in an update.');
  if (object.preemptionPolicy !== old.preemptionPolicy) {
    errors.immutable('preemptionPolicy', object.preemptionPolicy);
  }
}
