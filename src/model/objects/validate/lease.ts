// Validation of Leases (pkg/apis/coordination/validation).
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { Errors } from './errors.ts';
import { validateMeta } from './meta.ts';
import { dnsSubdomainProblems } from './names.ts';

export interface Lease {
  metadata: ObjectMeta;
  spec: { leaseDurationSeconds?: number; leaseTransitions?: number };
}

export function validateLease({ metadata, spec }: Lease, errors: Errors): void {
  validateMeta(metadata, true, dnsSubdomainProblems, errors);
  validateLeaseSpec(spec, errors);
}

export function validateLeaseSpec({ leaseDurationSeconds, leaseTransitions }: Lease['spec'], errors: Errors): void {
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0)
    errors.invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0');
  if (leaseTransitions !== undefined && leaseTransitions < 0)
    errors.invalid('spec.leaseTransitions', leaseTransitions, 'must be greater than or equal to 0');
}
