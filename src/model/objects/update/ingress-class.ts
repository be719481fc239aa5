// What may change in an IngressClass: all but its controller (pkg/apis/networking/validation).
import type { Errors } from '../validate/errors.ts';
import { validateIngressClass, type IngressClass } from '../validate/ingress-class.ts';
import { validateMetaUpdate } from './meta.ts';

export function validateIngressClassUpdate(object: IngressClass, old: IngressClass, errors: Errors): void {
  validateMetaUpdate(object.metadata, old.metadata, errors);
  if (object.spec.controller !== old.spec.controller) errors.immutable('spec.controller', object.spec.controller ?? '');
  validateIngressClass(object, errors);
}
