// What may change in claims, volumes and storage classes (pkg/apis/core/validation, pkg/apis/storage/validation).
import type { VolumeNodeAffinity } from 'kubernetes-types/core/v1.js';
import { parseQuantity } from '../../parse/quantity.ts';
import type { PlainObject } from '../decode.ts';
import { equalJson, equalObjects, equalValues } from '../equal.ts';
import type { Errors } from '../validate/errors.ts';
import { SOURCES, validatePersistentVolume, type PersistentVolume } from '../validate/persistent-volume.ts';
import { validatePersistentVolumeClaim, type PersistentVolumeClaim } from '../validate/persistent-volume-claim.ts';
import { validateStorageClass, type StorageClass } from '../validate/storage-class.ts';
import { validateMetaUpdate } from './meta.ts';

const LABELS_AFTER_BETA: Readonly<Record<string, string | undefined>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
};
const REQUESTS = 'spec.resources.requests.storage';

export function validateStorageClassUpdate(object: StorageClass, old: StorageClass, errors: Errors): void {
  validateStorageClass(object, errors);
  validateMetaUpdate(object.metadata, old.metadata, errors);
  for (const field of ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const) {
    if (!equalJson(object[field], old[field])) errors.immutable(field, object[field]);
  }
}

export function validateVolumeUpdate(object: PersistentVolume, old: PersistentVolume, errors: Errors): void {
  validatePersistentVolume(object, errors);
  validatePersistentVolume(object, errors);
  const { spec } = object;
  const type = { is: 'object', name: 'core.v1.PersistentVolumeSpec' } as const;
  const source = (of: PersistentVolume['spec']) => Object.fromEntries(SOURCES.map((name) => [name, of[name]]));
  if (!equalValues(type, source(spec), source(old.spec))) {
    errors.forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation');
  }
  if (spec.volumeMode !== old.spec.volumeMode) errors.immutable('volumeMode', spec.volumeMode);
  const affinity = { is: 'object', name: 'core.v1.VolumeNodeAffinity' } as const;
  const before = old.spec.nodeAffinity;
  if (before !== undefined && !equalValues(affinity, spec.nodeAffinity, withNewLabels(before, spec.nodeAffinity))) {
    errors.invalid('nodeAffinity', spec.nodeAffinity, 'field is immutable, except for updating from beta label to GA');
  }
}

/** Labels of beta versions may be replaced by those that came after them; for want of one the server takes an empty key. */
function withNewLabels(old: VolumeNodeAffinity, now: VolumeNodeAffinity | undefined): VolumeNodeAffinity {
  const terms = old.required?.nodeSelectorTerms.map((term, index) => {
    if (term.matchExpressions === undefined) return term;
    const asked = now?.required?.nodeSelectorTerms?.[index]?.matchExpressions;
    const matchExpressions = term.matchExpressions.map((expression, at) => {
      const key = LABELS_AFTER_BETA[expression.key] ?? '';
      return asked?.[at]?.key === key ? { ...expression, key } : expression;
    });
    return { ...term, matchExpressions };
  });
  return terms === undefined ? old : { required: { nodeSelectorTerms: terms } };
}

export function validateClaimUpdate(object: PersistentVolumeClaim, old: PersistentVolumeClaim, errors: Errors): void {
  validateMetaUpdate(object.metadata, old.metadata, errors);
  validatePersistentVolumeClaim(object, errors);
  const { spec } = object;
  const isBound = object.status?.phase === 'Bound';
  if (!equalObjects('core.v1.PersistentVolumeClaimSpec', ...fixedParts(spec, old.spec, isBound))) {
    const message =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    errors.forbidden('spec', message);
  }
  const asked = parseQuantity(spec.resources?.requests?.storage ?? '0');
  const before = parseQuantity(old.spec.resources?.requests?.storage ?? '0');
  // A claim that could not grow may ask for less again, but not for less than it has.
  if (asked.compare(before) < 0 && asked.compare(parseQuantity(old.status?.capacity?.storage ?? '0')) <= 0) {
    errors.forbidden(REQUESTS, 'field can not be less than status.capacity');
  }
  if (spec.volumeMode !== old.spec.volumeMode) errors.immutable('volumeMode', spec.volumeMode);
  if (old.spec.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined) {
    errors.forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden');
  }
}

type ClaimSpec = PersistentVolumeClaim['spec'];

/** Both specs without what may change: the volume and the class once, the size of a bound claim. */
function fixedParts(spec: ClaimSpec, old: ClaimSpec, isBound: boolean): [PlainObject, PlainObject] {
  const after: ClaimSpec = { ...spec };
  const before: ClaimSpec = { ...old };
  if (old.volumeName === undefined) {
    delete after.volumeName;
    if (old.storageClassName === undefined) delete after.storageClassName;
  }
  if (isBound && spec.resources?.requests !== undefined) {
    const { storage = '0' } = old.resources?.requests ?? {};
    after.resources = { ...spec.resources, requests: { ...spec.resources.requests, storage } };
  }
  delete after.volumeAttributesClassName;
  delete before.volumeAttributesClassName;
  return [{ ...after }, { ...before }];
}
