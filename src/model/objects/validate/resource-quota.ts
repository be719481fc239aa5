// Validation of ResourceQuotas (pkg/apis/core/validation).
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { Errors } from './errors.ts';
import { validateMeta } from './meta.ts';
import { dnsSubdomainProblems } from './names.ts';
import { isQuotaResource, validateAmount, validateResourceName } from './resources.ts';

const CONFLICTS = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;
const ONLY_EXISTS = new Set<string>([...CONFLICTS.flat(), 'CrossNamespacePodAffinity']);
const OF_PODS = new Set(['pods', 'cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory']);
/** What a scope can restrict; a scope that is not here restricts nothing in particular. */
const RESTRICTED: Readonly<Record<string, ReadonlySet<string> | undefined>> = {
  Terminating: OF_PODS,
  NotTerminating: OF_PODS,
  NotBestEffort: OF_PODS,
  PriorityClass: OF_PODS,
  CrossNamespacePodAffinity: OF_PODS,
  BestEffort: new Set(['pods']),
};
const SCOPES = new Set([...Object.keys(RESTRICTED), 'VolumeAttributesClass']);

interface Requirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface ResourceQuotaSpec {
  hard?: Readonly<Record<string, string>>;
  scopes?: readonly string[];
  scopeSelector?: { matchExpressions?: readonly Requirement[] };
}

export interface ResourceQuota {
  metadata: ObjectMeta;
  spec: ResourceQuotaSpec;
}

export function validateResourceQuota({ metadata, spec }: ResourceQuota, errors: Errors): void {
  validateMeta(metadata, true, dnsSubdomainProblems, errors);
  validateResourceQuotaSpec(spec, errors);
}

export function validateResourceQuotaSpec(
  { hard = {}, scopes = [], scopeSelector }: ResourceQuotaSpec,
  errors: Errors,
): void {
  validateQuotaAmounts(hard, 'spec.hard', errors);
  const resources = Object.keys(hard).filter(isQuotaResource);
  for (const scope of scopes) {
    if (!SCOPES.has(scope)) errors.invalid('spec.scopes', scopes, 'unsupported scope');
    validateApplicable(scope, resources, 'spec.scopes', scopes, errors);
  }
  validateConflicts(new Set(scopes), 'spec.scopes', scopes, errors);
  const requirements = scopeSelector?.matchExpressions ?? [];
  const path = 'spec.scopeSelector.matchExpressions';
  for (const requirement of requirements) validateRequirement(requirement, resources, path, errors);
  validateConflicts(new Set(requirements.map(({ scopeName }) => scopeName)), path, scopes, errors);
}

export function validateQuotaAmounts(amounts: Readonly<Record<string, string>>, path: string, errors: Errors): void {
  for (const [name, amount] of Object.entries(amounts)) {
    const at = `${path}[${name}]`;
    validateResourceName(name, at, errors);
    if (!name.includes('/') && !isQuotaResource(name)) {
      errors.invalid(at, name, 'must be a standard resource for quota');
    }
    validateAmount(name, amount, at, errors);
  }
}

function validateApplicable(
  scope: string,
  resources: readonly string[],
  path: string,
  shown: unknown,
  errors: Errors,
): void {
  const restricted = RESTRICTED[scope];
  for (const resource of resources) {
    if (restricted !== undefined && !restricted.has(resource)) {
      errors.invalid(path, shown, 'unsupported scope applied to resource');
    }
  }
}

function validateConflicts(scopes: ReadonlySet<string>, path: string, shown: unknown, errors: Errors): void {
  for (const pair of CONFLICTS) {
    if (pair.every((scope) => scopes.has(scope))) errors.invalid(path, shown, 'conflicting scopes');
  }
}

function validateRequirement(
  requirement: Requirement,
  resources: readonly string[],
  path: string,
  errors: Errors,
): void {
  const { scopeName, operator, values = [] } = requirement;
  if (!SCOPES.has(scopeName)) errors.invalid(`${path}.scopeName`, scopeName, 'unsupported scope');
  validateApplicable(scopeName, resources, path, requirement, errors);
  if (ONLY_EXISTS.has(scopeName) && operator !== 'Exists') {
    const message = `must be 'Exist' when scope is any of ${[...ONLY_EXISTS].join(', ')}`;
    errors.invalid(`${path}.operator`, operator, message);
  }
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length > 0) return;
    errors.required(
      `${path}.values`,
      "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
    );
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length === 0) return;
    const message = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    errors.invalid(`${path}.values`, values, message);
  } else errors.invalid(`${path}.operator`, operator, 'not a valid selector operator');
}
