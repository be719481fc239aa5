// Validation of where a pod may run: affinity, tolerations, topology spread (pkg/apis/core/validation).
import type {
  Affinity,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from 'kubernetes-types/core/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import { labelValueProblems } from '../../parse/label-syntax.ts';
import type { Errors } from './errors.ts';
import { validateLabelKey, validateSelector } from './meta.ts';
import { dnsLabelProblems, dnsSubdomainProblems } from './names.ts';
import { TAINT_EFFECTS } from './node.ts';

const SPREAD_ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const NODE_POLICIES = ['Honor', 'Ignore'];

export function validateAffinity(
  { nodeAffinity, podAffinity, podAntiAffinity }: Affinity,
  path: string,
  errors: Errors,
): void {
  const node = `${path}.nodeAffinity`;
  const required = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required !== undefined) {
    const at = `${node}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
    validateNodeTerms(required.nodeSelectorTerms, at, errors);
  }
  const preferred = nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  for (const [index, { weight, preference }] of preferred.entries()) {
    const at = `${node}.preferredDuringSchedulingIgnoredDuringExecution[${index}]`;
    validateWeight(weight, at, errors);
    // A preference with a bad value only never comes true.
    validateNodeTerm(preference, `${at}.preference`, errors, true);
  }
  if (podAffinity !== undefined) validatePodAffinity(podAffinity, `${path}.podAffinity`, errors);
  if (podAntiAffinity !== undefined) validatePodAffinity(podAntiAffinity, `${path}.podAntiAffinity`, errors);
}

function validateWeight(weight: number, path: string, errors: Errors): void {
  if (weight <= 0 || weight > 100) errors.invalid(`${path}.weight`, weight, 'must be in the range 1-100');
}

/** The terms of which a node must fulfil one. */
export function validateNodeTerms(given: readonly NodeSelectorTerm[] | undefined, path: string, errors: Errors): void {
  const terms = given ?? [];
  if (terms.length === 0) errors.required(path, 'must have at least one node selector term');
  for (const [index, term] of terms.entries()) validateNodeTerm(term, `${path}[${index}]`, errors, false);
}

function validateNodeTerm(term: NodeSelectorTerm, path: string, errors: Errors, anyValues: boolean): void {
  for (const [index, expression] of (term.matchExpressions ?? []).entries()) {
    validateNodeExpression(expression, `${path}.matchExpressions[${index}]`, errors, anyValues);
  }
  for (const [index, field] of (term.matchFields ?? []).entries()) {
    validateNodeField(field, `${path}.matchFields[${index}]`, errors);
  }
}

function validateNodeExpression(
  expression: NodeSelectorRequirement,
  path: string,
  errors: Errors,
  anyValues: boolean,
): void {
  const { key, operator, values = [] } = expression;
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0)
        errors.required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        errors.forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
      }
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) {
        errors.required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'");
      }
      break;
    default:
      errors.invalid(`${path}.operator`, operator, 'not a valid selector operator');
  }
  validateLabelKey(key, `${path}.key`, errors);
  if (anyValues) return;
  for (const [index, value] of values.entries()) {
    errors.invalidEach(`${path}.values[${index}]`, value, labelValueProblems(value));
  }
}

function validateNodeField(
  { key, operator, values = [] }: NodeSelectorRequirement,
  path: string,
  errors: Errors,
): void {
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.invalid(`${path}.operator`, operator, 'not a valid selector operator');
  } else if (values.length !== 1) {
    errors.required(
      `${path}.values`,
      "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
    );
  }
  if (key !== 'metadata.name') errors.invalid(`${path}.key`, key, 'not a valid field selector key');
  else {
    for (const [index, value] of values.entries()) {
      errors.invalidEach(`${path}.values[${index}]`, value, dnsSubdomainProblems(value));
    }
  }
}

function validatePodAffinity(affinity: PodAffinity, path: string, errors: Errors): void {
  const required = affinity.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  for (const [index, term] of required.entries()) {
    validatePodTerm(term, `${path}.requiredDuringSchedulingIgnoredDuringExecution[${index}]`, errors);
  }
  const preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  for (const [index, { weight, podAffinityTerm }] of preferred.entries()) {
    const at = `${path}.preferredDuringSchedulingIgnoredDuringExecution[${index}]`;
    validateWeight(weight, at, errors);
    validatePodTerm(podAffinityTerm, `${at}.podAffinityTerm`, errors);
  }
}

function validatePodTerm(term: PodAffinityTerm, path: string, errors: Errors): void {
  validateSelector(term.labelSelector, `${path}.labelSelector`, errors);
  validateSelector(term.namespaceSelector, `${path}.namespaceSelector`, errors);
  for (const name of term.namespaces ?? []) errors.invalidEach(`${path}.namespace`, name, dnsLabelProblems(name));
  validateLabelKeys(term, path, errors);
  if (term.topologyKey === '') errors.required(`${path}.topologyKey`, 'can not be empty');
  validateLabelKey(term.topologyKey, `${path}.topologyKey`, errors);
}

interface WithLabelKeys {
  labelSelector?: LabelSelector;
  matchLabelKeys?: readonly string[];
  mismatchLabelKeys?: readonly string[];
}

/** By now the keys have become expressions of the selector, so a key that is there before them is one too many. */
function validateLabelKeys(term: WithLabelKeys, path: string, errors: Errors): void {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  for (const [field, keys] of Object.entries({ matchLabelKeys, mismatchLabelKeys })) {
    if (keys.length > 0 && labelSelector === undefined) {
      errors.forbidden(`${path}.${field}`, 'must not be specified when labelSelector is not set');
    } else for (const [index, key] of keys.entries()) validateLabelKey(key, `${path}.${field}[${index}]`, errors);
  }
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const index = matchLabelKeys.lastIndexOf(key);
    if (index !== -1 && seen.has(key)) {
      errors.invalid(`${path}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector');
    }
    seen.add(key);
  }
  for (const [index, key] of matchLabelKeys.entries()) {
    if (mismatchLabelKeys.includes(key)) {
      errors.invalid(`${path}.matchLabelKeys[${index}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys');
    }
  }
}

export function validateTolerations(tolerations: readonly Toleration[], path: string, errors: Errors): void {
  for (const [index, { key, operator, value = '', effect, tolerationSeconds }] of tolerations.entries()) {
    const at = `${path}[${index}]`;
    if (key !== undefined) validateLabelKey(key, `${at}.key`, errors);
    else if (operator !== 'Exists') {
      const message = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.invalid(`${at}.operator`, operator ?? '', message);
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      errors.invalid(`${at}.effect`, effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set");
    }
    if (operator === undefined || operator === 'Equal') {
      const problems = labelValueProblems(value);
      if (problems.length > 0) errors.invalid(`${at}.operator`, value, problems.join(';'));
    } else if (operator === 'Exists') {
      if (value !== '') errors.invalid(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'");
    } else {
      // Lt and Gt are behind a feature gate that is off.
      const isComparison = operator === 'Lt' || operator === 'Gt';
      errors.notSupported(
        `${at}.operator`,
        operator,
        isComparison ? ['Equal', 'Exists', 'Lt', 'Gt'] : ['Equal', 'Exists'],
      );
    }
    if (effect !== undefined && !TAINT_EFFECTS.includes(effect))
      errors.notSupported(`${at}.effect`, effect, TAINT_EFFECTS);
  }
}

export function validateSpread(constraints: readonly TopologySpreadConstraint[], path: string, errors: Errors): void {
  for (const [index, constraint] of constraints.entries()) {
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains } = constraint;
    const at = `${path}[${index}]`;
    if (maxSkew <= 0) errors.invalid(`${at}.maxSkew`, maxSkew, 'must be greater than zero');
    if (topologyKey === '') errors.required(`${at}.topologyKey`, 'can not be empty');
    if (!SPREAD_ACTIONS.includes(whenUnsatisfiable)) {
      errors.notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, SPREAD_ACTIONS);
    }
    const same = (one: TopologySpreadConstraint) =>
      one.topologyKey === topologyKey && one.whenUnsatisfiable === whenUnsatisfiable;
    if (constraints.slice(index + 1).some(same)) {
      errors.duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`);
    }
    if (minDomains !== undefined) {
      if (minDomains <= 0) errors.invalid(`${at}.minDomains`, minDomains, 'must be greater than zero');
      if (whenUnsatisfiable !== 'DoNotSchedule') {
        const message = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
        errors.invalid(`${at}.minDomains`, minDomains, message);
      }
    }
    for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      const policy = constraint[field];
      if (policy !== undefined && !NODE_POLICIES.includes(policy))
        errors.notSupported(`${at}.${field}`, policy, NODE_POLICIES);
    }
    validateLabelKeys(constraint, at, errors);
    validateSelector(constraint.labelSelector, `${at}.labelSelector`, errors);
  }
}
