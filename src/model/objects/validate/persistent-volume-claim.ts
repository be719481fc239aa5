// Validation of PersistentVolumeClaims (pkg/apis/core/validation).
import type { PersistentVolumeClaimSpec } from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { parseQuantity } from '../../parse/quantity.ts';
import type { Errors } from './errors.ts';
import { validateMeta, validateSelector } from './meta.ts';
import { dnsSubdomainProblems } from './names.ts';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const VOLUME_MODES = ['Block', 'Filesystem'];
const EXCLUSIVE = 'ReadWriteOncePod';

export interface PersistentVolumeClaim {
  metadata: ObjectMeta;
  spec: PersistentVolumeClaimSpec & { volumeAttributesClassName?: string };
  status?: { phase?: string; capacity?: Readonly<Record<string, string>> };
}

export function validatePersistentVolumeClaim({ metadata, spec }: PersistentVolumeClaim, errors: Errors): void {
  validateMeta(metadata, true, dnsSubdomainProblems, errors);
  validateClaimSpec(spec, 'spec', errors);
}

export function validateClaimSpec(spec: PersistentVolumeClaim['spec'], path: string, errors: Errors): void {
  validateSelector(spec.selector, `${path}.selector`, errors);
  if ((spec.accessModes ?? []).length === 0) {
    errors.required(`${path}.accessModes`, 'at least 1 access mode is required');
  }
  validateAccessModes(spec.accessModes ?? [], path, errors);
  const storage = spec.resources?.requests?.storage;
  if (storage === undefined) errors.required(`${path}.resources[storage]`);
  else validatePositive(storage, `${path}.resources[storage]`, errors);
  for (const field of ['storageClassName', 'volumeAttributesClassName'] as const) {
    const name = spec[field] ?? '';
    if (name !== '') errors.invalidEach(`${path}.${field}`, name, dnsSubdomainProblems(name));
    if (field === 'storageClassName') validateVolumeMode(spec.volumeMode, path, errors);
  }
}

/** `path` is that of the spec that has them. */
export function validateAccessModes(modes: readonly string[], path: string, errors: Errors): void {
  const known = modes.filter((mode) => ACCESS_MODES.includes(mode));
  for (const mode of modes) {
    if (!ACCESS_MODES.includes(mode)) errors.notSupported(`${path}.accessModes`, mode, ACCESS_MODES);
  }
  if (known.includes(EXCLUSIVE) && known.some((mode) => mode !== EXCLUSIVE)) {
    errors.forbidden(`${path}.accessModes`, `may not use ${EXCLUSIVE} with other access modes`);
  }
}

export function validateVolumeMode(mode: string | undefined, path: string, errors: Errors): void {
  if (mode !== undefined && !VOLUME_MODES.includes(mode)) errors.notSupported(`${path}.volumeMode`, mode, VOLUME_MODES);
}

export function validatePositive(amount: string, path: string, errors: Errors): void {
  if (parseQuantity(amount).sign() <= 0) errors.invalid(path, amount, 'must be greater than zero');
}
