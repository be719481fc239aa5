// What may change in a StatefulSet (pkg/apis/apps/validation).
import type { PlainObject } from '../decode.ts';
import { equalObjects } from '../equal.ts';
import type { Errors } from '../validate/errors.ts';
import type { PodRules } from '../validate/security.ts';
import { validateStatefulSetSpec, type StatefulSet } from '../validate/stateful-set.ts';
import { validateMetaUpdate } from './meta.ts';

const MAY_CHANGE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;

/** The names of its Service and claims are not looked at again: they are what they were. */
export function validateStatefulSetUpdate(
  object: StatefulSet,
  old: StatefulSet,
  errors: Errors,
  rules: PodRules,
): void {
  validateMetaUpdate(object.metadata, old.metadata, errors);
  validateStatefulSetSpec(object.spec, errors, rules);
  if (equalObjects('apps.v1.StatefulSetSpec', fixed(object), fixed(old))) return;
  const fields = MAY_CHANGE.map((field) => `'${field}'`);
  const listed = `${fields.slice(0, -1).join(', ')} and ${fields[fields.length - 1]}`;
  errors.forbidden('spec', `updates to statefulset spec for fields other than ${listed} are forbidden`);
}

function fixed({ spec }: StatefulSet): PlainObject {
  const rest: PlainObject = { ...spec };
  for (const field of MAY_CHANGE) delete rest[field];
  return rest;
}
