// What may change in a ResourceQuota: all but its scopes (pkg/apis/core/validation).
import type { Errors } from '../validate/errors.ts';
import { validateResourceQuotaSpec, type ResourceQuota } from '../validate/resource-quota.ts';
import { validateMetaUpdate } from './meta.ts';

export function validateResourceQuotaUpdate(object: ResourceQuota, old: ResourceQuota, errors: Errors): void {
  validateMetaUpdate(object.metadata, old.metadata, errors);
  validateResourceQuotaSpec(object.spec, errors);
  const scopes = (of: ResourceQuota): string => [...new Set(of.spec.scopes)].sort().join();
  if (scopes(object) !== scopes(old)) errors.immutable('spec.scopes', object.spec.scopes);
}
