// Validation of metadata, labels and label selectors (apimachinery, api/validation).
import type { LabelSelector, ObjectMeta, OwnerReference } from 'kubernetes-types/meta/v1.js';
import { labelKeyProblems, labelValueProblems } from '../../parse/label-syntax.ts';
import type { Errors } from './errors.ts';
import { byteLength, dnsLabelProblems } from './names.ts';

export type NameRule = (name: string) => string[];

type Strings = Readonly<Record<string, string>>;

const ANNOTATIONS_MAX_BYTES = 256 * 1024;
const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

export function validateMeta(meta: ObjectMeta, namespaced: boolean, nameRule: NameRule, errors: Errors): void {
  const prefix = meta.generateName ?? '';
  // A generated name may end as its prefix does not have to.
  const masked = prefix.endsWith('-') ? `${prefix.slice(0, -1)}a` : prefix;
  if (prefix !== '') errors.invalidEach('metadata.generateName', prefix, nameRule(masked));
  if (meta.name === undefined) errors.required('metadata.name', 'name or generateName is required');
  else errors.invalidEach('metadata.name', meta.name, nameRule(meta.name));

  if (namespaced && meta.namespace === undefined) errors.required('metadata.namespace');
  else if (namespaced) errors.invalidEach('metadata.namespace', meta.namespace, dnsLabelProblems(meta.namespace ?? ''));
  else if (meta.namespace !== undefined) errors.forbidden('metadata.namespace', 'not allowed on this type');

  nonNegative(meta.generation, 'metadata.generation', errors);
  validateLabels(meta.labels, 'metadata.labels', errors);
  validateAnnotations(meta.annotations, 'metadata.annotations', errors);
  validateOwners(meta.ownerReferences ?? [], errors);
  validateFinalizers(meta.finalizers ?? [], errors);
}

export function nonNegative(value: number | undefined, path: string, errors: Errors): void {
  if (value !== undefined && value < 0) errors.invalid(path, value, 'must be greater than or equal to 0');
}

export function validateLabelKey(key: string, path: string, errors: Errors): void {
  errors.invalidEach(path, key, labelKeyProblems(key));
}

export function validateLabels(labels: Strings | undefined, path: string, errors: Errors): void {
  for (const [key, value] of Object.entries(labels ?? {})) {
    validateLabelKey(key, path, errors);
    errors.invalidEach(path, value, labelValueProblems(value));
  }
}

export function validateAnnotations(annotations: Strings | undefined, path: string, errors: Errors): void {
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    errors.invalidEach(path, key, labelKeyProblems(key.toLowerCase()));
    bytes += byteLength(key) + byteLength(value);
  }
  if (bytes > ANNOTATIONS_MAX_BYTES) errors.tooLong(path, ANNOTATIONS_MAX_BYTES);
}

export function validateOwners(owners: readonly OwnerReference[], errors: Errors): void {
  const path = 'metadata.ownerReferences';
  let controller: string | undefined;
  for (const owner of owners) {
    if (owner.apiVersion === '') errors.invalid(`${path}.apiVersion`, owner.apiVersion, 'version must not be empty');
    for (const part of ['kind', 'name', 'uid'] as const) {
      if (owner[part] === '') errors.invalid(`${path}.${part}`, owner[part], 'must not be empty');
    }
    if (owner.apiVersion === 'v1' && owner.kind === 'Event') {
      errors.invalid(path, owner, '/v1, Kind=Event is disallowed from being an owner');
    }
    if (owner.controller !== true) continue;
    const name = `${owner.kind}/${owner.name}`;
    if (controller !== undefined) {
      const found = `Found "true" in references for ${controller} and ${name}`;
      errors.invalid(path, owners, `Only one reference can have Controller set to true. ${found}`);
    }
    controller ??= name;
  }
}

function validateFinalizers(finalizers: readonly string[], errors: Errors): void {
  const path = 'metadata.finalizers';
  for (const finalizer of finalizers) validateLabelKey(finalizer, path, errors);
  if (finalizers.includes(ORPHAN) && finalizers.includes(FOREGROUND)) {
    errors.invalid(path, finalizers, `finalizer ${ORPHAN} and ${FOREGROUND} cannot be both set`);
  }
  for (const [index, finalizer] of finalizers.entries()) validateFinalizer(finalizer, `${path}[${index}]`, errors);
}

/** Finalizers without a prefix are reserved to Kubernetes. */
export function validateFinalizer(finalizer: string, path: string, errors: Errors): void {
  if (finalizer.includes('/') || [ORPHAN, FOREGROUND, 'kubernetes'].includes(finalizer)) return;
  errors.invalid(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified');
}

export interface SelectorRules {
  /** Old API versions let bad label values pass in some places. */
  readonly anyValues?: boolean;
}

export function validateSelector(
  selector: LabelSelector | undefined,
  path: string,
  errors: Errors,
  rules: SelectorRules = {},
): void {
  validateLabels(selector?.matchLabels, `${path}.matchLabels`, errors);
  for (const [index, expression] of (selector?.matchExpressions ?? []).entries()) {
    const at = `${path}.matchExpressions[${index}]`;
    const values = expression.values ?? [];
    switch (expression.operator) {
      case 'In':
      case 'NotIn':
        if (values.length === 0)
          errors.required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
        break;
      case 'Exists':
      case 'DoesNotExist':
        if (values.length > 0) {
          errors.forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
        break;
      default:
        errors.invalid(`${at}.operator`, expression.operator, 'not a valid selector operator');
    }
    validateLabelKey(expression.key, `${at}.key`, errors);
    if (rules.anyValues) continue;
    for (const [valueIndex, value] of values.entries()) {
      errors.invalidEach(`${at}.values[${valueIndex}]`, value, labelValueProblems(value));
    }
  }
}
