// What may change in a Service: all but its first cluster IP and IP family, while it has them (pkg/apis/core/validation, ValidateServiceUpdate).
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';
import type { Service } from '../types.ts';
import type { Errors } from '../validate/errors.ts';
import { isHeadless, validateAnyService } from '../validate/service.ts';
import { validateMetaUpdate } from './meta.ts';

const KEPT = 'may not change once set';

export function validateServiceUpdate(object: Service, old: Service, errors: Errors): void {
  validateMetaUpdate(object.metadata, old.metadata, errors);
  const { spec } = object;
  const isInside = spec.type !== 'ExternalName' && old.spec.type !== 'ExternalName';
  if (isInside && !(isHeadless(spec) && isHeadless(old.spec))) validateAddressesKept(spec, old.spec, errors);
  if (isInside) validateFamiliesKept(spec, old.spec, errors);
  if (spec.type === 'LoadBalancer' && old.spec.type === 'LoadBalancer') {
    if (spec.loadBalancerClass !== old.spec.loadBalancerClass) {
      errors.invalid('spec.loadBalancerClass', spec.loadBalancerClass, KEPT);
    }
  }
  validateAnyService(object, errors);
}

function validateAddressesKept(spec: ServiceSpec, old: ServiceSpec, errors: Errors): void {
  const after = spec.clusterIPs ?? [];
  const before = old.clusterIPs ?? [];
  validateFirstKept('spec.clusterIPs', 'clusterIP', after, before, errors);
  if (before.length > after.length && after.length === 1 && spec.ipFamilyPolicy !== 'SingleStack') {
    errors.invalid(
      'spec.ipFamilyPolicy',
      spec.ipFamilyPolicy,
      'must be set to SingleStack when releasing the secondary clusterIP',
    );
  }
}

function validateFamiliesKept(spec: ServiceSpec, old: ServiceSpec, errors: Errors): void {
  validateFirstKept('spec.ipFamilies', 'ipFamily', spec.ipFamilies ?? [], old.ipFamilies ?? [], errors);
}

/** Of a list that gets longer or shorter the first stays; of one that does not, all do. */
function validateFirstKept(
  path: string,
  what: string,
  after: readonly string[],
  before: readonly string[],
  errors: Errors,
): void {
  if (after.length === before.length) {
    for (const [index, value] of before.entries()) {
      if (value !== after[index]) errors.invalid(`${path}[${index}]`, after, KEPT);
    }
  } else if (before.length > 0 && after.length === 0) {
    errors.invalid(`${path}[0]`, after, `primary ${what} can not be unset`);
  } else if (before.length > 0 && before[0] !== after[0]) errors.invalid(`${path}[0]`, after, KEPT);
}
