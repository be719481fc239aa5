// Validation of StorageClasses (pkg/apis/storage/validation).
import type { TopologySelectorLabelRequirement, TopologySelectorTerm } from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { labelKeyProblems } from '../../parse/label-syntax.ts';
import { equalJson } from '../equal.ts';
import type { Errors } from './errors.ts';
import { validateLabelKey, validateMeta } from './meta.ts';
import { byteLength, dnsSubdomainProblems } from './names.ts';

const RECLAIM_POLICIES = ['Delete', 'Retain'];
const BINDING_MODES = ['Immediate', 'WaitForFirstConsumer'];
const MOST_PARAMETERS = 512;
const MOST_PARAMETER_BYTES = 256 * 1024;

export interface StorageClass {
  metadata: ObjectMeta;
  provisioner: string;
  parameters?: Readonly<Record<string, string>>;
  reclaimPolicy?: string;
  volumeBindingMode?: string;
  allowedTopologies?: readonly TopologySelectorTerm[];
}

export function validateStorageClass(object: StorageClass, errors: Errors): void {
  const { metadata, provisioner, parameters = {}, reclaimPolicy, volumeBindingMode } = object;
  validateMeta(metadata, false, dnsSubdomainProblems, errors);
  if (provisioner === '') errors.required('provisioner');
  else errors.invalidEach('provisioner', provisioner, labelKeyProblems(provisioner.toLowerCase()));
  validateParameters(parameters, errors);
  if (reclaimPolicy !== undefined && !RECLAIM_POLICIES.includes(reclaimPolicy)) {
    errors.notSupported('reclaimPolicy', reclaimPolicy, RECLAIM_POLICIES);
  }
  if (volumeBindingMode === undefined) errors.required('volumeBindingMode');
  else if (!BINDING_MODES.includes(volumeBindingMode)) {
    errors.notSupported('volumeBindingMode', volumeBindingMode, BINDING_MODES);
  }
  validateTopologies(object.allowedTopologies ?? [], errors);
}

function validateParameters(parameters: Readonly<Record<string, string>>, errors: Errors): void {
  const entries = Object.entries(parameters);
  if (entries.length > MOST_PARAMETERS) errors.tooLong('parameters', MOST_PARAMETERS);
  let bytes = 0;
  for (const [key, value] of entries) {
    if (key === '') errors.invalid('parameters', key, 'field can not be empty.');
    bytes += byteLength(key) + byteLength(value);
  }
  if (bytes > MOST_PARAMETER_BYTES) errors.tooLong('parameters', MOST_PARAMETER_BYTES);
}

function validateTopologies(topologies: readonly TopologySelectorTerm[], errors: Errors): void {
  // As many empty terms are there from the start, so that one that says nothing is a duplicate of each.
  const seen: Readonly<Record<string, readonly string[]>>[] = topologies.map(() => ({}));
  for (const [index, { matchLabelExpressions = [] }] of topologies.entries()) {
    const path = `allowedTopologies[${index}].matchLabelExpressions`;
    const values: Record<string, readonly string[]> = {};
    for (const [at, expression] of matchLabelExpressions.entries()) {
      validateExpression(expression, `${path}[${at}]`, errors);
      if (Object.hasOwn(values, expression.key)) errors.duplicate(`${path}[${at}].key`, expression.key);
      values[expression.key] = [...new Set(expression.values)].sort();
    }
    for (const other of seen) if (equalJson(values, other)) errors.duplicate(path, '');
    seen.push(values);
  }
}

function validateExpression(expression: TopologySelectorLabelRequirement, path: string, errors: Errors): void {
  const values = (expression.values as string[] | undefined) ?? [];
  if (values.length === 0) errors.required(`${path}.values`);
  for (const [index, value] of values.entries()) {
    if (values.indexOf(value) < index) errors.duplicate(`${path}.values[${index}]`, value);
  }
  validateLabelKey(expression.key, `${path}.key`, errors);
}
