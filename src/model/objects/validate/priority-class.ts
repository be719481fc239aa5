// Validation of PriorityClasses (pkg/apis/scheduling/validation).
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { Errors } from './errors.ts';
import { validateMeta } from './meta.ts';
import { dnsSubdomainProblems } from './names.ts';

const HIGHEST_OF_USERS = 1_000_000_000;
const POLICIES = ['PreemptLowerPriority', 'Never'];
const SYSTEM_PREFIX = 'system-';
const SYSTEM_VALUES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

export interface PriorityClass {
  metadata: ObjectMeta;
  value?: number;
  globalDefault?: boolean;
  preemptionPolicy?: string;
}

export function validatePriorityClass(object: PriorityClass, errors: Errors): void {
  const { metadata, value = 0, preemptionPolicy } = object;
  validateMeta(metadata, false, dnsSubdomainProblems, errors);
  const problem = systemProblem(object);
  if (problem !== undefined) {
    const reserved = `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only`;
    errors.forbidden('metadata.name', `${reserved}. error: ${problem}`);
  } else if (value > HIGHEST_OF_USERS && !isOfSystem(metadata)) {
    errors.forbidden('value', `maximum allowed value of a user defined priority is ${HIGHEST_OF_USERS}`);
  }
  if (preemptionPolicy === '') errors.required('preemptionPolicy');
  else if (preemptionPolicy !== undefined && !POLICIES.includes(preemptionPolicy)) {
    errors.notSupported('preemptionPolicy', preemptionPolicy, POLICIES);
  }
}

function isOfSystem({ name = '' }: ObjectMeta): boolean {
  return name.startsWith(SYSTEM_PREFIX);
}

/** Why a class with the reserved prefix is none of the two that there are. */
function systemProblem({ metadata, value = 0, globalDefault = false }: PriorityClass): string | undefined {
  const { name = '' } = metadata;
  if (!isOfSystem(metadata)) return undefined;
  if (!Object.hasOwn(SYSTEM_VALUES, name)) return `${name} is not a known system priority class`;
  if (value !== SYSTEM_VALUES[name]) return `value of ${name} PriorityClass must be ${SYSTEM_VALUES[name]}`;
  if (globalDefault) return `globalDefault of ${name} PriorityClass must be false`;
  return undefined;
}
