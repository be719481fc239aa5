// What may change in ConfigMaps, Secrets and Namespaces (pkg/apis/core/validation).
import { equalJson } from '../equal.ts';
import {
  validateConfigMap,
  validateNamespace,
  validateSecret,
  type ConfigMap,
  type Namespace,
  type Secret,
} from '../validate/config.ts';
import type { Errors } from '../validate/errors.ts';
import { validateMetaUpdate } from './meta.ts';

const WHEN_SET = 'field is immutable when `immutable` is set';

export function validateConfigMapUpdate(object: ConfigMap, old: ConfigMap, errors: Errors): void {
  validateMetaUpdate(object.metadata, old.metadata, errors);
  if (old.immutable === true) validateSealed(object, old, ['data', 'binaryData'], errors);
  validateConfigMap(object, errors);
}

export function validateSecretUpdate(object: Secret, old: Secret, errors: Errors): void {
  validateMetaUpdate(object.metadata, old.metadata, errors);
  if (object.type !== old.type) errors.immutable('type', object.type);
  if (old.immutable === true) validateSealed(object, old, ['data'], errors);
  validateSecret(object, errors);
}

function validateSealed<Sealed extends { immutable?: boolean }>(
  object: Sealed,
  old: Sealed,
  fields: readonly (keyof Sealed & string)[],
  errors: Errors,
): void {
  if (object.immutable !== true) errors.forbidden('immutable', WHEN_SET);
  for (const field of fields) if (!equalJson(object[field], old[field])) errors.forbidden(field, WHEN_SET);
}

export function validateNamespaceUpdate(object: Namespace, old: Namespace, errors: Errors): void {
  validateNamespace(object, errors);
  validateMetaUpdate(object.metadata, old.metadata, errors);
}
