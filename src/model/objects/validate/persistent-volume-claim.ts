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
  validateSelector(spec.selector, 'spec.selector', errors);
  if ((spec.accessModes ?? []).length === 0) errors.required('spec.accessModes', 'at least 1 access mode is required');
  validateAccessModes(spec.accessModes ?? [], errors);
  const storage = spec.resources?.requests?.storage;
  if (storage === undefined) errors.required('spec.resources[storage]');
  else validatePositive(storage, 'spec.resources[storage]', errors);
  for (const field of ['storageClassName', 'volumeAttributesClassName'] as const) {
    const name = spec[field] ?? '';
    if (name !== '') errors.invalidEach(`spec.${field}`, name, dnsSubdomainProblems(name));
    if (field === 'storageClassName') validateVolumeMode(spec.volumeMode, errors);
  }
}

export function validateAccessModes(modes: readonly string[], errors: Errors): void {
  const known = modes.filter((mode) => ACCESS_MODES.includes(mode));
  for (const mode of modes) {
    if (!ACCESS_MODES.includes(mode)) errors.notSupported('spec.accessModes', mode, ACCESS_MODES);
  }
  if (known.includes(EXCLUSIVE) && known.some((mode) => mode !== EXCLUSIVE)) {
    errors.forbidden('spec.accessModes', `may not use ${EXCLUSIVE} with other access modes`);
  }
}

export function validateVolumeMode(mode: string | undefined, errors: Errors): void {
  if (mode !== undefined && !VOLUME_MODES.includes(mode)) errors.notSupported('spec.volumeMode', mode, VOLUME_MODES);
}

export function validatePositive(amount: string, path: string, errors: Errors): void {
  if (parseQuantity(amount).sign() <= 0) errors.invalid(path, amount, 'must be greater than zero');
}
