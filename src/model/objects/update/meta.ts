// Metadata of an object that replaces a stored one (apiserver, registry/rest.BeforeUpdate; apimachinery, ValidateObjectMetaUpdate).
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { DecodedObject } from '../decode.ts';
import { badRequest, type Errors, type FieldError } from '../validate/errors.ts';
import { validateAnnotations, validateLabels, validateOwners } from '../validate/meta.ts';

const IMMUTABLE = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'];

/** An object without a namespace is in that of the request, which is that of the stored object. */
export function namespaceErrors(
  { metadata }: DecodedObject,
  old: DecodedObject,
  namespaced: boolean,
): readonly FieldError[] {
  if (!namespaced) {
    delete metadata.namespace;
    return [];
  }
  metadata.namespace ??= old.metadata.namespace;
  if (metadata.namespace === old.metadata.namespace) return [];
  return [badRequest('the namespace of the provided object does not match the namespace sent on the request')];
}

/** What belongs to the server is as it was, whatever the client sent. */
export function keepMetadata({ metadata }: DecodedObject, { metadata: old }: DecodedObject): void {
  for (const field of ['managedFields', 'selfLink', 'generation', 'creationTimestamp']) delete metadata[field];
  for (const field of ['generation', 'creationTimestamp', 'deletionTimestamp']) {
    if (old[field] !== undefined) metadata[field] = old[field];
  }
  for (const field of ['uid', 'deletionGracePeriodSeconds']) {
    if (old[field] !== undefined) metadata[field] ??= old[field];
  }
}

/** Every kind is checked for this once by the server, and most once more by their own rules. */
export function validateMetaUpdate(meta: ObjectMeta, old: ObjectMeta, errors: Errors): void {
  if (old.deletionTimestamp !== undefined) {
    const added = (meta.finalizers ?? []).filter((finalizer) => !(old.finalizers ?? []).includes(finalizer));
    if (added.length > 0) {
      const message = `no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`;
      errors.forbidden('metadata.finalizers', message);
    }
  }
  for (const field of IMMUTABLE) {
    const value = meta[field as keyof ObjectMeta];
    if (value !== old[field as keyof ObjectMeta]) errors.immutable(`metadata.${field}`, value ?? '');
  }
  validateLabels(meta.labels, 'metadata.labels', errors);
  validateAnnotations(meta.annotations, 'metadata.annotations', errors);
  validateOwners(meta.ownerReferences ?? [], errors);
}
