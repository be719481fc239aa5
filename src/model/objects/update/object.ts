// What becomes of an object that a client sends in place of a stored one: defaults, what only the server may change, allocation, validation.
import { convertAliases } from '../create/aliases.ts';
import type { FeatureGates } from '../feature-gates.ts';
import { dropGatedFields } from '../create/gated-fields.ts';
import type { ServicePool } from '../create/service.ts';
import type { DecodedObject } from '../decode.ts';
import { defaultObject } from '../default/object.ts';
import { builtInKind } from '../tables.ts';
import type { Service } from '../types.ts';
import type { FieldError } from '../validate/errors.ts';
import type { ValidationRules } from '../validate/object.ts';
import { bumpGeneration } from './generation.ts';
import { keepMetadata, namespaceErrors } from './meta.ts';
import { keepServerFields } from './prepare.ts';
import { reallocateService } from './service-allocation.ts';
import { validateUpdate } from './validate.ts';

export interface UpdateOptions extends ValidationRules {
  /** Where Services get addresses and ports that they did not have before; without one they stay unallocated. */
  readonly services?: ServicePool;
  /** Completes `metadata.generateName` of an object that came without a name. */
  readonly generateName?: (prefix: string) => string;
  /** Those of Kubernetes 1.36 unless said otherwise. */
  readonly gates?: FeatureGates | undefined;
}

/**
 * Makes a decoded object what the API server would store in place of `old` (a PUT, or what a patch has come to), in place.
 * `old` is a stored object and stays as it is; parts of it may be shared. `metadata.resourceVersion` is the caller's business.
 * Returns why the API server would not: field errors in its order and words, empty when the object is accepted.
 */
export function updateObject(
  object: DecodedObject,
  old: DecodedObject,
  options: UpdateOptions = {},
): readonly FieldError[] {
  const kind = builtInKind(object.apiVersion, object.kind);
  const namespaced = kind?.namespaced ?? old.metadata.namespace !== undefined;
  const elsewhere = namespaceErrors(object, old, namespaced);
  if (elsewhere.length > 0) return elsewhere;
  if (kind !== undefined) {
    convertAliases(object);
    defaultObject(object);
  }
  keepMetadata(object, old);
  const { metadata } = object;
  if (metadata.name === undefined && typeof metadata.generateName === 'string') {
    metadata.name = options.generateName?.(metadata.generateName);
  }
  if (kind?.type === 'core.v1.Service' && options.services !== undefined) {
    const errors = reallocateService(object as unknown as Service, old as unknown as Service, options.services);
    if (errors.length > 0) return errors;
  }
  dropGatedFields(object, old, options.gates);
  keepServerFields(object, old, kind);
  bumpGeneration(object, old, kind);
  return validateUpdate(object, old, kind, options);
}
