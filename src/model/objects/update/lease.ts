// What may change in a Lease: all of it (pkg/apis/coordination/validation).
import type { Errors } from '../validate/errors.ts';
import { type Lease, validateLeaseSpec } from '../validate/lease.ts';
import { validateMetaUpdate } from './meta.ts';

export function validateLeaseUpdate(object: Lease, old: Lease, errors: Errors): void {
  validateMetaUpdate(object.metadata, old.metadata, errors);
  validateLeaseSpec(object.spec, errors);
}
